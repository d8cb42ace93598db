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
    public static IReadOnlyList<SpanRecord> Write(SqliteConnection connection, IReadOnlyList<StoredSpan> batch) => Write(connection, batch, isImport: false);

    /// <summary>Stores spans from elsewhere, unless they are of before what is kept.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="batch">The spans.</param>
    /// <param name="oldest">None that began before is kept.</param>
    public static SpanIntake Import(SqliteConnection connection, IReadOnlyList<StoredSpan> batch, DateTimeOffset oldest)
    {
        var before = Math.Max(StoredTime.Of(oldest), connection.ExecuteScalar<long?>("SELECT trimmed_ns FROM trace_total") + 1 ?? long.MinValue);
        StoredSpan[] kept = [.. batch.Where(stored => StoredTime.Of(stored.Span.StartTime) >= before)];
        var added = kept.Length == 0 ? 0 : Write(connection, kept, isImport: true).Count;
        return new SpanIntake(added, kept.Length - added, batch.Count - kept.Length);
    }

    private static List<SpanRecord> Write(SqliteConnection connection, IReadOnlyList<StoredSpan> batch, bool isImport)
    {
        if (batch.Count == 0)
        {
            return [];
        }

        var rows = new SpanRows(connection, batch.Max(static stored => stored.Span.StartTime));
        var added = new List<SpanRecord>(batch.Count);
        foreach (var spans in batch.GroupBy(static stored => stored.Span.TraceId, StringComparer.Ordinal))
        {
            added.AddRange(WriteTrace(connection, rows, spans));
        }

        RollupWriter.Add(connection, added, isImport);
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
            PreparedStatements.Of(connection, "INSERT OR IGNORE INTO trace_tool (tool, start_ns, trace, id) SELECT ?, start_ns, trace, id FROM trace WHERE id = ?").Run(tool, id);
        }

        return added.Select(static stored => stored.Span);
    }
}
