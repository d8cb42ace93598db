using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage;

// A little longer than the house's 300 lines: to open, to commit, to fail and to say so is one state of one connection.

/// <summary>
/// The one writer of <see cref="StudioDatabase"/>. Writes wait in a queue and are committed together. Where the disk is full, the folder
/// read-only or the file gone, they stay there, <see cref="Status"/> says so, and it is tried again by itself, ever less often up to every
/// half minute. The queue holds <see cref="MaxBytes"/>: who can lose asks <see cref="HasRoom"/> first. Safe to use from any thread.
/// </summary>
public sealed partial class StoreWriter : IHostedService, IStoreMonitor, IAsyncDisposable
{
    /// <summary>Bytes that may wait before <see cref="HasRoom"/> says no.</summary>
    public const long MaxBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly StudioDatabase _database;
    private readonly DataFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreWriter> _logger;
    private readonly ChangeSignal _changed;
    private readonly AsyncResetEvent _work = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WriteQueue _queue = new();
    private readonly Task _running;
    private SqliteConnection? _connection;
    private volatile StoreStatus _status = new();
    private volatile bool _isIndexDamaged;
    private bool _isIndexFresh;

    /// <summary>Opens the database, so that it can be read at once, and begins to write.</summary>
    public StoreWriter(StudioDatabase database, DataFolder folder, TimeProvider time, ILogger<StoreWriter> logger)
    {
        (_database, _folder, _time, _logger) = (database, folder, time, logger);
        _changed = new ChangeSignal(time);
        _database.IndexDamaged += OnIndexDamaged;
        _database.Damaged += OnDamaged;
        _logDue = time.CreateTimer(_ => _ = CheckpointAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        TryOpen();
        _ = CheckpointAsync(); // of a studio that was killed, or stopped beside a reader, before it could
        _running = Task.Run(RunAsync);
    }

    /// <inheritdoc />
    public StoreStatus Status => _status;

    /// <summary>Bytes that wait.</summary>
    internal long QueuedBytes => _queue.Bytes;

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _changed.Subscribe(changed);

    /// <summary>Whether so many bytes more may wait.</summary>
    internal bool HasRoom(long bytes) => QueuedBytes + bytes <= MaxBytes;

    /// <summary>Has something written, in one transaction with other writes.</summary>
    /// <param name="write">Writes. It may run more than once, and each time from the beginning; it begins and ends no transaction.</param>
    /// <param name="bytes">About how much memory waits with it.</param>
    /// <param name="urgent">Whether it goes before what is not.</param>
    /// <returns>Ends with the commit, however long that takes; fails where <paramref name="write"/> itself is at fault, and is cancelled at the studio's end.</returns>
    internal Task WriteAsync(Action<SqliteConnection> write, long bytes, bool urgent = false) => Queue(new StoreWrite(write, bytes), urgent);

    /// <summary>Has something done on the writer's connection outside of any transaction, after what was queued before.</summary>
    internal Task MaintainAsync(Action<SqliteConnection> work) => Queue(new StoreWrite(work, Bytes: 0) { IsMaintenance = true }, urgent: false);

    /// <summary>
    /// Empties the log: what was deleted is then nowhere in the files. Where a reader still looks at it, it ends all the same, and is tried again every second.
    /// </summary>
    internal Task CheckpointAsync() => MaintainAsync(EmptyLog);

    /// <summary>Ends when all that was queued before has been committed.</summary>
    internal Task FlushAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(static _ => { }, bytes: 0).WaitAsync(cancellationToken);

    /// <summary>Deletes the file with its log, after what was queued before; an empty one takes its place.</summary>
    internal Task RecreateAsync() => MaintainAsync(_ =>
    {
        Drop();
        _database.Delete();
        TryOpen();
    });

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Commits what waits, for as long as the host waits; what can not be written now is lost.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_status.IsSaving)
        {
            await FlushAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CheckpointAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await DisposeAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _database.IndexDamaged -= OnIndexDamaged;
        _database.Damaged -= OnDamaged;
        await _logDue.DisposeAsync();
        await _stop.CancelAsync();
        await _running;

        // The readers' first: the last connection to close puts the log into the file, and only one that writes can.
        _database.Dispose();
        Drop();
        _changed.Dispose();
        _queue.Cancel(_stop.Token);
    }

    private Task Queue(StoreWrite write, bool urgent)
    {
        if (!_queue.TryAdd(write, urgent))
        {
            return Task.FromCanceled(_stop.Token);
        }

        _work.Set();
        return write.Done.Task;
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            await _work.WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _work.Reset();
            while (!_stop.IsCancellationRequested && _queue.Take() is { Count: > 0 } batch)
            {
                if (TryCommit(batch))
                {
                    pause = FirstPause;
                    continue;
                }

                _queue.PutBack(batch);
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Writes them all; false where none was written and it may be tried again.</summary>
    private bool TryCommit(List<StoreWrite> batch)
    {
        try
        {
            if (!TryOpen())
            {
                return false;
            }

            if (_isIndexDamaged)
            {
                RebuildIndexes();
            }

            if (batch is [{ IsMaintenance: true }] || !TryCommitTogether(batch))
            {
                // One of them is at fault: each alone, so that the others do not suffer for it.
                foreach (var write in batch)
                {
                    CommitAlone(write);
                }
            }

            End(batch);
            return true;
        }
        catch (Exception problem) when (StoreTroubles.Of(problem) is var trouble and not StoreTrouble.None)
        {
            Fail(problem, trouble);
            return false;
        }
        catch (Exception problem)
        {
            // Nobody else would take it, and nothing would ever be written again: whatever it is, it is said, and tried again.
            LogUnexpected(_logger, problem.GetType(), problem.StackTrace);
            Fail(problem, StoreTrouble.None);
            return false;
        }
    }

    private bool TryCommitTogether(List<StoreWrite> batch)
    {
        try
        {
            Commit(connection => batch.ForEach(write => write.Write(connection)));
            return true;
        }
        catch (Exception problem) when (IsOwnFault(problem))
        {
            return false;
        }
    }

    private void CommitAlone(StoreWrite write)
    {
        try
        {
            if (write.IsMaintenance)
            {
                write.Write(_connection!);
            }
            else
            {
                Commit(write.Write);
            }
        }
        catch (Exception problem) when (IsOwnFault(problem))
        {
            LogAtFault(_logger, problem.GetType(), problem.StackTrace);
            write.Done.TrySetException(problem);
        }
    }

    // An index that was just rebuilt is not damaged: to rebuild it again and again would keep all others waiting.
    private bool IsOwnFault(Exception problem) => StoreTroubles.Of(problem) is var trouble && (trouble is StoreTrouble.None || (trouble is StoreTrouble.Index && _isIndexFresh));

    private void Commit(Action<SqliteConnection> write)
    {
        var connection = _connection!;
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            write(connection);
            connection.Execute("COMMIT");
        }
        catch
        {
            RollBack(connection);
            throw;
        }
    }

    // SQLite has rolled back by itself after some errors, a full disk among them.
    internal static void RollBack(SqliteConnection connection)
    {
        try
        {
            connection.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // There was nothing left to roll back; what led here is thrown on.
        }
    }

    private void End(List<StoreWrite> batch)
    {
        _isIndexFresh = false;
        if (!_status.IsSaving)
        {
            LogSavesAgain(_logger);
            Say(_status with { Trouble = null, Since = null });
        }

        // Last: who waited for one finds the status as it is then.
        foreach (var write in batch)
        {
            _queue.End(write);
        }
    }

    private void OnIndexDamaged()
    {
        if (!_isIndexDamaged)
        {
            _isIndexDamaged = true;
            _ = MaintainAsync(static _ => { }); // before which it is rebuilt
        }
    }

    // Who writes waits for it, and the status says why; who searches is told.
    private void RebuildIndexes()
    {
        Say(_status with { Trouble = StoreTroubles.IndexRebuilt, Since = _status.Since ?? _time.GetUtcNow() });
        var rebuilt = SearchIndexes.Rebuild(_connection!);
        (_isIndexDamaged, _isIndexFresh) = (false, true);
        LogRebuilt(_logger, string.Join(", ", rebuilt));
    }

    private bool TryOpen()
    {
        if (_connection is not null && !_database.IsThere)
        {
            Drop();
        }

        try
        {
            _connection ??= _database.OpenForWriting();
            if (_database.MaxPages is { } pages)
            {
                _connection.Execute(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
            }

            return true;
        }
        catch (Exception problem)
        {
            // Whatever it is: the studio goes on, says so, and tries again.
            Fail(problem, StoreTroubles.Of(problem));
            return false;
        }
        finally
        {
            if (_database.SetAside is [.., var aside] && _status.SetAside != aside)
            {
                Say(_status with { SetAside = aside });
            }
        }
    }

    private void Fail(Exception problem, StoreTrouble trouble)
    {
        Drop();
        _isIndexDamaged |= trouble is StoreTrouble.Index;
        if (trouble is StoreTrouble.Broken && problem is SqliteException broken)
        {
            try
            {
                _database.KeepAside(broken);
            }
            catch (Exception nested) when (nested is IOException or UnauthorizedAccessException)
            {
                problem = nested;
            }
        }

        var words = StoreTroubles.Describe(problem, _folder.Path);
        if (_status.Trouble != words)
        {
            LogDoesNotSave(_logger, words);
            Say(_status with { Trouble = words, Since = _status.Since ?? _time.GetUtcNow() });
        }
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void Say(StoreStatus status)
    {
        _status = status;
        _changed.Raise();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing is being saved: {Trouble}. It is tried again by itself")]
    private static partial void LogDoesNotSave(ILogger logger, string trouble);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An index of the search was damaged and has been rebuilt from what is stored: {Indexes}")]
    private static partial void LogRebuilt(ILogger logger, string indexes);

    [LoggerMessage(Level = LogLevel.Information, Message = "Everything is being saved again")]
    private static partial void LogSavesAgain(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot be used as expected: {ErrorType}\n{StackTrace}")]
    private static partial void LogUnexpected(ILogger logger, Type errorType, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Error, Message = "A write to the database failed by its own fault and is given up: {ErrorType}\n{StackTrace}")]
    private static partial void LogAtFault(ILogger logger, Type errorType, string? stackTrace);
}
