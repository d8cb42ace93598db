using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Chat;

/// <summary>How much all conversations together keep, and what goes first.</summary>
public sealed class ConversationMemoryTests : IAsyncLifetime
{
    private const long Bound = 100_000;
    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly StoreFixture _files = new();
    private readonly Conversations _store;

    public ConversationMemoryTests() =>
        _store = new Conversations(_time, new ConversationStore(_files.Database, _files.Writer, _files.Folder), maxBytes: Bound);

    [Fact]
    public void What_is_counted_follows_every_change_and_is_what_counting_anew_finds()
    {
        var conversation = Create("prompt"); // 6 characters
        Assert.Equal(12, _store.Bytes);

        conversation.TryBegin(Message(MessageRole.User, "again"), Reply());
        conversation.Append("answer", "thought");
        conversation.AddCall(new ToolCallRecord { Id = "t", Name = "look", Arguments = "{}" });
        conversation.UpdateCall("t", call => call with { Result = "found", Images = [new ToolImage("image/png", new byte[1_000])] });
        conversation.Append(null, " and more");
        conversation.UpdateReply(reply => reply with { State = MessageState.Complete });

        var expected = (2 * conversation.AllMessages.Sum(message => message.Text.Length + message.Thinking.Length)) + (2 * "look{}found".Length) + 1_000;
        Assert.InRange(expected, 1_080, 1_100);
        Assert.Equal(expected, _store.Bytes);

        _store.Remove(conversation.Id);
        Assert.Equal(0, _store.Bytes);
        conversation.Rename("renamed while it was deleted");
        _store.Add(conversation);
        _store.Add(conversation);
        Assert.Equal(expected, _store.Bytes);
    }

    [Fact]
    public async Task Beyond_the_bound_the_one_that_was_asked_for_longest_ago_is_let_go_and_read_again_when_it_is_asked_for()
    {
        var (old, newer) = (Create(new string('b', 20_000)).Id, Create(new string('c', 5_000)).Id);
        var between = Create(new string('d', 5_000)).Id;
        Assert.NotNull(_store.Find(old)); // asked for since
        await _store.StopAsync();

        Fill(40_000);

        Assert.True(_store.Bytes <= Bound);
        Assert.Equal([old, between], new[] { old, newer, between }.Where(_store.IsOpened));
        Assert.Equal(4, _store.All.Count);
        Assert.StartsWith("ccc", _store.FindSummary(newer)!.Title, StringComparison.Ordinal);
        Assert.Equal(new string('c', 5_000), _store.Find(newer)!.Messages[0].Text);
        Assert.True(_store.IsOpened(newer));
    }

    [Fact]
    public async Task Nothing_is_let_go_that_somebody_looks_at_that_is_being_answered_or_that_is_remembered_here_alone()
    {
        var answered = Create("busy");
        answered.TryBegin(Message(MessageRole.User, "more"), Reply());
        answered.Append(new string('a', 10_000), null);
        var shown = Create(new string('s', 10_000));
        using var page = shown.Subscribe(static () => { });
        var allowed = Create(new string('t', 5_000));
        var answer = allowed.Approvals.AskAsync("call", Tool, default);
        Assert.True(allowed.Answer("call", ToolAnswer.AllowAlways));
        await answer;
        var temporary = _store.Create(isTemporary: true);
        temporary.TryBegin(Message(MessageRole.User, "secret"), Reply());
        temporary.UpdateReply(reply => reply with { State = MessageState.Complete });
        var idle = Create("idle");
        await _store.StopAsync();

        Fill(90_000);

        Assert.False(_store.IsOpened(idle.Id));
        Assert.All(new[] { answered, shown, allowed, temporary }, kept => Assert.True(_store.IsOpened(kept.Id)));
    }

    [Fact]
    public void Where_nothing_can_be_stored_nothing_is_let_go()
    {
        using var store = new Conversations(_time, maxBytes: 1_000);
        var first = store.Create();
        first.TryBegin(Message(MessageRole.User, new string('x', 10_000)), Message(MessageRole.Assistant, ""));
        store.Create().TryBegin(Message(MessageRole.User, new string('x', 10_000)), Message(MessageRole.Assistant, ""));

        store.MakeRoom();

        Assert.All(store.All, conversation => Assert.True(store.IsOpened(conversation.Id)));
        Assert.Same(first, store.Find(first.Id));
    }

    [Fact]
    public async Task One_that_was_let_go_and_that_somebody_still_has_is_the_same_again_with_what_they_did_to_it()
    {
        var held = Create("held");
        await _store.StopAsync();
        Fill(2 * Bound);
        Assert.False(_store.IsOpened(held.Id));

        held.Rename("named meanwhile");
        Assert.Same(held, _store.Find(held.Id));
        Assert.Equal("named meanwhile", _store.FindSummary(held.Id)!.Title);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _store.Dispose();
        await _files.DisposeAsync();
    }

    /// <summary>Writes so many bytes into a new conversation, and has room made for them.</summary>
    private void Fill(long bytes)
    {
        var full = Create("fill");
        full.TryBegin(Message(MessageRole.User, ""), Reply());
        full.Append(new string('x', (int)(bytes / 2)), null);
        _store.MakeRoom();
    }

    private Conversation Create(string prompt, int images = 0)
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        var conversation = _store.Create();
        conversation.TryBegin(Message(MessageRole.User, prompt), Reply());
        if (images > 0)
        {
            conversation.AddCall(new ToolCallRecord
            {
                Id = "t", Name = "look", Images = [.. Enumerable.Range(0, images).Select(_ => new ToolImage("image/png", new byte[20_000]))],
            });
        }

        conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
        return conversation;
    }

    private static StudioTool Tool => new() { Function = Microsoft.Extensions.AI.AIFunctionFactory.Create(static () => "", "look"), Source = "test" };

    private static MessageRecord Reply() => Message(MessageRole.Assistant, "") with { State = MessageState.Streaming };

    private static MessageRecord Message(MessageRole role, string text) =>
        new() { Id = Guid.NewGuid().ToString("N"), Role = role, Text = text, CreatedAt = DateTimeOffset.UnixEpoch };
}
