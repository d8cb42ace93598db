using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat;

public class HistoryTests
{
    private int _next;

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

    [Fact]
    public void Thinking_goes_along_before_the_text()
    {
        var sent = History.Select([User("a"), Reply("answer") with { Thinking = "hmm" }], 50);

        Assert.Equal(ChatRole.Assistant, sent[1].Role);
        Assert.Equal("hmm", Assert.IsType<TextReasoningContent>(sent[1].Contents[0]).Text);
        Assert.Equal("answer", Assert.IsType<TextContent>(sent[1].Contents[1]).Text);
    }

    private MessageRecord User(string text) => Message(MessageRole.User, text, MessageState.Complete);

    private MessageRecord Reply(string text, MessageState state = MessageState.Complete) => Message(MessageRole.Assistant, text, state);

    private MessageRecord Message(MessageRole role, string text, MessageState state) =>
        new() { Id = $"{_next++}", Role = role, Text = text, State = state, CreatedAt = DateTimeOffset.UnixEpoch };
}
