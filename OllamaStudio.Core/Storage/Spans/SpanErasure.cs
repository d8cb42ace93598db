using Dapper;
using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Deletes single traces of a conversation, and what was made of them.</summary>
internal static class SpanErasure
{
    private const string OfSession = "(session = @sessionId OR id IN (SELECT trace FROM span WHERE session = @sessionId))";

    /// <summary>Deletes those traces, where they are of that conversation, and others of it that link to one of them: replays, and replays of those.</summary>
    /// <param name="connection">Within the writer's transaction.</param>
    /// <param name="sessionId">The conversation.</param>
    /// <param name="traceIds">The traces; the others are added.</param>
    public static void Erase(SqliteConnection connection, string sessionId, HashSet<string> traceIds)
    {
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
