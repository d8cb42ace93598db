using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Sums up the attributes of each <see cref="Size"/> traces, so that who asks for an attribute reads only the blocks that may have it: a stored span is
/// 2 KB, of which a million are 2 GB, and what no span has would be looked for in all of them. As the statistics of row groups in columnar files
/// it costs one hundredth of their size and nothing when spans are written: full blocks are summed up in the background, a minute after the start and
/// then every minute, and so are those that an earlier version wrote. What is not summed up is read as it is. Triggers delete a block's summary with the first span that
/// comes to it or goes from it (<c>0012-attributes.sql</c>), so that one that is there is right.
/// </summary>
internal sealed partial class AttributeBlocks(StudioDatabase database, StoreWriter writer, TimeProvider time, ILogger<AttributeBlocks> logger) : BackgroundService
{
    /// <summary>How many traces a block has: some 3 MB, so that a value that is seldom is found in few of them, and a summary is small beside it.</summary>
    public const int Size = 1 << Shift;

    /// <summary>SQL: the block of a trace is its row's id without so many bits; the triggers say the same.</summary>
    public const int Shift = 8;

    /// <summary>From one look for full blocks to the next, and from the start to the first.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>After each block, which takes some tens of milliseconds: a folder of an earlier version is done in minutes, and nobody notices.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // From block to block by the key, whatever the number of traces. The last one is not full yet.
    private static readonly string MissingSql = FormattableString.Invariant($"""
        WITH RECURSIVE full (id) AS (
            SELECT max(id) >> {Shift} FROM trace
            UNION ALL
            SELECT (SELECT max(id) >> {Shift} FROM trace WHERE id < full.id << {Shift}) FROM full WHERE full.id IS NOT NULL
        )
        SELECT id FROM full WHERE id < (SELECT max(id) >> {Shift} FROM trace) AND NOT EXISTS (SELECT 1 FROM attribute_block AS b WHERE b.id = full.id AND b.state > 0)
        """);

    /// <summary>The blocks of which no trace can match, whatever else is asked; of those that are not summed up it is not known.</summary>
    public static IReadOnlyCollection<long> FindWithout(SqliteConnection connection, TraceFilter filter)
    {
        var without = new HashSet<long>();
        foreach (var term in filter.Attributes.Where(static term => !term.IsNegated))
        {
            using var command = connection.CreateCommand();
            command.CommandText =
                "SELECT b.id, s.name, s.distinct_values, s.low, s.high, s.trigrams FROM attribute_block AS b LEFT JOIN attribute_summary AS s ON s.block = b.id AND s.name = @name WHERE b.state = 1";
            command.Parameters.AddWithValue("@name", AttributeSummaries.NameOf(term.Key));
            using var row = command.ExecuteReader();
            var known = new Dictionary<string, bool>(StringComparer.Ordinal);
            while (row.Read())
            {
                if (row.IsDBNull(1) || !MayFit(row, term, known))
                {
                    without.Add(row.GetInt64(0));
                }
            }
        }

        return without;
    }

    /// <summary>Sums up what is missing now.</summary>
    /// <param name="pause">Waits so long after each block.</param>
    /// <param name="cancellationToken">Stops after the block that is being read.</param>
    internal async Task SumUpAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        foreach (var block in database.Read(static connection => connection.Query<long>(MissingSql).AsList(), []))
        {
            await SumUpAsync(block, cancellationToken);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Every, time, stoppingToken);
                await SumUpAsync(Pause, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return; // the studio ends, the store perhaps before this
            }
            catch (Exception problem)
            {
                LogNotSummedUp(logger, problem.GetType()); // searches take longer, and that is all
            }
        }
    }

    private static bool MayFit(SqliteDataReader row, AttributeTerm term, Dictionary<string, bool> known)
    {
        var values = row.IsDBNull(2) ? null : row.GetString(2);
        if (values is not null && known.TryGetValue(values, out var fits))
        {
            return fits;
        }

        fits = new AttributeSummary(
            values, row.IsDBNull(3) ? null : row.GetDouble(3), row.IsDBNull(4) ? null : row.GetDouble(4), row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5)).MayFit(term);
        if (values is not null)
        {
            known[values] = fits;
        }

        return fits;
    }

    // Off the writer: it first says that the block is being made, and stores what was read only if that still stands, as it does not where a span came or went meanwhile.
    internal async Task SumUpAsync(long block, CancellationToken cancellationToken, Func<Task>? meanwhile = null)
    {
        await writer.WriteAsync(connection => connection.Execute("DELETE FROM attribute_block WHERE id = @block; INSERT INTO attribute_block (id, state) VALUES (@block, 0)", new { block }), bytes: 0).WaitAsync(cancellationToken);
        if (database.Read(connection => Read(connection, block), null) is not { } summaries)
        {
            return;
        }

        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        var made = summaries.Made;
        await writer.WriteAsync(
            connection =>
            {
                if (connection.Execute("UPDATE attribute_block SET state = @state WHERE id = @block AND state = 0", new { block, state = made is null ? 2 : 1 }) > 0 && made is not null)
                {
                    connection.Execute(
                        "INSERT INTO attribute_summary (block, name, distinct_values, low, high, trigrams) VALUES (@block, @Key, @DistinctValues, @Low, @High, @Trigrams)",
                        made.Select(name => new { block, name.Key, name.Value.DistinctValues, name.Value.Low, name.Value.High, name.Value.Trigrams }));
                }
            }, bytes: 0).WaitAsync(cancellationToken);
    }

    private static AttributeSummaries Read(SqliteConnection connection, long block)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT d.attributes FROM span AS s JOIN span_detail AS d ON d.id = s.id WHERE s.trace >= @from AND s.trace < @to AND d.attributes IS NOT NULL";
        command.Parameters.AddWithValue("@from", block << Shift);
        command.Parameters.AddWithValue("@to", (block + 1) << Shift);
        using var row = command.ExecuteReader();
        var summaries = new AttributeSummaries();
        while (row.Read())
        {
            summaries.Add(AttributeJson.ReadAttributes(row.GetString(0)));
        }

        return summaries;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attributes of stored traces could not be summed up : {ErrorType}; searches by attributes take longer until it is tried again")]
    private static partial void LogNotSummedUp(ILogger logger, Type errorType);
}
