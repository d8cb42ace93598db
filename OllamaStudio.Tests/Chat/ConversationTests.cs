using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat;

public sealed class ConversationTests : IDisposable
{
    private readonly Conversation _conversation = new("c1", TimeProvider.System);

    [Fact]
    public void The_first_prompt_gives_the_title_in_one_line()
    {
        Begin("How do I\n  reverse a list?");
        Finish(MessageState.Complete);
        Begin("And a set?");

        Assert.Equal("How do I reverse a list?", _conversation.Title);
    }

    [Fact]
    public void A_long_title_is_cut_and_never_within_a_character()
    {
        _conversation.Rename(new string('x', 59) + "🙂 and more words that go on");

        Assert.EndsWith("x…", _conversation.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_and_thinking_grow_in_the_last_message()
    {
        Begin("hi");
        _conversation.Append(null, "hm");
        _conversation.Append("Hel", null);
        _conversation.Append("lo", null);

        var reply = _conversation.Messages[^1];
        Assert.Equal(("Hello", "hm"), (reply.Text, reply.Thinking));
        Assert.True(_conversation.IsGenerating);
    }

    [Fact]
    public void A_reply_without_an_end_is_broken_off_at_the_bound_and_kept_until_there()
    {
        Begin("hi");
        _conversation.Append(new string('x', Conversation.MaxReplyLength - 10), "thought");

        Assert.Throws<ReplyTooLongException>(() => _conversation.Append("four", null));

        Assert.Equal(Conversation.MaxReplyLength - 10, _conversation.Messages[^1].Text.Length);
    }

    [Fact]
    public void A_reply_that_has_ended_is_not_copied_again()
    {
        Begin("hi");
        _conversation.Append("Hello", "hm");
        Finish(MessageState.Complete);
        var text = _conversation.Messages[^1].Text;

        _conversation.Rename("Greeting");

        Assert.Same(text, _conversation.Messages[^1].Text);
        Assert.Equal("Hello", text);
    }

    [Fact]
    public void A_snapshot_once_taken_does_not_change()
    {
        Begin("hi");
        _conversation.Append("one", null);
        var before = _conversation.Messages;
        _conversation.Append(" two", null);

        Assert.Equal("one", before[^1].Text);
        Assert.Equal("one two", _conversation.Messages[^1].Text);
    }

    [Fact]
    public void A_message_that_did_not_change_is_the_same_object()
    {
        Begin("hi");
        var prompt = _conversation.Messages[0];
        _conversation.Append("text", null);

        Assert.Same(prompt, _conversation.Messages[0]);
        Assert.Same(_conversation.Messages[1], _conversation.Messages[1]);
    }

    [Fact]
    public void Two_replies_never_run_at_once()
    {
        Begin("first");

        Assert.False(_conversation.TryBegin(Message(MessageRole.User, "second"), Reply()));
        Assert.False(_conversation.TryBegin(null, Reply()));
        Assert.Equal(2, _conversation.Messages.Length);
    }

    [Fact]
    public void A_finished_reply_is_replaced_and_its_text_does_not_leak_into_the_next()
    {
        Begin("hi");
        _conversation.Append("old", "thought");
        Finish(MessageState.Failed);

        Assert.True(_conversation.TryBegin(null, Reply()));
        _conversation.Append("new", null);
        Assert.Equal(("new", ""), (_conversation.Messages[^1].Text, _conversation.Messages[^1].Thinking));
    }

    [Fact]
    public void Where_there_is_no_reply_none_is_replaced()
    {
        Assert.False(_conversation.TryBegin(null, Reply()));
        Assert.Empty(_conversation.Messages);
    }

    public void Dispose() => _conversation.Dispose();

    private void Begin(string prompt) => Assert.True(_conversation.TryBegin(Message(MessageRole.User, prompt), Reply()));

    private void Finish(MessageState state) => _conversation.UpdateReply(reply => reply with { State = state });

    private static MessageRecord Reply() => Message(MessageRole.Assistant, "") with { State = MessageState.Streaming };

    private static MessageRecord Message(MessageRole role, string text) =>
        new() { Id = Guid.NewGuid().ToString("N"), Role = role, Text = text, CreatedAt = DateTimeOffset.UnixEpoch };
}
