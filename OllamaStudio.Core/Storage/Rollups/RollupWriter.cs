using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>
/// Adds spans to the sums of their ten seconds, minute, hour and day, in the transaction that stores them. A span that comes late counts for the
/// time when it began.
/// </summary>
internal static class RollupWriter
{
    private const string Known =
        $"SELECT {RollupRows.Sums} FROM rollup WHERE step_s = ? AND start_ns = ? AND operation = ? AND model = ? AND status = ? AND error_type = ? AND source = ? AND service = ?";

    private const string Insert =
        $"INSERT OR REPLACE INTO rollup (step_s, start_ns, operation, model, status, error_type, source, service, {RollupRows.Sums}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private static readonly RollupStep[] s_steps = Enum.GetValues<RollupStep>();

    /// <summary>Adds spans, each of which is new to the database.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="spans">The spans.</param>
    /// <param name="isImport">Whether they were imported: they may tell of another machine, and so are measured against nothing here.</param>
    public static void Add(SqliteConnection connection, IReadOnlyList<SpanRecord> spans, bool isImport = false)
    {
        var sums = new Dictionary<(RollupStep Step, long Start, RollupKey Key), Rollup>();
        foreach (var (span, key, value) in SpanRollups.Of(spans))
        {
            foreach (var step in s_steps)
            {
                var place = (step, StartOf(step, span.StartTime), key);
                if (!sums.TryGetValue(place, out var sum))
                {
                    sums.Add(place, sum = new Rollup());
                }

                sum.Add(value);
            }

            if (MeasuredCall.Of(span, key) is { } call)
            {
                CallTable.Add(connection, call, isImport);
            }
        }

        foreach (var ((step, start, key), sum) in sums)
        {
            Put(connection, step, start, key, sum);
        }
    }

    /// <summary>The step that a moment lies in, in nanoseconds since 1970.</summary>
    internal static long StartOf(RollupStep step, DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        return (seconds - (seconds % (int)step)) * 1_000_000_000;
    }

    // What is there is read, added to and put back: histograms do not add up in SQL.
    private static void Put(SqliteConnection connection, RollupStep step, long start, RollupKey key, Rollup sum)
    {
        if (PreparedStatements.Of(connection, Known).First(static row => RollupRows.Value(row, 0), (long)step, start, key.Operation, key.Model, key.Status, key.ErrorType, key.Source, key.Service) is { } known)
        {
            sum.Add(known);
        }

        PreparedStatements.Of(connection, Insert).Run(
            (long)step, start, key.Operation, key.Model, key.Status, key.ErrorType, key.Source, key.Service,
            sum.Count, sum.TokensIn, sum.TokensInWithCache, sum.TokensCached, sum.TokensOut, sum.Cost,
            sum.ContextCount, sum.ContextSum, sum.ContextMax, sum.ToolCalls, sum.ToolSuccesses, sum.Duration?.ToBytes(), sum.FirstToken?.ToBytes(), sum.Rate?.ToBytes());
    }
}
