using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Chat;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Replies side by side, in the store and after a crash.</summary>
public sealed class StoredSideBySideTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task After_a_crash_in_the_middle_each_has_its_own_words_and_nobody_else_is_asked()
    {
        var conversation = Begin(isAtOnce: true);
        Assert.True(conversation.TryBeginColumn(1, Streaming("second")));
        conversation.Append("one ", "hm ", "first");
        conversation.Append("two ", "oh ", "second");
        conversation.AddCall(new ToolCallRecord { Id = "call", Name = "look" }, "first");
        conversation.AddCall(new ToolCallRecord { Id = "call", Name = "leap" }, "second");
        await _rig.Conversations.StoreAsync(conversation);
        conversation.Append("more", null, "first");
        conversation.Append("less", null, "second");
        conversation.UpdateCall("call", call => call with { Result = "seen" }, "first");
        await _rig.Conversations.StoreAsync(conversation);
        _rig.Crash();
        await _rig.StoreAsync(); // what the crash interrupted is ended

        var again = _rig.Conversations.Find(conversation.Id)!;
        var columns = again.SideBySide!.Columns;
        Assert.Equal(["a:1", "b:1", "c:1"], columns.Select(column => column.Model));
        Assert.Equal(["one \n\nmore", "two \n\nless", null], columns.Select(column => column.Reply?.Text));
        Assert.Equal(["hm ", "oh ", null], columns.Select(column => column.Reply?.Thinking));
        Assert.Equal([("look", "seen"), ("leap", "")], columns.Take(2).Select(column => Assert.Single(column.Reply!.ToolCalls)).Select(call => (call.Name, call.Result)));
        Assert.All(columns.Take(2), column => Assert.Equal(MessageState.Interrupted, column.Reply!.State));
        Assert.All(columns, column => Assert.False(column.IsWaiting));
        Assert.True(again.SideBySide.IsAtOnce);
        Assert.False(again.TryBegin(_rig.Message(MessageRole.User), _rig.Message(MessageRole.Assistant))); // still: keep one first

        Assert.True(again.TryKeep("second"));
        Assert.True(again.TakeKept());
        await _rig.StoreAsync();
        _rig.Crash();
        var kept = _rig.Conversations.Find(conversation.Id)!;
        Assert.Null(kept.SideBySide);
        Assert.Equal("second", kept.Messages[^1].Id);
        Assert.Equal("b:1", kept.Model);
        Assert.Equal(2, kept.Branches["second"].Count);
    }

    [Fact]
    public async Task One_that_ended_is_whole_while_another_is_still_written()
    {
        var conversation = Begin(isAtOnce: true);
        Assert.True(conversation.TryBeginColumn(1, Streaming("second")));
        conversation.Append("one", null, "first");
        conversation.Append("two", null, "second");
        await _rig.Conversations.StoreAsync(conversation);
        conversation.UpdateReply(reply => reply with { State = MessageState.Complete }, replyId: "first");
        Assert.True(conversation.IsGenerating);
        conversation.Append(" and on", null, "second");
        await _rig.Conversations.StoreAsync(conversation);
        _rig.Crash();
        await _rig.StoreAsync();

        var columns = _rig.Conversations.Find(conversation.Id)!.SideBySide!.Columns;
        Assert.Equal([("one", MessageState.Complete), ("two and on", MessageState.Interrupted)], columns.Take(2).Select(column => (column.Reply!.Text, column.Reply.State)));
    }

    [Fact]
    public void In_turn_the_next_one_waits_for_the_end_of_the_first()
    {
        var conversation = Begin(isAtOnce: false);
        Assert.False(conversation.TryBeginColumn(1, Streaming("second")));
        Assert.False(conversation.TryBeginColumn(0, Streaming("again"))); // it is being asked
        Assert.False(conversation.TryLeaveSideBySide());

        ConversationRig.End(conversation);
        Assert.True(conversation.TryBeginColumn(1, Streaming("second")));
        Assert.Equal("first", conversation.SideBySide!.Columns[0].Reply!.Id);
    }

    [Fact]
    public async Task A_reply_counts_as_stored_once_its_own_words_are_whatever_another_one_writes_meanwhile()
    {
        var store = new HeldStore(_rig.Files);
        using var conversations = new Core.Chat.Conversations(TimeProvider.System, store);
        store.Hold();
        var conversation = conversations.Create();
        _rig.Begin(conversation, "hi");
        var stored = conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(60));
        await store.SavesAsync();

        conversation.Append("and on", null);
        store.Release();

        Assert.True(await stored);
    }

    private Conversation Begin(bool isAtOnce)
    {
        var conversation = _rig.Conversations.Create();
        var prompt = _rig.Message(MessageRole.User) with { Text = "hi" };
        Assert.True(conversation.TryBegin(prompt, Streaming("first"), sideBySide: new SideBySide
        {
            PromptId = prompt.Id,
            Columns = [new SideBySideColumn("a:1") { ReplyId = "first" }, new SideBySideColumn("b:1") { IsWaiting = true }, new SideBySideColumn("c:1") { IsWaiting = true }],
            IsAtOnce = isAtOnce,
        }));
        return conversation;
    }

    private MessageRecord Streaming(string id) =>
        _rig.Message(MessageRole.Assistant) with { Id = id, State = MessageState.Streaming, Model = id is "first" ? "a:1" : "b:1" };
}
