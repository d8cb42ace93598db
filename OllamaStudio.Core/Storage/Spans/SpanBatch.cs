using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Writes spans, with them the rows of their traces and the sums that they count in.</summary>
internal static class SpanBatch
{
    /// <summary>Stores each span whose trace does not have its id yet.</summary>
    /// <returns>Those that were new, in the order they came.</returns>
    public static IReadOnlyList<SpanRecord> Write(SqliteConnection connection, IReadOnlyList<StoredSpan> batch)
    {
        using var rows = new SpanRows(connection);
        var added = new List<SpanRecord>(batch.Count);
        foreach (var spans in batch.GroupBy(static stored => stored.Span.TraceId, StringComparer.Ordinal))
        {
            added.AddRange(WriteTrace(connection, rows, spans));
        }

        RollupWriter.Add(connection, added);
        return added;
    }

    private static IEnumerable<SpanRecord> WriteTrace(SqliteConnection connection, SpanRows rows, IEnumerable<StoredSpan> spans)
    {
        StoredSpan[] distinct = [.. spans.DistinctBy(static stored => stored.Span.SpanId, StringComparer.Ordinal)];
        var known = TraceRows.Find(connection, StoreId.Bytes(distinct[0].Span.TraceId));
        var id = known?.Id ?? TraceRows.Insert(connection, TraceSummary.Of(distinct.Select(static stored => stored.Span)), distinct.Sum(static stored => stored.Bytes));
        StoredSpan[] added = [.. distinct.Where(stored => rows.TryInsert(id, stored))];
        if (added.Length == 0)
        {
            return [];
        }

        var summary = TraceSummary.Of(added.Select(static stored => stored.Span));
        if (known is { Summary: var before })
        {
            TraceRows.Update(connection, id, TraceSummary.Merge(before, summary), added.Sum(static stored => stored.Bytes));
        }

        foreach (var tool in summary.Tools)
        {
            connection.Execute("INSERT OR IGNORE INTO trace_tool (tool, trace) VALUES (@tool, @id)", new { tool, id });
        }

        return added.Select(static stored => stored.Span);
    }
}
