using Dapper;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary><see cref="IRollupStore"/> in the database.</summary>
internal sealed class RollupStore(StudioDatabase database, TimeProvider time) : IRollupStore, IDisposable
{
    private const int MaxMarks = 1_000;
    private const int MaxModels = 100;

    private readonly ChangeSignal _changed = new(time, TimeSpan.FromSeconds(1));

    /// <inheritdoc />
    public DateTimeOffset? First => database.Read(
        static connection => connection.QuerySingle<long?>("SELECT min(start_ns) FROM rollup WHERE step_s = @day", new { day = RollupStep.Day }) is { } first ? StoredTime.Read(first) : (DateTimeOffset?)null,
        without: null);

    /// <inheritdoc />
    public IReadOnlyList<RollupRow> Read(RollupStep step, DateTimeOffset from, DateTimeOffset to, string? model, IReadOnlyCollection<string> sources) => database.Read<IReadOnlyList<RollupRow>>(
        connection => RollupRows.Read(connection, step, from, to, model, sources),
        without: []);

    /// <inheritdoc />
    public IReadOnlyList<ChangeMark> ReadMarks(DateTimeOffset from, DateTimeOffset to, string? model) => database.Read<IReadOnlyList<ChangeMark>>(
        connection =>
        [
            .. connection.Query<MarkRecord>(
                """
                SELECT start_ns AS StartNs, model AS Model, what AS What, before AS Before, after AS After FROM change_mark
                WHERE start_ns >= @from AND start_ns < @to AND (@model IS NULL OR model = @model)
                ORDER BY start_ns DESC LIMIT @max
                """,
                new { from = StoredTime.Of(from), to = StoredTime.Of(to), model, max = MaxMarks })
                .Reverse()
                .Select(static row => new ChangeMark(StoredTime.Read(row.StartNs), row.Model, Enum.Parse<ChangeKind>(row.What, ignoreCase: true), row.Before, row.After)),
        ],
        without: []);

    /// <inheritdoc />
    public IReadOnlyList<string> ReadModels(IReadOnlyCollection<string> sources) => database.Read<IReadOnlyList<string>>(
        connection =>
        [
            .. connection.Query<string>(
                "SELECT model FROM rollup WHERE step_s = @day AND model <> '' AND source IN @sources GROUP BY model ORDER BY sum(count) DESC, model LIMIT @max",
                new { day = RollupStep.Day, sources, max = MaxModels }),
        ],
        without: []);

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>Says that something was committed.</summary>
    public void Raise() => _changed.Raise();

    /// <inheritdoc />
    public void Dispose() => _changed.Dispose();

    private sealed class MarkRecord
    {
        public long StartNs { get; set; }

        public string Model { get; set; } = "";

        public string What { get; set; } = "";

        public string? Before { get; set; }

        public string? After { get; set; }
    }
}
