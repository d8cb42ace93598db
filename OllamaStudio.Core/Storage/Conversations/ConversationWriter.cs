using System.Collections.Immutable;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Writes conversations, on the writer's connection and within its transaction.</summary>
internal sealed partial class ConversationWriter(ImageFiles images)
{
    // Where there are indexes: of a message without its trace only that conversation is looked at.
    private const string IsOrphan =
        """
        NOT EXISTS (SELECT 1 FROM message WHERE message.trace_id = @trace AND message.id = annotation.message_id)
        AND NOT EXISTS (SELECT 1 FROM message JOIN conversation ON conversation.key = message.conversation_key WHERE conversation.id = @id AND message.id = annotation.message_id)
        """;

    /// <summary>Writes what has changed.</summary>
    public void Save(SqliteConnection connection, ConversationChanges changes)
    {
        var conversationKey = SaveHead(connection, changes.Head);
        foreach (var gone in changes.Gone)
        {
            connection.Execute("DELETE FROM message WHERE conversation_key = @conversationKey AND number = @Number", new { conversationKey, gone.Number });
        }

        foreach (var trace in changes.Gone.Select(static gone => gone.TraceId).OfType<string>().Concat(changes.Untraced))
        {
            connection.Execute("INSERT OR IGNORE INTO trace_to_erase (trace_id, conversation_id) VALUES (@Trace, @Id)", new { Trace = Convert.FromHexString(trace), changes.Head.Summary.Id });
        }

        foreach (var stored in changes.Messages)
        {
            if (stored.Message is { IsStreaming: false, TraceId: { } back })
            {
                // It may have been deleted, and be back.
                connection.Execute("DELETE FROM trace_to_erase WHERE trace_id = @Trace AND conversation_id = @Id", new { Trace = Convert.FromHexString(back), changes.Head.Summary.Id });
            }

            var key = SaveMessage(connection, conversationKey, stored);
            foreach (var (place, call) in stored.Message.ToolCalls.Index().Where(call => changes.Calls.Contains((stored.Number, call.Index))))
            {
                SaveCall(connection, key, place, call);
            }

            if (stored.Message is { Role: MessageRole.User } or { Attachments.IsEmpty: false })
            {
                SaveAttachments(connection, key, stored.Message.Attachments);
            }

            if (!stored.Message.IsStreaming)
            {
                connection.Execute("DELETE FROM message_piece WHERE message_key = @key", new { key });
            }
        }

        foreach (var shown in changes.Shown)
        {
            connection.Execute(
                "UPDATE message SET shown = (number = @Number) WHERE conversation_key = @conversationKey AND parent IS @Parent",
                new { conversationKey, shown.Number, shown.Parent });
        }

        foreach (var piece in changes.Pieces)
        {
            SavePiece(connection, conversationKey, piece);
        }
    }

    /// <summary>Deletes conversations for good. Their images are deleted with <see cref="DeleteUnusedImages"/>, in a later transaction.</summary>
    public static void Purge(SqliteConnection connection, string id)
    {
        var traces = connection.Query<byte[]>(
            "SELECT DISTINCT trace_id FROM message JOIN conversation ON conversation.key = message.conversation_key WHERE conversation.id = @id AND trace_id IS NOT NULL", new { id }).AsList();
        connection.Execute(
            "DELETE FROM annotation WHERE message_id IN (SELECT message.id FROM message JOIN conversation ON conversation.key = message.conversation_key WHERE conversation.id = @id)", new { id });
        connection.Execute("DELETE FROM conversation WHERE id = @id", new { id });
        connection.Execute("DELETE FROM draft WHERE conversation_id = @id", new { id });
        connection.Execute("DELETE FROM trace_to_erase WHERE conversation_id = @id", new { id });
        connection.Execute("DELETE FROM draft_attachment WHERE conversation_id IN (@id, @queued)", new { id, queued = DraftAttachments.QueuedIn(id) });
        SpanErasure.EraseLeft(connection, traces);
    }

    /// <summary>
    /// Deletes for good what is left of deleted messages: the notes of their traces, and the traces themselves where it was a copy that had them last. A thumb that is
    /// to be sent, or taken back, goes to a copy that has it too, as one that the message was moved to does; of a reply that stays without its trace it stays.
    /// </summary>
    public static void PurgeMessages(SqliteConnection connection, string id, IReadOnlyList<string> traceIds)
    {
        foreach (var trace in traceIds.Select(Convert.FromHexString))
        {
            connection.Execute(
                $"""
                DELETE FROM trace_to_erase WHERE conversation_id = @id AND trace_id = @trace;
                UPDATE OR IGNORE annotation SET message_id = (SELECT id FROM message WHERE message.trace_id = @trace AND thumb IS NOT NULL ORDER BY key LIMIT 1)
                WHERE trace_id = @trace AND {IsOrphan}
                  AND EXISTS (SELECT 1 FROM message WHERE message.trace_id = @trace AND thumb IS NOT NULL);
                DELETE FROM annotation WHERE trace_id = @trace AND {IsOrphan};
                """,
                new { id, trace });
            SpanErasure.EraseLeft(connection, [trace]);
        }
    }

    /// <summary>Ends the replies that were being written when the studio ended, and their tool calls.</summary>
    public static void EndInterrupted(SqliteConnection connection)
    {
        connection.Execute("""
            UPDATE tool_call SET state = 'cancelled'
            WHERE state IN ('running', 'awaiting') AND message_key IN (SELECT key FROM message WHERE state = 'streaming');
            UPDATE message SET
              text = text || ifnull((SELECT group_concat(piece.text, '' ORDER BY start) FROM message_piece piece WHERE message_key = key AND piece.thinking = 0), ''),
              thinking = thinking || ifnull((SELECT group_concat(piece.text, '' ORDER BY start) FROM message_piece piece WHERE message_key = key AND piece.thinking = 1), ''),
              state = 'interrupted'
            WHERE state = 'streaming';
            DELETE FROM message_piece;
            """);
    }

    private static long SaveHead(SqliteConnection connection, ConversationHead head)
    {
        var summary = head.Summary;
        return connection.QuerySingle<long>("""
            INSERT INTO conversation (id, title, name, model, created_ns, updated_ns, pinned, archived, tags, disabled_tools, parameters, system_prompt, queued, side_by_side)
            VALUES (@Id, @Title, @Name, @Model, @Created, @Updated, @IsPinned, @IsArchived, @Tags, @DisabledTools, @Parameters, @SystemPrompt, @Queued, @SideBySide)
            ON CONFLICT (id) DO UPDATE SET title = excluded.title, name = excluded.name, model = excluded.model, updated_ns = excluded.updated_ns, pinned = excluded.pinned,
              archived = excluded.archived, tags = excluded.tags, disabled_tools = excluded.disabled_tools, parameters = excluded.parameters, system_prompt = excluded.system_prompt,
              queued = excluded.queued, side_by_side = excluded.side_by_side
            RETURNING key
            """, new
        {
            summary.Id,
            Title = StoredText.Of(summary.Title),
            Name = StoredText.Of(head.Name),
            Model = StoredText.Of(summary.Model),
            Created = StoredTime.Of(summary.CreatedAt),
            Updated = StoredTime.Of(summary.UpdatedAt),
            summary.IsPinned,
            summary.IsArchived,
            Tags = WriteStrings(summary.Tags),
            DisabledTools = WriteStrings(head.DisabledTools.Order(StringComparer.Ordinal)),
            Parameters = StoredText.Of(head.Parameters),
            SystemPrompt = StoredText.Of(head.SystemPrompt),
            Queued = StoredText.Of(head.Queued),
            SideBySide = head.SideBySide is null ? null : JsonSerializer.Serialize(head.SideBySide, ConversationJson.Default.SideBySide),
        });
    }

    private static long SaveMessage(SqliteConnection connection, long conversationKey, StoredMessage stored)
    {
        var message = stored.Message;
        return connection.QuerySingle<long>("""
            INSERT INTO message (conversation_key, number, parent, shown, id, role, state, created_ns, model, trace_id, sampled, capture, finish_reason, error, next_step, stats, pace, thinking, text, thumb, note)
            VALUES (@conversationKey, @Number, @Parent, @IsShown, @Id, @Role, @State, @Created, @Model, @TraceId, @Sampled, @Capture, @FinishReason, @Error, @NextStep, @Stats, @Pace, @Thinking, @Text, @Thumb, @Note)
            ON CONFLICT (conversation_key, number) DO UPDATE SET parent = excluded.parent, shown = excluded.shown, state = excluded.state, trace_id = excluded.trace_id, sampled = excluded.sampled,
              capture = excluded.capture, finish_reason = excluded.finish_reason, error = excluded.error, next_step = excluded.next_step, stats = excluded.stats, pace = excluded.pace, thumb = excluded.thumb, note = excluded.note,
              thinking = iif(@IsStreaming, thinking, excluded.thinking), text = iif(@IsStreaming, text, excluded.text)
            RETURNING key
            """, new
        {
            conversationKey,
            stored.Number,
            stored.Parent,
            stored.IsShown,
            message.Id,
            Role = Words.Of(message.Role),
            State = Words.Of(message.State),
            Created = StoredTime.Of(message.CreatedAt),
            Model = StoredText.Of(message.Model),
            TraceId = message.TraceId is { } trace ? Convert.FromHexString(trace) : null,
            message.Sampled,
            Capture = Words.Of(message.Capture),
            FinishReason = StoredText.Of(message.FinishReason),
            Error = StoredText.Of(message.Error?.Message),
            NextStep = StoredText.Of(message.Error?.NextStep),
            Stats = message.Stats is { } stats ? JsonSerializer.Serialize(stats, ConversationJson.Default.TurnStats) : null,
            Pace = message.Pace is { } pace ? JsonSerializer.Serialize(pace, ConversationJson.Default.ReplyPace) : null,
            Thinking = StoredText.Of(message.Thinking),
            Text = StoredText.Of(message.Text),
            Thumb = message.Feedback is { } feedback ? Words.Of(feedback.Thumb) : null,
            Note = StoredText.Of(message.Feedback?.Note),
            message.IsStreaming,
        });
    }

    private void SaveCall(SqliteConnection connection, long messageKey, int place, ToolCallRecord call)
    {
        var key = connection.QuerySingle<long>("""
            INSERT INTO tool_call (message_key, place, id, name, source, state, duration_ns, dropped_images, round, text_offset, thinking_offset, arguments, result)
            VALUES (@messageKey, @place, @Id, @Name, @Source, @State, @Duration, @DroppedImages, @Round, @TextOffset, @ThinkingOffset, @Arguments, @Result)
            ON CONFLICT (message_key, place) DO UPDATE SET source = excluded.source, state = excluded.state, duration_ns = excluded.duration_ns,
              dropped_images = excluded.dropped_images, arguments = excluded.arguments, result = excluded.result
            RETURNING key
            """, new
        {
            messageKey,
            place,
            Id = StoredText.Of(call.Id),
            Name = StoredText.Of(call.Name),
            Source = StoredText.Of(call.Source),
            State = Words.Of(call.State),
            Duration = call.Duration is { } duration ? StoredTime.Of(duration) : (long?)null,
            call.DroppedImages,
            call.Round,
            call.TextOffset,
            call.ThinkingOffset,
            Arguments = StoredText.Of(call.Arguments),
            Result = StoredText.Of(call.Result),
        });
        connection.Execute("DELETE FROM tool_image WHERE tool_call_key = @key", new { key });
        foreach (var (index, image) in call.Images.Index())
        {
            if (image.IsHeld && !images.TryWrite(image.Hash, image.Read()))
            {
                connection.Execute("UPDATE tool_call SET dropped_images = dropped_images + 1 WHERE key = @key", new { key });
                continue;
            }

            connection.Execute("""
                INSERT INTO image (hash, media_type, size) VALUES (@Hash, @MediaType, @Length) ON CONFLICT DO NOTHING;
                INSERT INTO tool_image (id, tool_call_key, place, hash) VALUES (@Id, @key, @index, @Hash);
                """, new { image.Hash, image.MediaType, image.Length, image.Id, key, index });
        }
    }

    /// <summary>Writes which files are attached to a draft; one that was another draft's is that one's no more.</summary>
    public void SaveDraftAttachments(SqliteConnection connection, string conversationId, ImmutableArray<Attachment> attachments)
    {
        connection.Execute("DELETE FROM draft_attachment WHERE conversation_id = @conversationId", new { conversationId });
        foreach (var (place, file) in attachments.Index())
        {
            SaveFile(connection, file);
            connection.Execute(
                "INSERT OR REPLACE INTO draft_attachment (id, conversation_id, place, name, media_type, hash) VALUES (@Id, @conversationId, @place, @Name, @MediaType, @Hash)",
                new { file.Id, conversationId, place, Name = StoredText.Of(file.Name), file.Content.MediaType, file.Content.Hash });
        }
    }

    private void SaveAttachments(SqliteConnection connection, long messageKey, ImmutableArray<Attachment> attachments)
    {
        connection.Execute("DELETE FROM attachment WHERE message_key = @messageKey", new { messageKey });
        foreach (var (place, file) in attachments.Index())
        {
            SaveFile(connection, file);
            connection.Execute(
                "INSERT INTO attachment (id, message_key, place, name, media_type, hash) VALUES (@Id, @messageKey, @place, @Name, @MediaType, @Hash)",
                new { file.Id, messageKey, place, Name = StoredText.Of(file.Name), file.Content.MediaType, file.Content.Hash });
        }
    }

    // Where its bytes cannot be written its name stays, and it counts as no longer kept.
    private void SaveFile(SqliteConnection connection, Attachment file)
    {
        if (file.Content.IsHeld)
        {
            images.TryWrite(file.Content.Hash, file.Content.Read());
        }

        connection.Execute(
            "INSERT INTO image (hash, media_type, size) VALUES (@Hash, @MediaType, @Length) ON CONFLICT DO NOTHING", new { file.Content.Hash, file.Content.MediaType, file.Content.Length });
    }

    private static void SavePiece(SqliteConnection connection, long conversationKey, StoredPiece piece)
    {
        var key = connection.QuerySingle<long>(
            "SELECT key FROM message WHERE conversation_key = @conversationKey AND number = @Number", new { conversationKey, piece.Number });
        if (piece.Offset == 0)
        {
            connection.Execute("DELETE FROM message_piece WHERE message_key = @key AND thinking = @IsThinking", new { key, piece.IsThinking });
        }

        connection.Execute(
            "INSERT OR REPLACE INTO message_piece (message_key, thinking, start, text) VALUES (@key, @IsThinking, @Offset, @Text)",
            new { key, piece.IsThinking, piece.Offset, Text = StoredText.Of(piece.Text) });
    }

    private static string WriteStrings(IEnumerable<string> texts) =>
        JsonSerializer.Serialize([.. texts.Select(static text => StoredText.Of(text))], ConversationJson.Default.StringArray);
}
