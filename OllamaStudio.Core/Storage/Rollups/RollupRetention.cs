using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Retention;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>What of the sums, the calls' figures and the marks is old enough to go.</summary>
internal sealed class RollupRetention : IRetention
{
    /// <summary>How long the steps of ten seconds are kept: nobody looks at the last five minutes of yesterday.</summary>
    public static readonly TimeSpan TenSecondsAge = TimeSpan.FromHours(2);

    /// <summary>Rows of each table that go at once.</summary>
    internal int AtOnce { get; init; } = 500;

    /// <inheritdoc />
    public bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now)
    {
        var (gone, age) = (0, TimeSpan.FromDays(settings.RollupDays));
        foreach (var step in Enum.GetValues<RollupStep>())
        {
            gone += Delete(
                "rollup", "step_s, start_ns, operation, model, status, error_type, source, service", "step_s = @step AND", step, step is RollupStep.TenSeconds && age > TenSecondsAge ? TenSecondsAge : age);
        }

        gone += Delete("model_call", "trace_id, span_id", "", default, age);
        gone += Delete("change_mark", "start_ns, model, what", "", default, age);
        return gone > 0;

        int Delete(string table, string key, string condition, RollupStep step, TimeSpan kept) => connection.Execute(
            $"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition} start_ns < @before LIMIT @AtOnce)",
            new { step, before = StoredTime.Of(now - kept), AtOnce });
    }
}
