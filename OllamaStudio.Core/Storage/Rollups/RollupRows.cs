using System.Text;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Insights;
using SQLitePCL;

namespace OllamaStudio.Core.Storage.Rollups;

/// <summary>
/// Reads many rows of <c>rollup</c>: a month on the dashboard is some 18,000 of them, one for each hour and key. Its windows begin with the hours of the person's zone, so that no
/// longer step than an hour makes them up. Most of the time was that of mapping columns to objects, and so they are read as SQLite has them: a histogram is made right of its bytes, and a
/// text that was there before is not made again.
/// </summary>
internal static class RollupRows
{
    /// <summary>What is summed up, in the order in which <see cref="Value"/> reads it.</summary>
    public const string Sums =
        """
        count, tokens_in, tokens_in_with_cache, tokens_cached, tokens_out, cost,
        context_count, context_sum, context_max, tool_calls, tool_successes, duration, first_token, rate
        """;

    private const string Columns = $"start_ns, operation, model, status, error_type, source, service, {Sums}";

    /// <summary>As <see cref="IRollupStore.Read"/>.</summary>
    public static List<RollupRow> Read(SqliteConnection connection, RollupStep step, DateTimeOffset from, DateTimeOffset to, string? model, IReadOnlyCollection<string> sources)
    {
        string[] names = [.. sources.Select(static (_, index) => FormattableString.Invariant($"@source{index}"))];
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT {Columns} FROM rollup
            WHERE step_s = @step AND start_ns >= @from AND start_ns < @to AND (@model IS NULL OR model = @model) AND source IN ({string.Join(", ", names)})
            ORDER BY start_ns
            """;
        command.Parameters.AddWithValue("@step", (long)step);
        command.Parameters.AddWithValue("@from", StoredTime.Of(from));
        command.Parameters.AddWithValue("@to", StoredTime.Of(to));
        command.Parameters.AddWithValue("@model", model ?? (object)DBNull.Value);
        foreach (var (name, source) in names.Zip(sources))
        {
            command.Parameters.AddWithValue(name, source);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<RollupRow>();
        var texts = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        while (reader.Read())
        {
            var row = reader.Handle!;
            var key = new RollupKey(Text(row, 1, texts), Text(row, 2, texts), Text(row, 3, texts), Text(row, 4, texts), Text(row, 5, texts), Text(row, 6, texts));
            rows.Add(new RollupRow(StoredTime.Read(raw.sqlite3_column_int64(row, 0)), key, Value(row, 7)));
        }

        return rows;
    }

    /// <summary>Reads the sums of a row.</summary>
    /// <param name="row">A statement that has a row.</param>
    /// <param name="first">The column of <c>count</c>, the first of <see cref="Sums"/>.</param>
    internal static Rollup Value(sqlite3_stmt row, int first) => new()
    {
        Count = raw.sqlite3_column_int64(row, first),
        TokensIn = Number(row, first + 1),
        TokensInWithCache = Number(row, first + 2),
        TokensCached = Number(row, first + 3),
        TokensOut = Number(row, first + 4),
        Cost = Real(row, first + 5),
        ContextCount = raw.sqlite3_column_int64(row, first + 6),
        ContextSum = raw.sqlite3_column_double(row, first + 7),
        ContextMax = Real(row, first + 8),
        ToolCalls = raw.sqlite3_column_int64(row, first + 9),
        ToolSuccesses = raw.sqlite3_column_int64(row, first + 10),
        Duration = Histogram(row, first + 11),
        FirstToken = Histogram(row, first + 12),
        Rate = Histogram(row, first + 13),
    };

    // NULL is read as 0: only then its type is asked for.
    private static long? Number(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_int64(row, column) is not 0 and var number ? number : row.IsNull(column) ? null : 0;

    private static double? Real(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_double(row, column) is not 0 and var number ? number : row.IsNull(column) ? null : 0;

    // One that is there has its format's byte at least.
    private static Histogram? Histogram(sqlite3_stmt row, int column) =>
        raw.sqlite3_column_blob(row, column) is { IsEmpty: false } bytes ? Insights.Histogram.FromBytes(bytes) : row.IsNull(column) ? null : Insights.Histogram.FromBytes([]);

    // A text's bytes are UTF-8, as the file is.
    private static string Text(sqlite3_stmt row, int column, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> texts)
    {
        const int Most = 256;
        var bytes = raw.sqlite3_column_blob(row, column);
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (bytes.Length > Most)
        {
            return Encoding.UTF8.GetString(bytes);
        }

        Span<char> buffer = stackalloc char[Most];
        var text = buffer[..Encoding.UTF8.GetChars(bytes, buffer)];
        if (!texts.TryGetValue(text, out var known))
        {
            texts.Set.Add(known = text.ToString());
        }

        return known;
    }
}
