using Dapper;
using System.Collections.Immutable;
using OllamaStudio.Core.Insights.Alerts;

namespace OllamaStudio.Core.Storage.Alerts;

/// <summary><see cref="IAlertStore"/> in the database.</summary>
internal sealed class AlertStore(StudioDatabase database, StoreWriter writer) : IAlertStore
{
    /// <inheritdoc />
    public ImmutableArray<AlertEntry> Read() => database.Read<ImmutableArray<AlertEntry>>(
        static connection =>
        [
            .. connection.Query<AlertRecord>(
                """
                SELECT id AS Id, rule AS Rule, source AS Source, started_ns AS StartedNs, ended_ns AS EndedNs, value AS Value, worst AS Worst, threshold AS Threshold, window_min AS WindowMin
                FROM alert ORDER BY id DESC LIMIT @Most
                """, new { IAlertStore.Most })
                .Select(static row => new AlertEntry(
                    row.Id, row.Rule, row.Source, StoredTime.Read(row.StartedNs), row.EndedNs is { } ended ? StoredTime.Read(ended) : null, row.Value, row.Worst, row.Threshold, (int)row.WindowMin)),
        ],
        without: []);

    /// <inheritdoc />
    public Task SaveAsync(AlertEntry entry) => writer.WriteAsync(
        connection =>
        {
            connection.Execute(
                """
                INSERT OR REPLACE INTO alert (id, rule, source, started_ns, ended_ns, value, worst, threshold, window_min)
                VALUES (@Id, @Rule, @Source, @started, @ended, @Value, @Worst, @Threshold, @WindowMinutes)
                """,
                new
                {
                    entry.Id, entry.Rule, entry.Source, started = StoredTime.Of(entry.Started), ended = entry.Ended is { } ended ? StoredTime.Of(ended) : (long?)null,
                    entry.Value, entry.Worst, entry.Threshold, entry.WindowMinutes,
                });
            connection.Execute("DELETE FROM alert WHERE id <= @last", new { last = entry.Id - IAlertStore.Most });
        },
        bytes: 200);

    private sealed class AlertRecord
    {
        public long Id { get; set; }

        public string Rule { get; set; } = "";

        public string Source { get; set; } = "";

        public long StartedNs { get; set; }

        public long? EndedNs { get; set; }

        public double Value { get; set; }

        public double Worst { get; set; }

        public double Threshold { get; set; }

        public long WindowMin { get; set; }
    }
}
