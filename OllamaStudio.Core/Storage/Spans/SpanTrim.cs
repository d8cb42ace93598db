using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Retention;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Deletes traces that are too old or too many, and what made their spans. Where there are none it looks at a few rows, however many traces there are.</summary>
internal sealed class SpanTrim(SpanWriter writer) : IRetention
{
    private const int AtOnce = 100;

    /// <summary>
    /// How long one piece takes, and at least one trace: whoever writes meanwhile waits no longer than that. A time and no number, since nobody knows beforehand what a trace takes:
    /// to leave nothing of its words FTS5 rewrites the page of each of its trigrams, some milliseconds a trace and many times what all else takes.
    /// </summary>
    public TimeSpan AtMost { get; init; } = TimeSpan.FromMilliseconds(20);

    private const long BytesPerMegabyte = 1_000_000;

    /// <summary>SQL: what there is, as the table's triggers count it.</summary>
    internal const string HeldSql = "SELECT traces AS Traces, bytes AS Bytes FROM trace_total";

    // Of which no span is left: each began with its trace, or after.
    private const string ResourceSql =
        "DELETE FROM resource WHERE id IN (SELECT id FROM resource WHERE last_ns < coalesce((SELECT min(start_ns) FROM trace), 9223372036854775807) LIMIT @AtOnce)";

    /// <summary>SQL: the oldest.</summary>
    internal const string OldestSql = "SELECT id AS Id, start_ns AS Start, bytes AS Bytes FROM trace ORDER BY start_ns, trace LIMIT @AtOnce";

    /// <inheritdoc />
    public bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(settings);
        var held = connection.QuerySingle<Held>(HeldSql);
        var tooMany = Math.Max(0, held.Traces - settings.MaxTraces);
        var tooLarge = Math.Max(0, held.Bytes - (settings.SpanMegabytes * BytesPerMegabyte));
        var before = StoredTime.Of(now - TimeSpan.FromDays(settings.SpanDays));
        var gone = new List<Oldest>();
        foreach (var oldest in connection.Query<Oldest>(OldestSql, new { AtOnce }))
        {
            if (oldest.Start >= before && tooMany <= 0 && tooLarge <= 0)
            {
                break;
            }

            gone.Add(oldest);
            (tooMany, tooLarge) = (tooMany - 1, tooLarge - oldest.Bytes);
        }

        if (gone.Count == 0)
        {
            return connection.Execute(ResourceSql, new { AtOnce }) > 0;
        }

        var begun = Stopwatch.GetTimestamp();
        Oldest? last = null;
        foreach (var oldest in gone.TakeWhile(_ => last is null || Stopwatch.GetElapsedTime(begun) < AtMost))
        {
            connection.Execute("DELETE FROM trace WHERE id = @Id", oldest);
            last = oldest;
        }

        connection.Execute("UPDATE trace_total SET trimmed_ns = max(coalesce(trimmed_ns, @Start), @Start)", last);
        writer.Changed();
        return true;
    }

    private sealed record Held(long Traces, long Bytes);

    private sealed record Oldest(long Id, long Start, long Bytes);
}
