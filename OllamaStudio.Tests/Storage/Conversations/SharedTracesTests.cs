using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Storage.Annotations;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Tests.Storage.Spans;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>A copy of a conversation refers to the same traces: they go with the last reply that does.</summary>
public sealed class SharedTracesTests : IAsyncLifetime
{
    private static readonly string s_trace = new('a', 32);
    private static readonly string s_replay = new('b', 32);

    private readonly SpanStoreFixture _spans = new();
    private readonly Core.Chat.Conversations _conversations;
    private Conversation _original = null!;

    public SharedTracesTests() =>
        _conversations = new Core.Chat.Conversations(_spans.Time, new ConversationStore(_spans.Store.Database, _spans.Store.Writer, _spans.Store.Folder), [_spans.Writer]);

    public async Task InitializeAsync()
    {
        _original = _conversations.Create();
        Assert.True(_original.TryBegin(Message("p", MessageRole.User), Message("r", MessageRole.Assistant) with { State = MessageState.Streaming }));
        _original.UpdateReply(static reply => reply with { State = MessageState.Complete, TraceId = s_trace });
        await _spans.StoreAsync(
            Span(1, attributes: [("session.id", _original.Id)]) with { TraceId = s_trace },
            Span(2, attributes: [("session.id", _original.Id)]) with { TraceId = s_replay, Links = [new(s_trace, new string('1', 16), [])] });
    }

    public async Task DisposeAsync()
    {
        _conversations.Dispose();
        await _spans.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_trace_of_a_reply_stays_for_its_copy_and_goes_with_that(bool isCopyFirst)
    {
        var copy = _conversations.Duplicate(_original.Id)!;
        var (first, last) = isCopyFirst ? (copy, _original) : (_original, copy);

        await DeleteAsync(first);
        Assert.True(IsStored(s_trace));
        Assert.Equal(isCopyFirst, IsStored(s_replay)); // which is the original's alone

        await DeleteAsync(last);
        Assert.False(IsStored(s_trace));
        Assert.False(IsStored(s_replay));
    }

    [Fact]
    public async Task Both_at_once_leave_nothing()
    {
        var copy = _conversations.Duplicate(_original.Id)!;
        _conversations.Remove(_original.Id);
        _conversations.Remove(copy.Id);
        await _conversations.StopAsync();
        Assert.False(IsStored(s_trace));
    }

    [Fact]
    public async Task The_last_reply_takes_the_trace_along_though_the_conversation_that_it_came_from_stays()
    {
        var copy = _conversations.BranchOut(_original.Id, "r")!;
        _conversations.Purge(_conversations.Remove(_original.Id, "r")!);
        await _conversations.StopAsync();
        Assert.True(IsStored(s_trace));

        await DeleteAsync(copy);
        Assert.False(IsStored(s_trace));
    }

    [Fact]
    public async Task A_message_that_is_deleted_leaves_the_trace_to_its_copy_and_the_other_way_round()
    {
        var copy = _conversations.BranchOut(_original.Id, "r")!;

        _conversations.Purge(_conversations.Remove(_original.Id, "r")!);
        await _conversations.StopAsync();
        Assert.True(IsStored(s_trace));
        Assert.True(IsStored(s_replay));

        await DeleteAsync(_original);
        Assert.True(IsStored(s_trace));
        _conversations.Purge(_conversations.Remove(copy.Id, copy.Messages[^1].Id)!);
        await _conversations.StopAsync();
        Assert.False(IsStored(s_trace));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_traces_of_a_branch_that_is_moved_stay_for_it_and_for_the_first_one_where_it_is_put_back(bool isPutBack)
    {
        var moved = (await _conversations.MoveOutAsync(_original.Id, "r")).Branch!;
        if (isPutBack)
        {
            Assert.True(_conversations.PutBack(moved));
        }

        _conversations.Purge(moved.Removed); // the notice is gone
        await _conversations.StopAsync();
        Assert.True(IsStored(s_trace));

        await DeleteAsync(isPutBack ? _original : moved.Conversation);
        Assert.False(IsStored(s_trace));
    }

    [Fact]
    public async Task A_thumb_that_is_still_to_be_sent_goes_with_the_branch_that_is_moved()
    {
        var thumbs = await ThumbAsync("r", s_trace);
        var moved = (await _conversations.MoveOutAsync(_original.Id, "r")).Branch!;
        Assert.Single(thumbs.Of("r")); // it can be undone
        _conversations.Purge(moved.Removed);
        await _conversations.StopAsync();

        Assert.Empty(thumbs.Of("r"));
        Assert.Single(thumbs.Of(moved.Conversation.Messages[^1].Id));
    }

    [Fact]
    public async Task A_thumb_of_a_reply_that_stays_without_its_trace_is_still_sent_and_that_of_a_deleted_one_is_not()
    {
        Assert.True(_original.TryBegin(Message("p2", MessageRole.User), Message("r2", MessageRole.Assistant) with { State = MessageState.Streaming }));
        _original.UpdateReply(static reply => reply with { State = MessageState.Complete, TraceId = s_replay, Capture = Core.Settings.CaptureLevel.Full });
        await ThumbAsync("r", s_trace);
        var thumbs = await ThumbAsync("r2", s_replay);

        _conversations.Purge(_conversations.RemoveAlone(_original.Id, "p")!);
        await _conversations.StopAsync();
        Assert.Null(_original.Messages[^1].TraceId);
        Assert.Empty(thumbs.Of("r"));
        Assert.Single(thumbs.Of("r2"));
    }

    private async Task<AnnotationStore> ThumbAsync(string messageId, string traceId)
    {
        _original.SetFeedback(messageId, new ReplyFeedback(ReplyThumb.Up, ""));
        var thumbs = new AnnotationStore(_spans.Store.Database, _spans.Store.Writer);
        await thumbs.PutAsync(new Annotation { MessageId = messageId, TraceId = traceId, Label = Annotation.ThumbsUp, Score = 1, ChangedAt = DateTimeOffset.UnixEpoch }, ["phoenix"], DateTimeOffset.UnixEpoch);
        return thumbs;
    }

    private static MessageRecord Message(string id, MessageRole role) => new() { Id = id, Role = role, CreatedAt = DateTimeOffset.UnixEpoch };

    private bool IsStored(string traceId) => !_spans.Reader.FindSpans(traceId).IsEmpty;

    private async Task DeleteAsync(Conversation conversation)
    {
        _conversations.Remove(conversation.Id);
        _conversations.Purge(conversation.Id);
        await _conversations.StopAsync();
    }
}
