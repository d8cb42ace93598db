using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>The message that waits for a reply, in the store and after a crash.</summary>
public sealed class StoredQueueTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task It_outlives_a_crash_held_and_is_gone_once_it_is_sent()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "hi");
        Assert.True(conversation.TryQueue("next \0 one"));
        await _rig.Conversations.StoreAsync(conversation);
        _rig.Crash();
        await _rig.StoreAsync(); // what the crash interrupted is ended

        var again = _rig.Conversations.Find(conversation.Id)!;
        Assert.Equal(MessageState.Interrupted, again.Messages[^1].State);
        Assert.Equal(new QueuedMessage("next \0 one", IsHeld: true), again.Queued);

        // In one write with the message that it becomes: it is at no moment in neither, or in both.
        Assert.True(again.TryBegin(_rig.Message(MessageRole.User) with { Text = "next \0 one", Id = "sent" }, _rig.Message(MessageRole.Assistant) with { Id = "reply" }, queued: again.Queued));
        await _rig.StoreAsync();
        _rig.Crash();
        Assert.Null(_rig.Conversations.Find(conversation.Id)!.Queued);
        Assert.Equal("next \0 one", _rig.Conversations.Find(conversation.Id)!.Messages[^2].Text);
    }

    [Fact]
    public void A_message_that_is_not_the_queued_one_any_more_is_not_sent_for_it()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "hi");
        Assert.True(conversation.TryQueue("next"));
        var queued = conversation.Queued;
        conversation.TakeQueued();
        ConversationRig.End(conversation);

        Assert.False(conversation.TryBegin(_rig.Message(MessageRole.User), _rig.Message(MessageRole.Assistant), queued: queued));
        Assert.Equal(2, conversation.Messages.Length);
    }

    [Fact]
    public async Task Of_a_temporary_chat_nothing_is_stored_and_a_removed_one_leaves_no_trace()
    {
        var temporary = _rig.Conversations.Create(isTemporary: true);
        _rig.Begin(temporary, "hi");
        Assert.True(temporary.TryQueue("secret of a temporary chat"));
        var kept = _rig.Conversations.Create();
        _rig.Begin(kept, "hi");
        Assert.True(kept.TryQueue("a message that is removed"));
        await _rig.Conversations.StoreAsync(kept);
        Assert.Equal("a message that is removed", _rig.Ask<string>("SELECT queued FROM conversation"));

        kept.TakeQueued();
        await _rig.StoreAsync();

        Assert.Null(_rig.Ask<string?>("SELECT queued FROM conversation"));
        Assert.Empty(_rig.FindInFiles("secret of a temporary chat"));
    }
}
