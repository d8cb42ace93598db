using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>What of the sums is old enough to go.</summary>
internal static class RollupRetention
{
    /// <summary>How long sums, figures and marks are kept.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(2 * 365);

    /// <summary>How long the steps of ten seconds are kept: nobody looks at the last five minutes of yesterday.</summary>
    public static readonly TimeSpan TenSecondsAge = TimeSpan.FromHours(2);

    /// <summary>Deletes up to <paramref name="limit"/> rows of each table.</summary>
    /// <returns>How many went; called again until it is 0, it never holds the writer for long.</returns>
    public static int DeleteOld(SqliteConnection connection, DateTimeOffset now, int limit)
    {
        var gone = 0;
        foreach (var step in Enum.GetValues<RollupStep>())
        {
            var age = step is RollupStep.TenSeconds ? TenSecondsAge : Age;
            gone += connection.Execute(
                """
                DELETE FROM rollup WHERE (step_s, start_ns, operation, model, status, error_type, source, service) IN
                  (SELECT step_s, start_ns, operation, model, status, error_type, source, service FROM rollup WHERE step_s = @step AND start_ns < @before LIMIT @limit)
                """,
                new { step, before = CallTable.Nanoseconds(now - age), limit });
        }

        var old = new { before = CallTable.Nanoseconds(now - Age), limit };
        gone += connection.Execute(
            "DELETE FROM model_call WHERE (trace_id, span_id) IN (SELECT trace_id, span_id FROM model_call WHERE start_ns < @before LIMIT @limit)", old);
        gone += connection.Execute(
            "DELETE FROM change_mark WHERE (start_ns, model, what) IN (SELECT start_ns, model, what FROM change_mark WHERE start_ns < @before LIMIT @limit)", old);
        return gone;
    }
}
