using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat;

public class HistoryTests
{
    private int _next;

    [Fact]
    public void What_did_not_fit_stays_out_until_another_model_or_a_larger_window_is_asked()
    {
        ImmutableArray<MessageRecord> messages = [User("a"), Reply("1"), User("b"), Reply("2"), User("c")];
        var full = Reply("3") with { Model = "small", Stats = new TurnStats { LeftOut = new LeftOut(2, 1, 4096) { FirstKept = messages[2].Id, PromptTokens = 5000 } } };
        messages = [.. messages, full, User("d")];

        var leftOut = History.StillLeftOut(messages, "small:latest", window: 4096);

        Assert.Equal((2, 0, null), (leftOut!.Messages, leftOut.Results, leftOut.PromptTokens));
        Assert.Equal(["b", "2", "c", "3", "d"], History.Select(messages, 50, leftOut).Select(message => message.Text));
        Assert.Equal(2, History.CountUnsent(messages, 50, leftOut));
        Assert.Equal(["c", "3", "d"], History.Select(messages, 3, leftOut).Select(message => message.Text));
        Assert.Null(History.StillLeftOut(messages, "large", window: null));
        Assert.Null(History.StillLeftOut(messages, "small", window: 8192));
        Assert.NotNull(History.StillLeftOut(messages, "small", window: null));
        // A branch that does not have it.
        Assert.Null(History.StillLeftOut([User("x"), full, User("y")], "small", window: null));
        Assert.Null(History.StillLeftOut([.. messages, Reply("4") with { Model = "small", Stats = new TurnStats() }], "small", window: null));
    }

    [Theory]
    [InlineData(3_000, 400, 100, 10, true)] // as full as before
    [InlineData(2_000, 400, 100, 10, false)] // tools were switched off, and a turn has counted it without them
    [InlineData(2_000, 400, 3_000, 10, true)] // what was left out is too long by itself
    [InlineData(2_000, 400, 100, 3_000, true)] // what is to be sent is
    [InlineData(null, null, 100, 10, true)] // nobody knows
    public void What_was_left_out_is_sent_again_once_all_of_it_has_room(int? input, int? output, int before, int next, bool isStillOut)
    {
        ImmutableArray<MessageRecord> messages = [User(new string('a', before)), Reply("1"), User("b")];
        var full = Reply("2") with { Model = "small", Stats = new TurnStats { InputTokens = input, OutputTokens = output, LeftOut = new LeftOut(2, 0, 4096) { FirstKept = messages[2].Id } } };

        Assert.Equal(isStillOut, History.StillLeftOut([.. messages, full, User(new string('c', next))], "small", window: null) is not null);
    }

    [Fact]
    public void The_reply_being_generated_and_failed_ones_are_left_out()
    {
        var sent = History.Select([User("a"), Reply("b"), User("c"), Reply("lost", MessageState.Failed), User("d"), Reply("", MessageState.Streaming)], 50);

        Assert.Equal(["a", "b", "c", "d"], sent.Select(message => message.Text));
    }

    [Fact]
    public void A_stopped_reply_goes_along_unless_it_is_empty()
    {
        var sent = History.Select([User("a"), Reply("half", MessageState.Stopped), User("b"), Reply("", MessageState.Stopped), User("c")], 50);

        Assert.Equal(["a", "half", "b", "c"], sent.Select(message => message.Text));
    }

    [Fact]
    public void The_newest_are_kept_and_no_reply_comes_first()
    {
        ImmutableArray<MessageRecord> messages = [User("1"), Reply("2"), User("3"), Reply("4"), User("5")];

        Assert.Equal(["3", "4", "5"], History.Select(messages, 3).Select(message => message.Text));
        Assert.Equal(["3", "4", "5"], History.Select(messages, 4).Select(message => message.Text));
        Assert.Equal(["5"], History.Select(messages, 1).Select(message => message.Text));
        Assert.Equal(["5"], History.Select(messages, 0).Select(message => message.Text));
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(5, 0)]
    [InlineData(4, 2)]
    [InlineData(3, 2)]
    [InlineData(2, 4)]
    [InlineData(1, 4)]
    public void What_the_next_prompt_does_not_take_along_is_known_before_it_is_sent(int limit, int unsent)
    {
        ImmutableArray<MessageRecord> messages = [User("1"), Reply("2"), User("3"), Reply("4")];

        Assert.Equal(unsent, History.CountUnsent(messages, limit));
        Assert.Equal(messages.Skip(unsent).Select(message => message.Text).Append("5"), History.Select([.. messages, User("5")], limit).Select(message => message.Text));

        // While it is answered, the line stands where it stood.
        Assert.Equal(unsent, History.CountUnsent([.. messages, User("5"), Reply("", MessageState.Streaming)], limit));
        Assert.Equal(0, History.CountUnsent([], limit));
    }

    [Fact]
    public void An_interrupted_reply_goes_along_as_a_stopped_one()
    {
        var sent = History.Select([User("a"), Reply("half", MessageState.Interrupted), User("b"), Reply("", MessageState.Interrupted), User("c")], 50);

        Assert.Equal(["a", "half", "b", "c"], sent.Select(message => message.Text));
    }

    [Fact]
    public void Thinking_goes_along_before_the_text()
    {
        var sent = History.Select([User("a"), Reply("answer") with { Thinking = "hmm" }], 50);

        Assert.Equal(ChatRole.Assistant, sent[1].Role);
        Assert.Equal("hmm", Assert.IsType<TextReasoningContent>(sent[1].Contents[0]).Text);
        Assert.Equal("answer", Assert.IsType<TextContent>(sent[1].Contents[1]).Text);
    }

    [Fact]
    public void Tool_calls_go_along_in_the_order_in_which_they_were_made_each_with_its_result()
    {
        var sent = History.Select([User("a"), WithCalls(), User("b")], 50);

        Assert.Equal(
            [ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.User], sent.Select(message => message.Role));
        Assert.Equal(["hm", "Let me add."], sent[1].Contents.Take(2).Select(content => content.ToString()));
        Assert.Equal(["c1", "c2"], sent[1].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
        Assert.Equal("5", sent[1].Contents.OfType<FunctionCallContent>().First().Arguments!["a"]!.ToString());
        Assert.Equal([("c1", "8"), ("c2", "9")], sent[2].Contents.Cast<FunctionResultContent>().Select(result => (result.CallId, (string)result.Result!)));
        Assert.Equal("c3", Assert.IsType<FunctionCallContent>(Assert.Single(sent[3].Contents)).CallId);
        Assert.Equal("It is 8.", sent[5].Text);
    }

    [Fact]
    public void A_call_that_was_stopped_still_has_a_result()
    {
        var stopped = Reply("", MessageState.Stopped) with
        {
            ToolCalls = [new ToolCallRecord { Id = "c1", Name = "hang", State = ToolCallState.Cancelled }],
        };

        var sent = History.Select([User("a"), stopped, User("b")], 50);

        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.User], sent.Select(message => message.Role));
        Assert.NotEmpty((string)Assert.IsType<FunctionResultContent>(Assert.Single(sent[2].Contents)).Result!);
    }

    [Fact]
    public void What_tools_did_for_a_reply_that_failed_is_told_and_other_failures_are_not()
    {
        var failed = Reply("Done", MessageState.Failed) with { ToolCalls = [Call("c1", "written", round: 0, text: 0, thinking: 0)] };

        var sent = History.Select([User("a"), failed, User("b"), Reply("half", MessageState.Failed), User("c")], 50);

        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant, ChatRole.User, ChatRole.User], sent.Select(message => message.Role));
        Assert.Equal("written", Assert.IsType<FunctionResultContent>(Assert.Single(sent[2].Contents)).Result);
    }

    [Theory]
    [InlineData(8, "a,b")]
    [InlineData(7, "a,b")]
    [InlineData(6, "a,b")]
    [InlineData(3, "a,b")]
    [InlineData(2, "b")]
    public void A_limit_never_parts_a_result_from_its_call(int limit, string prompts)
    {
        var sent = History.Select([User("a"), WithCalls(), User("b")], limit);

        Assert.True(sent.Count <= limit);
        Assert.Equal(prompts, string.Join(',', sent.Where(message => message.Role == ChatRole.User).Select(message => message.Text)));
        Assert.Equal(limit >= 7, sent.Any(message => message.Role == ChatRole.Tool));
        Assert.Equal(
            sent.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId),
            sent.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId));
    }

    [Theory]
    [InlineData(9, 0, 0, 0)] // prompt, three answers and the results of two, and what comes
    [InlineData(8, 0, 1, 2)] // the older one without its tools
    [InlineData(4, 2, 1, 4)] // only the newer one, without
    [InlineData(2, 4, 0, 0)]
    public void Replies_that_go_without_their_tools_are_counted(int limit, int unsent, int replies, int before)
    {
        var brief = Reply("Done.") with { ToolCalls = [Call("c9", "1", round: 0, text: 0, thinking: 0)] };
        ImmutableArray<MessageRecord> messages = [User("a"), brief, User("b"), brief with { Id = "last" }];

        Assert.Equal((replies, before), History.CountWithoutTools(messages, limit));
        Assert.Equal(unsent, History.CountUnsent(messages, limit));
        var sent = History.Select([.. messages, User("c")], limit);
        Assert.True(sent.Count <= limit);
        Assert.Equal(messages.Skip(unsent).Count(static message => !message.ToolCalls.IsEmpty) - replies, sent.Count(static message => message.Role == ChatRole.Tool));
    }

    private MessageRecord WithCalls() => Reply("Let me add.\n\nIt is 8.") with
    {
        Thinking = "hm",
        ToolCalls =
        [
            Call("c1", "8", round: 0, text: 13, thinking: 2), Call("c2", "9", round: 0, text: 13, thinking: 2), Call("c3", "7", round: 1, text: 13, thinking: 2),
        ],
    };

    private static ToolCallRecord Call(string id, string result, int round, int text, int thinking) => new()
    {
        Id = id, Name = "add", Arguments = """{"a":5,"b":3}""", State = ToolCallState.Succeeded, Result = result, Round = round, TextOffset = text, ThinkingOffset = thinking,
    };

    private MessageRecord User(string text) => Message(MessageRole.User, text, MessageState.Complete);

    private MessageRecord Reply(string text, MessageState state = MessageState.Complete) => Message(MessageRole.Assistant, text, state);

    private MessageRecord Message(MessageRole role, string text, MessageState state) =>
        new() { Id = $"{_next++}", Role = role, Text = text, State = state, CreatedAt = DateTimeOffset.UnixEpoch };
}
