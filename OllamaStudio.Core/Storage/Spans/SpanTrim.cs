using Dapper;
using Microsoft.Data.Sqlite;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>Deletes traces that are too old or too many. Used by one at a time.</summary>
internal sealed class SpanTrim
{
    // Some milliseconds: whoever writes meanwhile waits no longer than that.
    private const int AtOnce = 100;

    private long? _bytes;

    /// <summary>Deletes some of the oldest traces that are beyond a bound.</summary>
    /// <param name="connection">The connection that writes.</param>
    /// <param name="before">Those that began before go; null for no bound.</param>
    /// <param name="maxBytes">Most bytes that all may take; null for no bound.</param>
    /// <returns>How many traces were deleted; 0 where all is within the bounds.</returns>
    public int Trim(SqliteConnection connection, DateTimeOffset? before, long? maxBytes)
    {
        var deleted = before is { } bound
            ? Delete(connection, "SELECT id, bytes FROM trace WHERE start_ns < @bound ORDER BY start_ns, trace LIMIT @AtOnce", new { bound = StoredTime.Of(bound), AtOnce })
            : 0;
        if (deleted == 0 && maxBytes is { } most)
        {
            // Summed once for each time that this is gone through: the whole table is read for it.
            _bytes ??= connection.ExecuteScalar<long>("SELECT coalesce(sum(bytes), 0) FROM trace");
            deleted = _bytes > most ? Delete(connection, "SELECT id, bytes FROM trace ORDER BY start_ns, trace LIMIT @AtOnce", new { AtOnce }, _bytes.Value - most) : 0;
        }

        if (deleted == 0)
        {
            _bytes = null;
        }

        return deleted;
    }

    private int Delete(SqliteConnection connection, string select, object bounds, long enough = long.MaxValue)
    {
        long bytes = 0;
        var ids = new List<long>();
        foreach (var (id, size) in connection.Query<(long Id, long Bytes)>(select, bounds))
        {
            if (bytes >= enough)
            {
                break;
            }

            ids.Add(id);
            bytes += size;
        }

        connection.Execute("DELETE FROM trace WHERE id = @id", ids.Select(static id => new { id }));
        _bytes -= bytes;
        return ids.Count;
    }
}
