using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Storage;

/// <content>What depends on readers: what one found damaged, and the log that one still looks at.</content>
public sealed partial class StoreWriter
{
    // A look takes seconds, in which nothing is written; a file that was whole just now is not looked through for each read that fails.
    private static readonly TimeSpan SoundFor = TimeSpan.FromMinutes(10);

    // Reads take milliseconds, a backup a minute.
    private static readonly TimeSpan UntilLogIsTried = TimeSpan.FromSeconds(1);

    private readonly ITimer _logDue;
    private int _isCheckAsked;
    private DateTimeOffset? _soundAt;

    private void OnDamaged()
    {
        if (Interlocked.Exchange(ref _isCheckAsked, 1) == 0)
        {
            _ = MaintainAsync(Check);
        }
    }

    // What it throws is dealt with as if a write had met it: the file is kept aside, or its indexes are made anew, and then it is looked at again.
    private void Check(SqliteConnection connection)
    {
        var now = _time.GetUtcNow();
        if (_soundAt is null || now - _soundAt > SoundFor)
        {
            try
            {
                _database.Check();
                _soundAt = now;
                LogSound(_logger);
            }
            catch (SqliteException problem) when (StoreTroubles.Of(problem) is StoreTrouble.Outside)
            {
                LogUnchecked(_logger, problem); // writes may succeed all the same, and none is to wait until a disk can be read
            }
        }

        Volatile.Write(ref _isCheckAsked, 0);
    }

    private void EmptyLog(SqliteConnection connection)
    {
        // Whether somebody was in the way, pages of the log, those of them that are in the file.
        var (isBusy, _, _) = connection.QuerySingle<(long, long, long)>("PRAGMA wal_checkpoint(TRUNCATE)");
        if (isBusy != 0)
        {
            _logDue.Change(UntilLogIsTried, Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A read failed, and the database was looked through: it is sound")]
    private static partial void LogSound(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A read failed, and the database could not be looked through")]
    private static partial void LogUnchecked(ILogger logger, Exception problem);
}
