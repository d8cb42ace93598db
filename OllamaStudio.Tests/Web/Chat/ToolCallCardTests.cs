using System.Globalization;
using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class ToolCallCardTests : BunitContext
{
    private static readonly ToolCallRecord Call = new()
    {
        Id = "c1", Name = "add", Source = "built in", Arguments = """{"a":5,"b":3}""", State = ToolCallState.Succeeded, Result = "8", Duration = TimeSpan.FromMilliseconds(1.5),
    };

    private readonly List<ToolDecision> _decisions = [];

    [Fact]
    public void A_call_is_folded_and_says_its_name_how_it_stands_and_how_long_it_took()
    {
        var card = Card(Call);

        Assert.False(card.Find("details").HasAttribute("open"));
        Assert.Equal("succeeded", card.Find("[data-testid=tool-call]").GetAttribute("data-state"));
        var summary = card.Find("summary").TextContent;
        foreach (var word in new[] { "add", """{"a":5,"b":3}""", "done", "1.50 ms" })
        {
            Assert.Contains(word, summary, StringComparison.Ordinal);
        }

        Assert.Equal("Arguments · built in", card.Find(".label").TextContent);
    }

    [Theory]
    [InlineData("""{"query":"select route,\n  count(*)"}""", "select route, count(*)")]
    [InlineData("""{"a":5,"b":"x"}""", """{"a":5,"b":"x"}""")]
    [InlineData("""{"count":5}""", """{"count":5}""")]
    [InlineData("{}", "")]
    [InlineData("{ broken", "{ broken")]
    public void The_line_of_a_call_says_what_goes_in(string arguments, string line) =>
        Assert.Equal(line, Card(Call with { Arguments = arguments }).Find(".arguments").TextContent);

    [Fact]
    public void Arguments_of_any_length_take_one_line() =>
        Assert.Equal(301, Card(Call with { Arguments = $$"""{"text":"{{new string('x', 300_000)}}"}""" }).Find(".arguments").TextContent.Length);

    [Fact]
    public void Arguments_and_results_that_are_JSON_are_indented()
    {
        var blocks = Card(Call with { Result = """{"ok":true}""" }).FindAll("pre");

        Assert.Equal("{\n  \"a\": 5,\n  \"b\": 3\n}", blocks[0].TextContent);
        Assert.Equal("{\n  \"ok\": true\n}", blocks[1].TextContent);
    }

    [Theory]
    [InlineData(ToolCallState.Running, "running")]
    [InlineData(ToolCallState.AwaitingApproval, "awaiting-approval")]
    [InlineData(ToolCallState.Failed, "failed")]
    [InlineData(ToolCallState.Denied, "denied")]
    [InlineData(ToolCallState.Cancelled, "cancelled")]
    public void Each_state_has_its_name(ToolCallState state, string name) =>
        Assert.Equal(name, Card(Call with { State = state }).Find("[data-testid=tool-call]").GetAttribute("data-state"));

    [Fact]
    public void A_denied_call_has_no_tick() =>
        Assert.Equal(IconPaths.Of("clear"), Card(Call with { State = ToolCallState.Denied }).Find("summary .icon.denied path").GetAttribute("d"));

    [Fact]
    public void A_long_result_is_cut_until_all_of_it_is_wanted()
    {
        var card = Card(Call with { Result = new string('x', 5_000) });
        Assert.Equal(BoundedText.MaxLength + 1, card.FindAll("pre")[1].TextContent.Length);

        var more = card.FindAll("button").Single(button => button.TextContent.Contains("Show all", StringComparison.Ordinal));
        Assert.Contains(5_000.ToString("N0", CultureInfo.CurrentCulture), more.TextContent, StringComparison.Ordinal);
        more.Click();

        Assert.Equal(5_000, card.FindAll("pre")[1].TextContent.Length);
    }

    [Theory]
    [InlineData("tool-allow-once", ToolAnswer.AllowOnce)]
    [InlineData("tool-allow-always", ToolAnswer.AllowAlways)]
    [InlineData("tool-deny", ToolAnswer.Deny)]
    public void A_call_that_waits_asks_with_its_arguments_and_takes_the_answer(string button, ToolAnswer answer)
    {
        var card = Card(Call with { State = ToolCallState.AwaitingApproval, Result = "" });
        var question = card.Find("[role=alertdialog]");
        Assert.Contains("\"a\": 5", question.TextContent, StringComparison.Ordinal);
        Assert.NotNull(card.Find($"#{question.GetAttribute("aria-labelledby")}"));

        card.Find($"[data-testid={button}]").Click();

        Assert.Equal(new ToolDecision("c1", answer), Assert.Single(_decisions));
    }

    [Fact]
    public void A_call_without_arguments_says_so_instead_of_showing_braces()
    {
        var card = Card(Call with { State = ToolCallState.AwaitingApproval, Source = "files", Arguments = "{}", Result = "" });

        Assert.Empty(card.FindAll("pre"));
        Assert.Equal("Let the model run add without arguments?", card.Find("[role=alertdialog] p").TextContent);
    }

    [Fact]
    public void The_question_is_gone_once_it_is_answered()
    {
        var card = Card(Call with { State = ToolCallState.AwaitingApproval });

        card.Render(parameters => parameters.Add(p => p.Call, Call));

        Assert.Empty(card.FindAll("[role=alertdialog]"));
    }

    [Fact]
    public void Images_are_shown_from_their_addresses_and_only_plain_pictures()
    {
        var picture = new ToolImage("image/png", new byte[] { 1, 2, 3 });
        var card = Card(Call with { Images = [picture, new ToolImage("image/svg+xml", new byte[] { 1 })] });

        Assert.Equal($"tool-images/{picture.Id}", Assert.Single(card.FindAll("img")).GetAttribute("src"));
        Assert.Empty(card.FindAll("[data-testid=tool-images-dropped]"));
    }

    [Fact]
    public void Images_that_are_not_kept_any_more_are_spoken_of() =>
        Assert.Contains("2 images are no longer kept", Card(Call with { DroppedImages = 2 }).Find("[data-testid=tool-images-dropped]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Text_and_calls_of_a_reply_stand_in_the_order_in_which_they_came()
    {
        var rounds = ReplyRound.Of(new MessageRecord
        {
            Id = "1", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch, Text = "Before.\n\nAfter.", ToolCalls = [Call with { TextOffset = 9 }],
        });

        Assert.Equal([("Before.", 1), ("After.", 0)], rounds.Select(round => (round.Text, round.Calls.Length)));
    }

    private IRenderedComponent<ToolCallCard> Card(ToolCallRecord call) =>
        Render<ToolCallCard>(parameters => parameters.Add(p => p.Call, call).Add(p => p.OnAnswer, _decisions.Add));
}
