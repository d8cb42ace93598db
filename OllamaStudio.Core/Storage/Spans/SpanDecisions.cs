using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Writes whether traces are exported, where that was decided after their spans were stored.</summary>
internal static class SpanDecisions
{
    /// <summary>Settles the spans of these traces of which that is open, and the traces' own rows.</summary>
    public static void Write(SqliteConnection connection, IEnumerable<(string TraceId, bool IsSampled)> decisions)
    {
        foreach (var (traceId, isSampled) in decisions)
        {
            connection.Execute(
                """
                UPDATE span SET sampled = @word WHERE sampled = 'pending' AND trace = (SELECT id FROM trace WHERE trace = @trace);
                UPDATE trace SET sampled = @word WHERE sampled = 'pending' AND trace = @trace;
                """,
                new { trace = StoreId.Bytes(traceId), word = SpanFacts.SampledWord(isSampled) });
        }
    }

    /// <summary>Settles what nobody decides any more: it was not exported.</summary>
    public static void Settle(SqliteConnection connection) => connection.Execute(
        "UPDATE span SET sampled = 'false' WHERE sampled = 'pending'; UPDATE trace SET sampled = 'false' WHERE sampled = 'pending';");
}
