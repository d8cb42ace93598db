using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class TokenShadesTests : ChatTestBase
{
    [Fact]
    public void A_reply_is_shaded_token_by_token_and_its_text_is_all_there()
    {
        var message = Draw("**Yes**,\nof <b>course</b>", """[[7,-0.01],[1,-0.4," or",-1.5,";",-4.2],[1,-1.2],2,[4,-2.5]]""");

        Assert.Equal("**Yes**,\nof <b>course</b>", message.Find("[data-tokens]").TextContent);
        Assert.Equal(["token s0", "token s1", "token s2", "token s3"], message.FindAll("[data-tokens] .token").Select(token => token.ClassName));
        Assert.Equal(["99 %, and nothing else above 1 %", "67 %; instead:", "30.1 %", "8.2 %"], message.FindAll("[data-tokens] .token").Select(token => token.GetAttribute("data-p")));
        Assert.Equal("""[[" or","22.3 %"],[";","1.5 %"]]""", message.FindAll("[data-tokens] .token")[1].GetAttribute("data-others"));
        Assert.Equal(["1 token", "1 token", "1 token", "1 token"], message.FindAll(".legend .count").Select(count => count.TextContent));
        Assert.Equal("line break", message.FindAll("[data-tokens] .token")[2].GetAttribute("aria-label"));
        Assert.Equal(["0", "-1", "-1", "-1"], message.FindAll("[data-tokens] .token").Select(token => token.GetAttribute("tabindex")));
        Assert.Equal("No probabilities are known for 12 characters.", message.Find("[data-testid=shades-unknown]").TextContent);
        Assert.Empty(message.FindAll("[data-testid=shades-format], [data-tokens] b"));

        message.Find("[data-testid=shades-text]").Click();
        Assert.Equal("Yes", message.Find(".markdown strong").TextContent);
        Assert.Empty(message.FindAll("[data-tokens]"));
        message.Find("[data-testid=shades-shown]").Click();
        Assert.NotEmpty(message.FindAll("[data-tokens]"));
    }

    [Fact]
    public void Thinking_is_read_as_text_and_shaded_when_a_person_wants_it()
    {
        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply("Yes") with { Thinking = "So I see.", Stats = new TurnStats { ThinkingLogprobs = Logprobs("[[2,-0.01],[7,-2.5]]") } }));
        Assert.Equal("So I see.", message.Find("[data-testid=thinking] .text").TextContent);
        Assert.Empty(message.FindAll("[data-tokens], [data-testid=token-shades]"));

        message.Find("[data-testid=thinking-shades] [data-testid=shades-shown]").Click();
        Assert.Equal(["token s0", "token s3"], message.FindAll("[data-tokens] .token").Select(token => token.ClassName));
        Assert.Equal("Tokens of the thinking", message.Find("[data-tokens]").GetAttribute("aria-label"));
    }

    [Fact]
    public void Where_a_format_was_set_it_says_what_the_shades_are_not()
    {
        var message = Draw("""{"a":1}""", "[[7,-0.5]]", stats => stats with { IsStructured = true });

        Assert.Contains("before it was applied", message.Find("[data-testid=shades-format]").TextContent, StringComparison.Ordinal);
        message.Find("[data-testid=shades-text]").Click();
        Assert.NotEmpty(message.FindAll("[data-testid=json-reply]"));
    }

    [Fact]
    public void Where_none_came_it_says_so_and_where_nobody_asked_nothing()
    {
        var none = Draw("Yes", "[]");

        Assert.Contains("none came", none.Find("[data-testid=shades-none]").TextContent, StringComparison.Ordinal);
        Assert.Empty(none.FindAll("[data-testid=token-shades]"));
        Assert.Empty(Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply("Yes") with { Stats = new TurnStats() })).FindAll("[data-testid=shades-none], [data-testid=token-shades]"));
    }

    [Fact]
    public void Each_answer_between_tools_has_its_own_tokens_and_those_that_fit_nowhere_are_not_drawn()
    {
        var reply = Reply("One.\n\nTwo.") with
        {
            ToolCalls = [new ToolCallRecord { Id = "c", Name = "t", Arguments = "{}", TextOffset = 6 }],
            Stats = new TurnStats { Logprobs = Logprobs("[[4,-0.01],2,[3,-0.5],[4,-2]]") },
        };

        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, reply));

        Assert.Equal(["One.", "Two."], message.FindAll("[data-tokens]").Select(text => text.TextContent));
        Assert.Equal(["One.", "Two"], message.FindAll("[data-tokens] .token").Select(token => token.TextContent));

        // Another version in its place: none of the tokens of this one stay.
        message.Render(parameters => parameters.Add(p => p.Message, reply with { Id = "other", Stats = new TurnStats { Logprobs = Logprobs("[[2,-0.01],[2,-0.5],2,[4,-2]]") } }));
        Assert.Equal(["On", "e.", "Two."], message.FindAll("[data-tokens] .token").Select(token => token.TextContent));
    }

    [Fact]
    public void Of_very_many_the_first_are_drawn_and_all_on_request()
    {
        var count = LogprobText.MostDrawn + 1;
        var message = Draw(new string('a', count), $"[{string.Join(',', Enumerable.Repeat("[1,-1]", count))}]");

        Assert.Equal(LogprobText.MostDrawn, message.FindAll("[data-tokens] .token").Count);
        Assert.Equal(count, message.Find("[data-tokens]").TextContent.Length);
        message.Find("[data-testid=shades-all]").Click();
        Assert.Equal(count, message.FindAll("[data-tokens] .token").Count);
    }

    [Theory]
    [InlineData(0.0004, "below 0.1 %")]
    [InlineData(0.0312, "3.1 %")]
    [InlineData(0.9994, "99.9 %")]
    [InlineData(1, "about 100 %")]
    public void No_probability_is_0_and_none_is_quite_100_percent(double probability, string said) => Assert.Equal(said, LogprobText.Percent(probability));

    private IRenderedComponent<AssistantMessage> Draw(string text, string logprobs, Func<TurnStats, TurnStats>? change = null)
    {
        var stats = new TurnStats { Logprobs = Logprobs(logprobs) };
        return Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply(text) with { Stats = change?.Invoke(stats) ?? stats }));
    }

    private static ReplyLogprobs Logprobs(string json) => System.Text.Json.JsonSerializer.Deserialize<ReplyLogprobs>(json)!;
}
