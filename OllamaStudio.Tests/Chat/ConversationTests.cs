using Microsoft.Extensions.Time.Testing;
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
        _conversation.Rename(new string('x', 499) + "🙂 and more words that go on");

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

    [Theory]
    [InlineData(MessageState.Complete)]
    [InlineData(MessageState.Stopped)]
    [InlineData(MessageState.Failed)]
    public void Another_reply_stands_beside_the_first_which_stays_whole_whatever_becomes_of_the_new_one(MessageState end)
    {
        Begin("hi");
        _conversation.Append("old", "thought");
        Finish(MessageState.Complete);
        var old = _conversation.Messages[^1];

        Assert.True(_conversation.TryBegin(null, Reply(), old.Id));
        _conversation.Append("new", null);
        Finish(end);

        var shown = _conversation.Messages;
        Assert.Equal(["hi", "new"], shown.Select(message => message.Text));
        Assert.Equal("", shown[^1].Thinking);
        Assert.Equal(new MessageBranch(2, 2, old.Id, null), _conversation.Branches[shown[^1].Id]);
        Assert.True(_conversation.Show(old.Id));
        Assert.Same(old, _conversation.Messages[^1]);
        Assert.Equal(3, _conversation.AllMessages.Length);
    }

    [Fact]
    public void A_changed_prompt_begins_a_branch_and_names_the_chat_while_it_is_shown()
    {
        Begin("first words");
        Finish(MessageState.Complete);
        var prompt = _conversation.Messages[0];

        Assert.True(_conversation.TryBegin(Message(MessageRole.User, "better words"), Reply(), prompt.Id));
        Finish(MessageState.Complete);

        Assert.Equal(["better words", ""], _conversation.Messages.Select(message => message.Text));
        Assert.Equal("better words", _conversation.Title);
        _conversation.Show(prompt.Id);
        Assert.Equal("first words", _conversation.Title);
        _conversation.Rename("Words");
        _conversation.Show(_conversation.Branches[prompt.Id].NextId!);
        Assert.Equal("Words", _conversation.Title);
    }

    [Fact]
    public void A_message_has_siblings_of_its_own_role_only()
    {
        Begin("hi");
        Finish(MessageState.Complete);
        var (prompt, reply) = (_conversation.Messages[0], _conversation.Messages[1]);

        Assert.False(_conversation.TryBegin(null, Reply(), prompt.Id));
        Assert.False(_conversation.TryBegin(Message(MessageRole.User, "no"), Reply(), reply.Id));
        Assert.False(_conversation.TryBegin(null, Reply(), "nobody"));
        Assert.Equal(2, _conversation.AllMessages.Length);
    }

    [Fact]
    public void The_branch_stays_while_a_reply_is_being_generated()
    {
        Begin("hi");
        Finish(MessageState.Complete);
        var first = _conversation.Messages[^1];
        _conversation.TryBegin(null, Reply(), first.Id);

        Assert.False(_conversation.Show(first.Id));
        Finish(MessageState.Stopped);
        Assert.True(_conversation.Show(first.Id));
    }

    [Fact]
    public void A_new_name_moves_the_chat_in_no_list()
    {
        var changed = _conversation.UpdatedAt;

        _conversation.Rename("Rome");

        Assert.Equal(("Rome", changed), (_conversation.Summary.Title, _conversation.Summary.UpdatedAt));
    }

    [Fact]
    public void Commas_part_tags()
    {
        Assert.True(ConversationTags.TryRead(["work, play,", "deep  sea"], out var tags, out _));
        Assert.Equal(["work", "play", "deep sea"], tags.ToArray());
        Assert.False(ConversationTags.TryRead([" , "], out _, out var fault));
        Assert.Equal("A tag needs at least one character.", fault);
        Assert.Equal(["work", "play"], ConversationTags.Fit(["work,play", ","]).ToArray());
    }

    [Fact]
    public void Looking_at_a_branch_moves_the_chat_in_no_list()
    {
        Begin("hi");
        Finish(MessageState.Complete);
        var first = _conversation.Messages[^1];
        _conversation.TryBegin(null, Reply(), first.Id);
        Finish(MessageState.Complete);
        var changed = _conversation.UpdatedAt;

        Assert.True(_conversation.Show(first.Id));

        Assert.Equal(changed, _conversation.UpdatedAt);
    }

    [Fact]
    public void A_deleted_conversation_takes_no_message_until_it_is_put_back()
    {
        using var store = new Conversations(TimeProvider.System);
        store.Add(_conversation);
        store.Remove(_conversation.Id);

        Assert.True(_conversation.IsDeleted);
        Assert.False(_conversation.TryBegin(Message(MessageRole.User, "hello?"), Reply()));
        Assert.Empty(_conversation.Messages);

        store.Add(_conversation);
        Assert.False(_conversation.IsDeleted);
        Begin("hello?");
    }

    [Fact]
    public void The_pace_counts_what_came_and_only_the_time_in_which_it_came()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        using var conversation = new Conversation("c", time);
        conversation.TryBegin(Message(MessageRole.User, "hi"), Reply());
        Assert.Null(conversation.Messages[^1].Pace);
        time.Advance(TimeSpan.FromSeconds(8)); // the model loads

        Write(6);
        conversation.AddCall(new ToolCallRecord { Id = "t", Name = "look" });
        time.Advance(TimeSpan.FromMinutes(1)); // the tool runs
        Assert.Equal(new ReplyPace(6, TimeSpan.FromSeconds(5), null), conversation.Messages[^1].Pace);
        Write(6);

        var pace = conversation.Messages[^1].Pace!;
        Assert.Equal(new ReplyPace(12, TimeSpan.FromSeconds(10), time.GetUtcNow()), pace);
        Assert.Equal(1.2, pace.ChunksPerSecond!.Value, 3);
        Assert.Equal(0.6, pace.At(time.GetUtcNow().AddSeconds(10)).ChunksPerSecond!.Value, 3);
        Assert.Null((pace with { Chunks = 9 }).ChunksPerSecond);

        void Write(int chunks)
        {
            for (var i = 0; i < chunks; i++)
            {
                time.Advance(TimeSpan.FromSeconds(i == 0 ? 0 : 1));
                conversation.Append("word ", null);
            }
        }
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
