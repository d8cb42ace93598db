using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What a reply says of the context window: what did not fit, was left out or cut, and what it forgot.</summary>
public sealed class AssistantMessageContextTests : ChatTestBase
{
    [Theory]
    [InlineData(2050, 40, true, "Ollama left out the oldest part of what was sent: the model read 2,050 tokens, and its context window holds 4,096.")]
    [InlineData(4000, 500, false, "Prompt and reply, 4,500 tokens, outgrew the context window of 4,096: the model forgot the beginning while it wrote.")]
    [InlineData(4000, 90, false, null)]
    public void What_the_server_dropped_of_the_context_is_said_below_the_reply(int input, int output, bool truncated, string? said)
    {
        var message = Draw(Reply("text") with { Stats = new TurnStats { Context = new(4096, input, output, truncated) } });

        Assert.Equal(said, message.FindAll("[data-testid=context-note]").SingleOrDefault()?.TextContent);
    }

    [Fact]
    public void A_reply_that_was_stopped_after_it_outgrew_the_window_says_from_where_on_once()
    {
        var stats = new TurnStats { Outgrown = new ReplyWarning(ReplyWarningKind.Outgrown, From: 1_234) { Window = 4096, Tokens = 4_100 } };

        Assert.Equal(
            "After 1,234 characters prompt and reply passed the context window of 4,096 tokens: from there on the model forgot the beginning.",
            Draw(Reply("text", MessageState.Stopped) with { Stats = stats }).Find("[data-testid=context-note]").TextContent);
        Assert.StartsWith(
            "After 1,234 characters of thinking prompt and reply",
            Draw(Reply("text", MessageState.Stopped) with { Stats = new TurnStats { Outgrown = stats.Outgrown with { IsThinking = true } } }).Find("[data-testid=context-note]").TextContent,
            StringComparison.Ordinal);
        Assert.StartsWith("Prompt and reply, 4,500 tokens", Assert.Single(Draw(Reply("text") with { Stats = stats with { Context = new(4096, 4000, 500, IsTruncated: false) } }).FindAll("[data-testid=context-note]")).TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "With the results of its tools the conversation has 7,810 tokens, the model's context window has 4,096, though the results were shortened")]
    [InlineData(false, "With the results of its tools your message has 7,810 tokens, the model's context window has 4,096, though the results were shortened")]
    public void What_does_not_fit_after_tools_have_run_is_not_said_to_be_unsent_and_its_buttons_warn(bool hasOlder, string words)
    {
        var failed = Reply(state: MessageState.Failed) with { Stats = new TurnStats { Exceeded = new ContextExcess(7810, 4096, hasOlder) } };
        var before = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, failed).Add(p => p.OnFit, static _ => { }));
        Assert.Empty(before.FindAll("[data-testid=context-ran-tools]"));

        var card = Render<AssistantMessage>(parameters => parameters
            .Add(p => p.Message, failed with { ToolCalls = [new ToolCallRecord { Id = "c1", Name = "read", State = ToolCallState.Succeeded, Result = "…" }] }).Add(p => p.OnFit, static _ => { }))
            .Find("[data-testid=context-card]");

        Assert.StartsWith(words, card.QuerySelector("p")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was sent", card.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("This reply has already run tools.", card.QuerySelector("[data-testid=context-ran-tools]")!.TextContent, StringComparison.Ordinal);
    }

    public static TheoryData<LeftOut, string[]> WaysToLeaveOut => new()
    {
        {
            new LeftOut(4, 0, 4096) { PromptTokens = 7810, Last = "How do I sort" },
            ["The 4 oldest messages, up to “How do I sort”, were left out: with everything the prompt has 7,810 tokens, the model's context window holds 4,096 tokens."]
        },
        {
            new LeftOut(4, 0, 4096) { PromptTokens = 7810, Before = 2 },
            ["The 4 oldest messages were left out, 2 more than before: the model's context window holds 4,096 tokens."]
        },
        { new LeftOut(2, 0, 4096) { PromptTokens = 7810, Before = 2 }, ["The 2 oldest messages were left out, as before: the model's context window holds 4,096 tokens."] },
        { new LeftOut(2, 0, null) { Before = 0 }, ["The 2 oldest messages were left out: the model's context window is full."] },
        { new LeftOut(1, 0, null), ["The oldest message was left out, as before: the model's context window is full."] },
        { new LeftOut(0, 1, 4096), ["A result of the tools was shortened for the model: the model's context window holds 4,096 tokens."] },
        {
            new LeftOut(2, 3, 4096),
            [
                "The 2 oldest messages were left out, as before: the model's context window holds 4,096 tokens.",
                "3 results of the tools were shortened for the model: the model's context window holds 4,096 tokens.",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(WaysToLeaveOut))]
    public void What_was_left_out_so_that_the_prompt_fits_stands_below_the_reply(LeftOut leftOut, string[] said)
    {
        var message = Draw(Reply("text") with { Stats = new TurnStats { LeftOut = leftOut } });

        Assert.Equal(said, message.FindAll("[data-testid=context-left-out]").Select(note => note.TextContent));
        Assert.Empty(message.FindAll("[role=alert]"));
    }

    [Fact]
    public void A_prompt_that_does_not_fit_gets_a_card_with_the_numbers_and_the_ways_on()
    {
        List<FitDecision> chosen = [];
        var edits = 0;
        var failed = Reply(state: MessageState.Failed) with
        {
            Stats = new TurnStats { Exceeded = new ContextExcess(7810, 4096, HasOlder: true) }, Error = new MessageError("request (7810 tokens) exceeds …", null),
        };
        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, failed).Add(p => p.OnFit, chosen.Add).Add(p => p.OnEditPrompt, () => edits++));

        Assert.Empty(message.FindAll("[data-testid=error-banner]"));
        Assert.Equal(
            "The conversation has 7,810 tokens, the model's context window has 4,096. Nothing was sent to the model, and nothing is lost.",
            message.Find("[data-testid=context-card] p").TextContent);
        message.Find("[data-testid=context-leave-out]").Click();
        message.Find("[data-testid=context-cut]").Click();
        message.Find("[data-testid=context-edit]").Click();
        Assert.Equal("Make the window 16,384 tokens", message.Find("[data-testid=context-enlarge]").TextContent);
        message.Find("[data-testid=context-enlarge]").Click();
        Assert.Equal([new(failed.Id, ContextFull.LeaveOut), new(failed.Id, ContextFull.Cut), new(failed.Id, How: null, 16_384)], chosen);
        Assert.Equal(1, edits);
    }

    [Fact]
    public void A_message_that_is_too_long_by_itself_has_nothing_older_to_leave_out()
    {
        var failed = Reply(state: MessageState.Failed) with { Stats = new TurnStats { Exceeded = new ContextExcess(7810, 4096, HasOlder: false) } };
        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, failed).Add(p => p.OnFit, (FitDecision _) => { }));

        Assert.StartsWith("Your message has 7,810 tokens", message.Find("[data-testid=context-card] p").TextContent, StringComparison.Ordinal);
        Assert.Empty(message.FindAll("[data-testid=context-leave-out]"));

        // An old one is only told of.
        Assert.Empty(Draw(failed).FindAll("[data-testid=context-card] button"));
    }

    [Fact]
    public void A_run_away_is_said_beside_a_button_that_stops_it_and_said_again_when_it_has_ended()
    {
        var stops = 0;
        var repetition = new ReplyWarning(ReplyWarningKind.Repeating, 1_200) { Period = 27, Times = 22 };
        var reply = Reply("again", MessageState.Streaming) with
        {
            Phase = TurnPhase.Writing, Warnings = [repetition, new ReplyWarning(ReplyWarningKind.Outgrown, 1_300) { Tokens = 4_100, Window = 4_096 }],
        };
        var message = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, reply).Add(p => p.OnStop, () => stops++));

        Assert.Equal(
            ["The reply repeats itself: the same 27 characters, over 22 times.", "Prompt and reply have passed the context window of 4,096 tokens: from about here on the model forgets the beginning."],
            message.FindAll("[data-testid=reply-warning] span").Select(text => text.TextContent).Where(text => text.Length > 0));
        message.Find("[data-testid=reply-warning] button").Click();
        Assert.Equal(1, stops);

        message.Render(parameters => parameters.Add(p => p.Message, reply with { State = MessageState.Stopped, Warnings = [], Stats = new TurnStats { Repetition = repetition } }));
        Assert.Empty(message.FindAll("[data-testid=reply-warning]"));
        Assert.Equal("After 1,200 characters the reply only repeated itself: the same 27 characters, over 22 times.", message.Find("[data-testid=context-note]").TextContent);
    }

    private IRenderedComponent<AssistantMessage> Draw(MessageRecord message) =>
        Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, message));
}
