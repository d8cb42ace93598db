using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Storage;

/// <content>What a reader found damaged, and the writer has not met.</content>
public sealed partial class StoreWriter
{
    // A look takes seconds, in which nothing is written; a file that was whole just now is not looked through for each read that fails.
    private static readonly TimeSpan SoundFor = TimeSpan.FromMinutes(10);

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
            _database.Check();
            _soundAt = now;
            LogSound(_logger);
        }

        Volatile.Write(ref _isCheckAsked, 0);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A read failed, and the database was looked through: it is sound")]
    private static partial void LogSound(ILogger logger);
}
