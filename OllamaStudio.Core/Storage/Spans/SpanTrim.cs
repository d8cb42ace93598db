using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Retention;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Deletes traces that are too old or too many. Used by one at a time.</summary>
internal sealed class SpanTrim(SpanWriter writer) : IRetention
{
    // Some milliseconds: whoever writes meanwhile waits no longer than that.
    private const int AtOnce = 100;

    private const long BytesPerMegabyte = 1_000_000;

    // What there is, read once for each time that it is gone through: the whole table is read for it.
    private Held? _held;

    /// <inheritdoc />
    public bool Trim(SqliteConnection connection, StorageSettings settings, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(settings);
        _held ??= connection.QuerySingle<Held>("SELECT count(*) AS Traces, coalesce(sum(bytes), 0) AS Bytes FROM trace");
        var tooMany = Math.Max(0, _held.Traces - settings.MaxTraces);
        var tooLarge = Math.Max(0, _held.Bytes - (settings.SpanMegabytes * BytesPerMegabyte));
        var before = StoredTime.Of(now - TimeSpan.FromDays(settings.SpanDays));
        var gone = new List<object>();
        var (traces, bytes) = (_held.Traces, _held.Bytes);
        foreach (var oldest in connection.Query<Oldest>("SELECT id AS Id, start_ns AS Start, bytes AS Bytes FROM trace ORDER BY start_ns, trace LIMIT @AtOnce", new { AtOnce }))
        {
            if (oldest.Start >= before && tooMany <= 0 && tooLarge <= 0)
            {
                break;
            }

            gone.Add(new { oldest.Id });
            (tooMany, tooLarge, traces, bytes) = (tooMany - 1, tooLarge - oldest.Bytes, traces - 1, bytes - oldest.Bytes);
        }

        if (gone.Count == 0)
        {
            _held = null;
            return false;
        }

        connection.Execute("DELETE FROM trace WHERE id = @Id", gone);
        _held = new Held(traces, bytes);
        writer.Changed();
        return true;
    }

    private sealed record Held(long Traces, long Bytes);

    private sealed record Oldest(long Id, long Start, long Bytes);
}
