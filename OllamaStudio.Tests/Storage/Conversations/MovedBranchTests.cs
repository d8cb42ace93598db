using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>A branch that is moved is in the store at every moment: in the new conversation before it leaves the first one, and the other way round.</summary>
public sealed class MovedBranchTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly StoreFixture _files = new();
    private readonly ManualTime _time = new();
    private HeldStore _store = null!;
    private Core.Chat.Conversations _conversations = null!;
    private Conversation _original = null!;

    public async Task InitializeAsync()
    {
        _store = new HeldStore(_files);
        _conversations = new Core.Chat.Conversations(_time, _store);
        _original = _conversations.Create();
        Say(_original, "one");
        Say(_original, "two");
        await _conversations.StoreAsync(_original);
    }

    public async Task DisposeAsync()
    {
        _store.Release();
        await _conversations.StopAsync();
        _conversations.Dispose();
        await _files.DisposeAsync();
    }

    [Fact]
    public async Task It_leaves_the_one_once_the_other_has_it_stored_and_on_undo_the_other_way_round()
    {
        _store.Forget();
        _store.Hold();
        var moving = _conversations.MoveOutAsync(_original.Id, "two");
        await _store.SavesAsync();
        Assert.False(moving.IsCompleted);
        Assert.Equal(4, _original.Count);
        _store.Release();
        var moved = (await moving.WaitAsync(Guard)).Branch!;
        Assert.Equal(2, _original.Count);
        Assert.Equal(4, _store.Load(moved.Conversation.Id)!.Messages.Length);
        await _conversations.StoreAsync(_original).WaitAsync(Guard);
        Assert.Equal(2, _store.Load(_original.Id)!.Messages.Length);

        _store.Forget();
        _store.Hold();
        Assert.True(_conversations.PutBack(moved));
        await _store.SavesAsync();
        Assert.False(moved.Conversation.IsDeleted);
        _store.Release();
        await _conversations.StopAsync().WaitAsync(Guard);
        Assert.True(moved.Conversation.IsDeleted);
        Assert.Equal(4, _store.Load(_original.Id)!.Messages.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_new_one_cannot_be_stored_nothing_is_moved(bool isSlow)
    {
        _store.Forget();
        if (isSlow)
        {
            _store.Hold();
        }
        else
        {
            _store.Fault = new IOException("full");
        }

        var moving = _conversations.MoveOutAsync(_original.Id, "two");
        if (isSlow)
        {
            await _time.WaitForTimerAsync(TimeSpan.FromSeconds(2));
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(new MoveResult(null, IsStored: false), await moving.WaitAsync(Guard));
        Assert.Equal(4, _original.Count);
        Assert.Single(_conversations.All);
        Assert.False(_conversations.IsBehind);
        _store.Fault = null;
    }

    [Fact]
    public async Task What_is_said_meanwhile_is_not_lost_and_nothing_is_moved()
    {
        _store.Forget();
        _store.Hold();
        var moving = _conversations.MoveOutAsync(_original.Id, "two");
        await _store.SavesAsync();
        Say(_original, "three");
        _store.Release();

        Assert.Equal(new MoveResult(null), await moving.WaitAsync(Guard));
        Assert.Equal(6, _original.Count);
        Assert.Single(_conversations.All);
    }

    [Fact]
    public async Task A_temporary_chat_that_was_moved_to_keeps_its_traces_when_the_notice_goes()
    {
        var eraser = new RecordingEraser();
        using var conversations = new Core.Chat.Conversations(_time, _store, [eraser]);
        var original = conversations.Create(isTemporary: true);
        Say(original, "a", 'a');
        Say(original, "b", 'b');
        var moved = (await conversations.MoveOutAsync(original.Id, "b")).Branch!;
        conversations.Purge(moved.Removed);
        conversations.Purge(conversations.Remove(original.Id, "a")!);
        await conversations.StopAsync();

        Assert.Empty(eraser.Traces); // the new one has a copy of what led to it, too
        conversations.Purge(conversations.Remove(moved.Conversation.Id, moved.Conversation.Messages[0].Id)!);
        await conversations.StopAsync();
        Assert.Equal([Trace('a'), Trace('b')], eraser.Traces.Order(StringComparer.Ordinal));
    }

    private void Say(Conversation conversation, string prompt, char trace = 'c')
    {
        Assert.True(conversation.TryBegin(
            new MessageRecord { Id = prompt, Role = MessageRole.User, CreatedAt = _time.GetUtcNow(), Text = prompt },
            new MessageRecord { Id = $"answer to {prompt}", Role = MessageRole.Assistant, CreatedAt = _time.GetUtcNow(), State = MessageState.Streaming }));
        conversation.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = Trace(trace), Capture = CaptureLevel.Full });
    }

    private static string Trace(char digit) => new(digit, 32);
}
