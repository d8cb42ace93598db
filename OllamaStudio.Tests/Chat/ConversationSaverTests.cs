using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>When what changes is stored, with the clock and the store in the test's hands.</summary>
public sealed class ConversationSaverTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly StoreFixture _files = new();
    private readonly ManualTime _time = new();
    private readonly HeldStore _store;
    private readonly Conversations _conversations;
    private readonly Conversation _conversation;

    public ConversationSaverTests()
    {
        _store = new HeldStore(_files);
        _conversations = new Conversations(_time, _store);
        _conversation = _conversations.Create();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _store.Release();
        _conversations.Dispose();
        await _files.DisposeAsync();
    }

    [Theory]
    [InlineData('x', 4096)]
    [InlineData('字', 1366)] // three bytes each
    public async Task Text_is_stored_a_second_after_it_came_and_a_lot_of_it_at_once_and_each_piece_only_once(char letter, int count)
    {
        var lot = new string(letter, count);
        await BeginAsync();
        var saves = _store.Saves.Count;
        _conversation.Append("one ", "hm");
        _conversation.Append("two ", null);
        Assert.Equal(saves, _store.Saves.Count);

        await _time.FireAsync(TimeSpan.FromSeconds(1));
        await _store.SavesAsync();
        await SettleAsync();
        _conversation.Append(lot[1..], null);
        Assert.Equal(0, _store.Waiting);
        _conversation.Append(lot[..1], null);
        await _store.SavesAsync(); // nobody moved the clock
        await SettleAsync();

        var last = _store.Saves.Skip(saves).ToList();
        Assert.Equal(
            [new StoredPiece(1, true, 0, "hm"), new StoredPiece(1, false, 0, "one two "), new StoredPiece(1, false, 8, lot)],
            last.SelectMany(save => save.Pieces));
        Assert.All(last.SelectMany(save => save.Messages), message => Assert.Equal((1, "", ""), (message.Number, message.Message.Text, message.Message.Thinking)));
    }

    [Fact]
    public async Task One_write_is_under_way_at_a_time_and_the_next_has_all_that_came_meanwhile()
    {
        await BeginAsync();
        _store.Hold();
        var saves = _store.Saves.Count;
        _conversation.Rename("first");
        await _store.SavesAsync();
        for (var i = 0; i < 50; i++)
        {
            _conversation.Rename($"name {i}");
            _conversation.Append(new string('x', 10_000), null);
        }

        Assert.Equal((1, saves + 1), (_store.Waiting, _store.Saves.Count));
        _store.Release();
        await _store.SavesAsync();
        await SettleAsync();

        Assert.Equal(saves + 2, _store.Saves.Count);
        var last = _store.Saves.Last();
        Assert.Equal(("name 49", 500_000), (last.Head.Name, Assert.Single(last.Pieces).Text.Length));
    }

    [Fact]
    public async Task What_is_going_on_while_it_streams_is_not_worth_a_write()
    {
        await BeginAsync();
        var saves = _store.Saves.Count;

        _conversation.UpdateReply(reply => reply with { Phase = TurnPhase.Thinking, SilentSince = _time.GetUtcNow() }, isStored: false);
        await SettleAsync();

        Assert.Equal(saves, _store.Saves.Count);
        Assert.False(_conversation.IsUnsaved);
    }

    [Fact]
    public async Task A_write_that_fails_by_its_own_fault_is_tried_again_whole_and_not_at_once()
    {
        await BeginAsync();
        _conversation.Append("so far", null);
        _store.Fault = new InvalidOperationException("a bug");
        _conversation.Rename("named");
        await _store.SavesAsync();
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        Assert.True(_conversation.IsUnsaved);
        Assert.True(_conversations is { IsBehind: true, HasFailed: true });

        _store.Fault = null;
        await _time.FireAsync(TimeSpan.FromMinutes(1));
        await _store.SavesAsync();
        await SettleAsync();

        Assert.Equal([0, 1], _store.Saves.Last().Messages.Select(message => message.Number));
        Assert.Equal("so far", Assert.Single(_store.Saves.Last().Pieces).Text);
        Assert.False(_conversation.IsUnsaved);
        Assert.False(_conversations.IsBehind);
    }

    [Fact]
    public async Task What_could_not_be_stored_is_not_said_any_more_once_it_was_deleted()
    {
        await BeginAsync();
        _store.Fault = new InvalidOperationException("a bug");
        Assert.False(await RenamedAsync());
        Assert.True(_conversations.HasFailed);

        _conversations.Remove(_conversation.Id);
        Assert.False(_conversations.IsBehind);

        Task<bool> RenamedAsync()
        {
            _conversation.Rename("named");
            return SettleAsync();
        }
    }

    [Fact]
    public async Task It_is_waited_for_no_longer_than_asked_and_said_until_it_is_stored()
    {
        _store.Hold();
        Begin();
        var waiting = _conversations.TryStoreAsync(_conversation, TimeSpan.FromMilliseconds(500));
        await _time.WaitForTimerAsync(TimeSpan.FromMilliseconds(500));
        _time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await waiting.WaitAsync(Guard));
        Assert.True(_conversations.IsBehind);
        _store.Release();
        await SettleAsync();
        Assert.False(_conversations.IsBehind);
        Assert.True(await _conversations.TryStoreAsync(_conversation, TimeSpan.FromMilliseconds(500)));
    }

    private void Begin() => Assert.True(_conversation.TryBegin(
        new MessageRecord { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = _time.GetUtcNow() },
        new MessageRecord { Id = "r", Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = _time.GetUtcNow() }));

    private async Task BeginAsync()
    {
        Begin();
        await SettleAsync();
        _store.Forget();
    }

    private Task<bool> SettleAsync() => _conversations.TryStoreAsync(_conversation, Guard);
}
