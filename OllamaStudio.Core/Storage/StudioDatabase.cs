using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// The file that holds what outlives the process, <see cref="FileName"/> in the data folder: SQLite in WAL mode, so that any number of
/// readers see a consistent state beside the one writer, which is <see cref="StoreWriter"/>. Safe to use from any thread.
/// </summary>
public sealed partial class StudioDatabase : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "studio.db";

    private const string BrokenMark = ".broken-";

    // Seconds in which another program may let go of a lock: while it is asked whether the file may be opened, while a page is read, and while the writer
    // waits, at the start as later. What was given up is said and tried again.
    internal const int StartPatience = 1;
    private const int ReadPatience = 2;
    private const int WritePatience = 5;

    // Beyond the WAL's usual size, so that one that grew under a long read is cut again.
    private const int MaxWalBytes = 64 * 1024 * 1024;

    // 16 MB: under a load of spans the file is synced once in some seconds, and not several times in one.
    private const int CheckpointPages = 4_000;

    // Of the writer: the inner pages of all indexes of a large file.
    private const int CacheKilobytes = 32_000;

    private readonly DataFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<StudioDatabase> _logger;
    private readonly string _readers;
    private readonly string _writer;

    // A file that nothing can be written beside: a reader of a WAL database makes its -shm where there is none. Immutable means that SQLite takes
    // no lock and looks at no log, so it is used only where the log is empty, and only until the file can be written: nobody changes it meanwhile.
    private readonly string _immutable;

    // How the file is read; null where it cannot be.
    private volatile string? _reading;
    private bool _wasTried;

    /// <summary>Opens no file yet: <see cref="StoreWriter"/> does.</summary>
    public StudioDatabase(DataFolder folder, TimeProvider time, ILogger<StudioDatabase> logger)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (_folder, _time, _logger) = (folder, time, logger);
        Path = folder.Combine(FileName);
        _readers = new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = ReadPatience }.ToString();
        _immutable = new SqliteConnectionStringBuilder { DataSource = new Uri(Path).AbsoluteUri + "?immutable=1", Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = ReadPatience }.ToString();
        _writer = new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = WritePatience }.ToString();
    }

    /// <summary>
    /// Another file is open than before, under a running studio: it was made anew, because it had vanished or was broken, or it can be
    /// written for the first time. Whoever holds something in memory reads what there is and stores its own again. Raised on the
    /// writer's thread, before the first write to that file.
    /// </summary>
    public event Action? Renewed;

    /// <summary>A read found an index of words damaged. Raised on the reader's thread.</summary>
    internal event Action? IndexDamaged;

    /// <summary>A read found the file damaged. Raised on the reader's thread.</summary>
    internal event Action? Damaged;

    /// <summary>What stood in the way of the read that failed last; null where none has. Who puts an answer together from many reads sees by it that one failed.</summary>
    internal StoreUnreadableException? LastFault { get; private set; }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>The files that were broken and were kept aside by this process, newest last.</summary>
    public IReadOnlyList<string> SetAside { get; private set; } = [];

    /// <summary>Whether a broken file is kept aside in the folder, by this process or an earlier one.</summary>
    internal bool HasSetAside => Directory.Exists(_folder.Path) && Directory.EnumerateFiles(_folder.Path, FileName + BrokenMark + "*").Any();

    /// <summary>Most pages that the file may have; null for what SQLite allows. Lets a test fill a disk.</summary>
    internal long? MaxPages { get; set; }

    /// <summary>Why this studio must leave the folder's database as it is and not start with it, or null. Changes nothing.</summary>
    public static StoreRefusedException? FindRefusal(DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Migrator.FindRefusal(folder);
    }

    /// <summary>Puts the backup that a person chose in the database's place, before it is opened.</summary>
    /// <returns>What was done, or why it could not be, for the log; null where nothing was to be done.</returns>
    public static string? TryRestore(DataFolder folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            var backups = new BackupFolder(folder);
            backups.Sweep();
            return backups.Restore(time.GetUtcNow()) is { } restored ? $"The backup {restored.Name} was restored; what was there before is a backup too." : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"The backup could not be restored, and the studio goes on with what was there: {problem.Message}";
        }
    }

    /// <summary>Reads in one consistent state of the file. Blocks for as long as the reading takes: a few milliseconds, unless it is a scan.</summary>
    /// <param name="read">Reads; closes nothing.</param>
    /// <param name="without">What is returned where there is no file that can be read.</param>
    internal T Read<T>(Func<SqliteConnection, T> read, T without)
    {
        try
        {
            return IsAbsent ? without : Read(read);
        }
        catch (StoreUnreadableException)
        {
            return without;
        }
    }

    /// <summary>The same for those who would take nothing for all that there is.</summary>
    /// <exception cref="StoreUnreadableException">It cannot be read now.</exception>
    internal T Read<T>(Func<SqliteConnection, T> read)
    {
        if (_reading is not { } reading)
        {
            throw LastFault = new StoreUnreadableException($"The database in {_folder.Path} cannot be read now. The status bar says why; try again when it says nothing any more.");
        }

        try
        {
            using var connection = new SqliteConnection(reading);
            connection.Open();
            return read(connection);
        }
        catch (SqliteException problem) when (StoreTroubles.Of(problem) is not StoreTrouble.None)
        {
            // The writer is told of what it can mend, and says so.
            LogNotRead(_logger, problem.SqliteExtendedErrorCode);
            var trouble = StoreTroubles.Of(problem);
            var fault = LastFault = new StoreUnreadableException(StoreTroubles.DescribeRead(problem, _folder.Path), problem);
            (trouble is StoreTrouble.Index ? IndexDamaged : trouble is StoreTrouble.Broken ? Damaged : null)?.Invoke();
            throw fault;
        }
    }

    /// <summary>Has the indexes of words made anew, soon and by the writer.</summary>
    internal void SayIndexDamaged() => IndexDamaged?.Invoke();

    /// <summary>Looks through the whole file, past what is held of it in memory: some seconds for a gigabyte.</summary>
    /// <exception cref="SqliteException">It is broken, or only its indexes of words are: <see cref="StoreTroubles.Of"/> tells.</exception>
    internal void Check()
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_readers) { Pooling = false }.ToString());
        connection.Open();
        var faults = connection.Query<string>("PRAGMA quick_check", commandTimeout: 0).Where(static row => row != "ok").ToList();
        if (faults.Count > 0)
        {
            throw StoreTroubles.Broken(areIndexes: faults.TrueForAll(static fault => fault.Contains("FTS5", StringComparison.Ordinal)));
        }
    }

    /// <summary>
    /// The connection that writes: makes the file where there is none, keeps a broken one aside, and brings an older one to this
    /// version. What stands in the way is thrown; a file of this version that is there can be read then.
    /// </summary>
    internal SqliteConnection OpenForWriting()
    {
        try
        {
            return Use();
        }
        catch (Exception problem) when (StoreTroubles.Of(problem) is StoreTrouble.Outside)
        {
            _reading ??= FindReadable();
            throw;
        }
    }

    private SqliteConnection Use()
    {
        var wasReadable = _reading is not null;
        var isLate = _wasTried && !wasReadable;
        _wasTried = true;
        Close();
        _folder.Create();
        var isNew = !IsThere;
        SqliteConnection connection;
        try
        {
            connection = Open();
        }
        catch (SqliteException problem) when (StoreTroubles.Of(problem) is StoreTrouble.Broken)
        {
            KeepAside(problem);
            isNew = true;
            connection = Open();
        }

        _reading = _readers;
        if (isLate || (wasReadable && isNew))
        {
            Renewed?.Invoke();
        }

        return connection;
    }

    /// <summary>Whether the file is still there: an open one that was deleted takes all writes, and nobody finds them.</summary>
    internal bool IsThere => File.Exists(Path);

    /// <summary>Forgets the connections to a file that is to be opened anew.</summary>
    internal void Close()
    {
        foreach (var readers in (string[])[_readers, _immutable])
        {
            using var any = new SqliteConnection(readers);
            SqliteConnection.ClearPool(any);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _reading = null;
        Close();
    }

    private string? FindReadable() =>
        !IsThere ? null
            : Migrator.IsCurrent(_readers) ? _readers
            : new FileInfo(Path + "-wal") is not { Exists: true, Length: > 0 } && Migrator.IsCurrent(_immutable) ? _immutable
            : null;

    private SqliteConnection Open()
    {
        // Before it is opened for writing: that alone may change a file.
        if (FindRefusal(_folder) is { } refusal)
        {
            throw refusal;
        }

        if (!IsThere)
        {
            // Made here and not by SQLite, so that nobody else may read it; -wal and -shm take its mode.
            DataFolder.OpenPrivate(Path, FileMode.CreateNew, FileAccess.ReadWrite).Dispose();
        }

        MakePrivate();
        var connection = new SqliteConnection(_writer);
        try
        {
            connection.Open();
            Migrator.Bring(connection, _folder);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What holds for the connection that writes, whatever file it opens.</summary>
    internal static string Pragmas { get; } = string.Create(CultureInfo.InvariantCulture, $"""
        PRAGMA auto_vacuum = INCREMENTAL;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA foreign_keys = ON;
        PRAGMA secure_delete = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA journal_size_limit = {MaxWalBytes};
        PRAGMA wal_autocheckpoint = {CheckpointPages};
        PRAGMA cache_size = -{CacheKilobytes};
        """);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database could not be read (SQLite error {Code})")]
    private static partial void LogNotRead(ILogger logger, int code);
}
