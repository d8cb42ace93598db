using Dapper;
using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Deletes the traces of a conversation, or single ones and what was made of them. What another conversation's reply refers to stays: copies share their traces.</summary>
internal static class SpanErasure
{
    private const string IsUnused = "NOT EXISTS (SELECT 1 FROM message WHERE message.trace_id = trace.trace)";
    private const string OfSession = "(session = @sessionId OR id IN (SELECT trace FROM span WHERE session = @sessionId))";

    /// <summary>Deletes all traces of that conversation that are no other one's too. Its messages may still be there.</summary>
    public static void Erase(SqliteConnection connection, string sessionId) => connection.Execute(
        $"""
        DELETE FROM trace WHERE {OfSession} AND NOT EXISTS (
          SELECT 1 FROM message JOIN conversation ON conversation.key = message.conversation_key WHERE message.trace_id = trace.trace AND conversation.id <> @sessionId)
        """,
        new { sessionId });

    /// <summary>
    /// Deletes those of the traces that no reply refers to, whose conversation is gone, or has deleted its own for good: the last copy of it was deleted.
    /// </summary>
    public static void EraseLeft(SqliteConnection connection, IEnumerable<byte[]> traces)
    {
        foreach (var trace in traces)
        {
            connection.Execute(
                $"DELETE FROM trace WHERE trace = @trace AND {IsUnused} AND NOT EXISTS (SELECT 1 FROM trace_to_erase WHERE trace_id = @trace AND conversation_id = session)", new { trace });
        }
    }

    /// <summary>Deletes those traces, where they are of that conversation, and others of it that link to one of them: replays, and replays of those.</summary>
    /// <param name="connection">Within the writer's transaction.</param>
    /// <param name="sessionId">The conversation.</param>
    /// <param name="traceIds">The traces, of messages that are deleted by now; the others are added, and those that another reply refers to taken out.</param>
    public static void Erase(SqliteConnection connection, string sessionId, HashSet<string> traceIds)
    {
        traceIds.RemoveWhere(id => connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM message WHERE trace_id = @Trace)", new { Trace = StoreId.Bytes(id) }));

        // Links hold the ids as text: [["0af7…","b7ad…",[…]]]
        var linking = connection.Query<(byte[] Trace, string Links)>("""
            SELECT trace.trace, links FROM span JOIN span_detail ON span_detail.id = span.id JOIN trace ON trace.id = span.trace
            WHERE span.session = @sessionId AND links IS NOT NULL ORDER BY span.start_ns
            """, new { sessionId }).AsList();
        foreach (var (trace, links) in linking)
        {
            if (traceIds.Any(id => links.Contains(id, StringComparison.Ordinal)))
            {
                traceIds.Add(StoreId.Text(trace));
            }
        }

        foreach (var id in traceIds)
        {
            connection.Execute($"DELETE FROM trace WHERE trace = @Trace AND {OfSession}", new { Trace = StoreId.Bytes(id), sessionId });
        }
    }
}
