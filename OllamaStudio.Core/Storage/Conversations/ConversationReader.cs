using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Reads conversations: each with the same few statements, however many messages it has.</summary>
internal sealed class ConversationReader(ImageFiles files)
{
    private const string SummaryColumns = "id, title, model, created_ns, updated_ns, pinned, archived, tags";

    static ConversationReader() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    private const string ImageColumns = "tool_image.tool_call_key AS call_key, tool_image.id, image.hash, image.media_type, image.size";

    /// <summary>All that are not deleted.</summary>
    public static IReadOnlyList<ConversationSummary> LoadAll(SqliteConnection connection) =>
        [.. connection.Query<SummaryRow>($"SELECT {SummaryColumns} FROM conversation WHERE deleted = 0", buffered: false).Select(ToSummary)];

    /// <summary>What the person thinks of the reply whose turn has that trace; nothing else of its conversation is read.</summary>
    public static ReplyFeedback? FindFeedback(SqliteConnection connection, string conversationId, string traceId) =>
        connection.QueryFirstOrDefault<FeedbackRow>("""
            SELECT thumb, note FROM message JOIN conversation ON conversation.key = message.conversation_key
            WHERE message.trace_id = @Trace AND conversation.deleted = 0 ORDER BY conversation.id = @conversationId DESC, message.key
            """, new { Trace = Convert.FromHexString(traceId), conversationId }) is { Thumb: { } thumb } row ? new ReplyFeedback(Words.ToThumb(thumb), StoredText.Read(row.Note) ?? "") : null;

    /// <summary>The replies whose turns have those traces, the oldest first; nothing else of their conversations is read.</summary>
    public static IReadOnlyList<TracedReply> FindReplies(SqliteConnection connection, IReadOnlyCollection<string> traceIds) =>
    [
        .. connection.Query<(byte[] Trace, string Conversation, string Message)>("""
            SELECT message.trace_id, conversation.id, message.id FROM message JOIN conversation ON conversation.key = message.conversation_key
            WHERE message.trace_id IN (SELECT unhex(value) FROM json_each(@Traces)) AND conversation.deleted = 0 ORDER BY message.key
            """, new { Traces = JsonSerializer.Serialize([.. traceIds], ConversationJson.Default.StringArray) })
            .Select(static row => new TracedReply(Convert.ToHexStringLower(row.Trace), row.Conversation, row.Message)),
    ];

    /// <summary>One with its messages; null where there is none, or it is deleted.</summary>
    public StoredConversation? Load(SqliteConnection connection, string id)
    {
        // In one state of the file, whatever is written meanwhile.
        using var state = connection.BeginTransaction(deferred: true);
        var head = connection.QuerySingleOrDefault<HeadRow>(
            $"SELECT {SummaryColumns}, key, name, disabled_tools, parameters, system_prompt, queued, side_by_side FROM conversation WHERE id = @id AND deleted = 0", new { id });
        if (head is null)
        {
            return null;
        }

        var key = new { head.Key };
        var images = connection.Query<ImageRow>($"""
            SELECT {ImageColumns} FROM message JOIN tool_call ON tool_call.message_key = message.key JOIN tool_image ON tool_image.tool_call_key = tool_call.key
            JOIN image ON image.hash = tool_image.hash WHERE message.conversation_key = @Key ORDER BY tool_image.tool_call_key, tool_image.place
            """, key).ToLookup(static row => row.CallKey, ToImage);
        var calls = connection.Query<CallRow>("""
            SELECT tool_call.key, message_key, tool_call.id, name, source, tool_call.state, duration_ns, dropped_images, round, text_offset, thinking_offset, arguments, result
            FROM message JOIN tool_call ON tool_call.message_key = message.key WHERE conversation_key = @Key ORDER BY message_key, place
            """, key).ToLookup(static row => row.MessageKey, row => ToCall(row, images[row.Key]));
        var pieces = connection.Query<PieceRow>("""
            SELECT message_key, message_piece.thinking, message_piece.text FROM message JOIN message_piece ON message_piece.message_key = message.key
            WHERE conversation_key = @Key ORDER BY message_key, message_piece.thinking, start
            """, key).ToLookup(static row => (row.MessageKey, IsThinking: row.Thinking != 0), static row => row.Text);
        var attachments = connection.Query<AttachmentRow>("""
            SELECT message_key, attachment.id, name, attachment.hash, attachment.media_type, image.size FROM message JOIN attachment ON attachment.message_key = message.key
            JOIN image ON image.hash = attachment.hash WHERE conversation_key = @Key ORDER BY message_key, place
            """, key).ToLookup(static row => row.MessageKey, row => ToAttachment(row.Id, row.Name, row.Hash, row.MediaType, row.Size));
        var rows = connection.Query<MessageRow>("""
            SELECT key, number, parent, shown, id, role, state, created_ns, model, trace_id, sampled, capture, finish_reason, error, next_step, stats, pace, thinking, text, thumb, note
            FROM message WHERE conversation_key = @Key ORDER BY number
            """, key);
        var ids = new Dictionary<long, string>();
        var messages = ImmutableArray.CreateBuilder<StoredMessage>();
        foreach (var row in rows)
        {
            ids.Add(row.Number, row.Id);
            var message = ToMessage(row, row.Parent is { } parent ? ids[parent] : null) with
            {
                Thinking = StoredText.Read(string.Concat(pieces[(row.Key, true)].Prepend(row.Thinking))),
                Text = StoredText.Read(string.Concat(pieces[(row.Key, false)].Prepend(row.Text))),
                ToolCalls = [.. calls[row.Key]],
                Attachments = [.. attachments[row.Key]],
            };
            messages.Add(new StoredMessage((int)row.Number, (int?)row.Parent, row.Shown != 0, message));
        }

        return new StoredConversation(ToHead(head), messages.ToImmutable());
    }

    /// <summary>An image or attached file of a conversation that is not deleted, or of a draft; null where there is none.</summary>
    public ToolImage? FindImage(SqliteConnection connection, string id) => connection.QueryFirstOrDefault<ImageRow>($"""
        SELECT {ImageColumns} FROM tool_image JOIN image ON image.hash = tool_image.hash JOIN tool_call ON tool_call.key = tool_image.tool_call_key
        JOIN message ON message.key = tool_call.message_key JOIN conversation ON conversation.key = message.conversation_key
        WHERE tool_image.id = @id AND deleted = 0
        UNION ALL SELECT message_key, attachment.id, image.hash, attachment.media_type, image.size FROM attachment JOIN image ON image.hash = attachment.hash
        JOIN message ON message.key = message_key JOIN conversation ON conversation.key = message.conversation_key
        WHERE attachment.id = @id AND deleted = 0
        UNION ALL SELECT 0, draft_attachment.id, image.hash, draft_attachment.media_type, image.size FROM draft_attachment JOIN image ON image.hash = draft_attachment.hash
        WHERE draft_attachment.id = @id
        """, new { id }) is { } row ? ToImage(row) : null;

    /// <summary>The files of a draft, in order.</summary>
    public ImmutableArray<Attachment> FindDraftAttachments(SqliteConnection connection, string conversationId) => [.. connection.Query<DraftFileRow>("""
        SELECT draft_attachment.id, name, draft_attachment.hash, draft_attachment.media_type, image.size
        FROM draft_attachment JOIN image ON image.hash = draft_attachment.hash WHERE conversation_id = @conversationId ORDER BY place
        """, new { conversationId }).Select(row => ToAttachment(row.Id, row.Name, row.Hash, row.MediaType, row.Size))];

    private static ConversationSummary ToSummary(SummaryRow row) => new()
    {
        Id = row.Id,
        Title = StoredText.Read(row.Title),
        Model = StoredText.Read(row.Model),
        CreatedAt = StoredTime.Read(row.CreatedNs),
        UpdatedAt = StoredTime.Read(row.UpdatedNs),
        IsPinned = row.Pinned != 0,
        IsArchived = row.Archived != 0,
        Tags = [.. ReadStrings(row.Tags)],
    };

    private static ConversationHead ToHead(HeadRow row) =>
        new(ToSummary(new SummaryRow(row.Id, row.Title, row.Model, row.CreatedNs, row.UpdatedNs, row.Pinned, row.Archived, row.Tags)))
        {
            Name = StoredText.Read(row.Name),
            DisabledTools = ImmutableHashSet.Create(StringComparer.Ordinal, ReadStrings(row.DisabledTools)),
            Parameters = StoredText.Read(row.Parameters),
            SystemPrompt = StoredText.Read(row.SystemPrompt),
            Queued = StoredText.Read(row.Queued),
            SideBySide = row.SideBySide is null ? null : JsonSerializer.Deserialize(row.SideBySide, ConversationJson.Default.SideBySide),
        };

    private static MessageRecord ToMessage(MessageRow row, string? parentId) => new()
    {
        Id = row.Id,
        ParentId = parentId,
        Role = Words.ToRole(row.Role),
        State = Words.ToState(row.State),
        CreatedAt = StoredTime.Read(row.CreatedNs),
        Model = StoredText.Read(row.Model),
        TraceId = row.TraceId is null ? null : Convert.ToHexStringLower(row.TraceId),
        Sampled = row.Sampled != 0,
        Capture = Words.ToCapture(row.Capture),
        FinishReason = StoredText.Read(row.FinishReason),
        Error = row.Error is null ? null : new MessageError(StoredText.Read(row.Error), StoredText.Read(row.NextStep)),
        Stats = row.Stats is null ? null : JsonSerializer.Deserialize(row.Stats, ConversationJson.Default.TurnStats),
        Pace = row.Pace is null ? null : JsonSerializer.Deserialize(row.Pace, ConversationJson.Default.ReplyPace),
        Feedback = row.Thumb is null ? null : new ReplyFeedback(Words.ToThumb(row.Thumb), StoredText.Read(row.Note) ?? ""),
    };

    private static ToolCallRecord ToCall(CallRow row, IEnumerable<ToolImage> images) => new()
    {
        Id = StoredText.Read(row.Id),
        Name = StoredText.Read(row.Name),
        Source = StoredText.Read(row.Source),
        State = Words.ToCallState(row.State),
        Duration = row.DurationNs is { } duration ? StoredTime.ReadDuration(duration) : null,
        Images = [.. images],
        DroppedImages = (int)row.DroppedImages,
        Round = (int)row.Round,
        TextOffset = (int)row.TextOffset,
        ThinkingOffset = (int)row.ThinkingOffset,
        Arguments = StoredText.Read(row.Arguments),
        Result = StoredText.Read(row.Result),
    };

    private ToolImage ToImage(ImageRow row) => new(row.MediaType, row.Id, row.Hash, row.Size, () => files.Read(row.Hash));

    private Attachment ToAttachment(string id, string name, string hash, string mediaType, long size) =>
        new(StoredText.Read(name), new ToolImage(mediaType, id, hash, size, () => files.Read(hash)));

    // Each was escaped on its own, so that the JSON is well-formed.
    private static string[] ReadStrings(string json) =>
        json == "[]" ? [] : [.. JsonSerializer.Deserialize(json, ConversationJson.Default.StringArray)!.Select(static text => StoredText.Read(text))];
}
