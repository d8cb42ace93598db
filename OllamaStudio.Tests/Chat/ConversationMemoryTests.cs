using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat;

/// <summary>How much all conversations together keep, and what goes first.</summary>
public sealed class ConversationMemoryTests : IDisposable
{
    private const long Bound = 100_000;
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Conversations _store;

    public ConversationMemoryTests() => _store = new Conversations(_time, Bound);

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
    public async Task Images_go_first_those_of_the_conversation_that_changed_longest_ago()
    {
        var oldest = Create("words only");
        var withImages = Create("look", images: 2);
        var newer = Create("look", images: 1);
        Assert.Equal(LetGo.Nothing, _store.LetGo);

        await FillAsync(60_000);

        Assert.Equal(new LetGo(2, 0), _store.LetGo);
        Assert.Equal(2, withImages.Messages[^1].ToolCalls[0].DroppedImages);
        Assert.False(withImages.HasImages);
        Assert.True(newer.HasImages);
        Assert.Same(oldest, _store.Find(oldest.Id));
        Assert.True(_store.Bytes <= Bound);
    }

    [Fact]
    public async Task Where_there_are_no_images_left_whole_conversations_go_the_oldest_first_but_none_that_is_being_answered()
    {
        var answered = Create("busy");
        answered.TryBegin(Message(MessageRole.User, "more"), Reply());
        answered.Append(new string('a', 10_000), null);
        var old = Create(new string('b', 15_000));
        var newer = Create(new string('c', 5_000));

        await FillAsync(60_000);

        Assert.Equal(new LetGo(0, 1), _store.LetGo);
        Assert.True(old.IsDeleted);
        Assert.Null(_store.Find(old.Id));
        Assert.NotNull(_store.Find(newer.Id));
        Assert.NotNull(_store.Find(answered.Id));
        Assert.True(_store.Bytes <= Bound);
    }

    [Fact]
    public async Task One_alone_that_is_larger_than_the_bound_stays()
    {
        await FillAsync(2 * Bound);

        Assert.Single(_store.All);
        Assert.Equal(LetGo.Nothing, _store.LetGo);
    }

    [Fact]
    public void The_list_says_what_was_let_go() =>
        Assert.Equal(
            ["Removed to save memory, oldest first: 2 images. At most 512 MB and 1,000 conversations are kept.", "Removed to save memory, oldest first: 1 image, 12 conversations. At most 512 MB and 1,000 conversations are kept."],
            [LetGoText.Of(new LetGo(2, 0)), LetGoText.Of(new LetGo(1, 12))]);

    public void Dispose() => _store.Dispose();

    /// <summary>Writes so many bytes into a new conversation, and waits until room was made for them.</summary>
    private async Task FillAsync(long bytes)
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var full = Create("fill");

        // The first signal of the store is told by the pool, the next by a timer of a clock that stands still: so by hand.
        using var subscription = _store.Subscribe(told.SetResult);
        full.TryBegin(Message(MessageRole.User, ""), Reply());
        full.Append(new string('x', (int)(bytes / 2)), null);
        await told.Task.WaitAsync(Guard);
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

    private static MessageRecord Reply() => Message(MessageRole.Assistant, "") with { State = MessageState.Streaming };

    private static MessageRecord Message(MessageRole role, string text) =>
        new() { Id = Guid.NewGuid().ToString("N"), Role = role, Text = text, CreatedAt = DateTimeOffset.UnixEpoch };
}
