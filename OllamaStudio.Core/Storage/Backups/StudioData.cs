using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage.Backups;

/// <summary><see cref="IStudioData"/> in the data folder.</summary>
/// <param name="folder">The folder.</param>
/// <param name="database">The database in it.</param>
/// <param name="time">The clock.</param>
/// <param name="settings">Tell the bounds; null for none.</param>
internal sealed class StudioData(DataFolder folder, StudioDatabase database, TimeProvider time, ISettings? settings = null) : IStudioData
{
    // Room that is left on the disk.
    private const long Spare = 64 * 1024 * 1024;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    private readonly BackupFolder _backups = new(folder);

    /// <inheritdoc />
    public string Path => folder.Path;

    /// <inheritdoc />
    public StudioDataSizes Sizes
    {
        get
        {
            var current = settings?.Current;
            return new StudioDataSizes(
                Database: Lengths("", "-wal", "-shm"), Images: SizeOf(BackupFolder.Images), Backups: SizeOf(BackupFolder.Name), Free: FreeIn(folder.Path))
            {
                Traces = database.Read(static connection => connection.ExecuteScalar<long>("SELECT bytes FROM trace_total"), without: 0),
                MostTraces = current?.Storage.SpanMegabytes * 1_000_000L,
                Spool = SizeOf(Spool.FolderName),
                MostSpool = current?.Telemetry is { Exports: true } telemetry ? telemetry.Batch.MaxSpoolMegabytes * 1_000_000L * telemetry.Destinations.Count(static each => each is { Enabled: true, Traces: true }) : null,
            };
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<Backup> Backups => _backups.List();

    /// <inheritdoc />
    public Backup? Staged => _backups.Staged;

    /// <inheritdoc />
    public void Stage(Backup? backup) => _backups.Stage(backup);

    /// <inheritdoc />
    public void Delete(Backup backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        BackupFolder.Delete(backup);
    }

    /// <inheritdoc />
    public async Task<Backup> BackUpAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var name = _backups.NewName(time.GetUtcNow(), BackupKind.Asked);
        var target = folder.CreateWithin(BackupFolder.Name).FullName;
        target = System.IO.Path.Combine(target, name);

        // Under its name only once it is whole: a studio that is killed in between leaves none that could be restored.
        var unfinished = Directory.CreateDirectory(target + BackupFolder.Unfinished).FullName;
        try
        {
            await CopyAsync(unfinished, SizeOf(BackupFolder.Images), progress, cancellationToken);
            Directory.Move(unfinished, target);
            return _backups.List().First(backup => backup.Name == name);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task CopyToAsync(string path, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!System.IO.Path.IsPathFullyQualified(path))
        {
            throw new IOException($"{path} is no full path: write one that begins at the root, such as {folder.Path + "-copy"}.");
        }

        var relative = System.IO.Path.GetRelativePath(folder.Path, path);
        if (relative == "." || !(relative.StartsWith("..", StringComparison.Ordinal) || System.IO.Path.IsPathRooted(relative)))
        {
            throw new IOException($"{path} is the folder that the studio uses now, or lies in it: choose one elsewhere.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new IOException($"{path} is not empty: choose a new or an empty folder.");
        }

        var target = new DataFolder(path);
        target.Create();
        try
        {
            await CopyAsync(path, Beside().Sum(static within => BackupFolder.SizeOf(within)) + SizeOf(BackupFolder.Images), progress, cancellationToken);
            foreach (var file in new DirectoryInfo(folder.Path).EnumerateFiles().Where(IsSetting))
            {
                cancellationToken.ThrowIfCancellationRequested();
                BackupFolder.Copy(file.FullName, target.Combine(file.Name));
            }

            foreach (var within in Beside())
            {
                BackupFolder.CopyFiles(within.FullName, target.Combine(within.Name), cancellationToken);
            }
        }
        catch
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo made)
                {
                    made.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }

            throw;
        }
    }

    // What is copied beside the database and the images.
    private IEnumerable<DirectoryInfo> Beside() =>
        new DirectoryInfo(folder.Path).EnumerateDirectories().Where(static within => within.Name is not (BackupFolder.Name or BackupFolder.Images or IStudioData.Uploads));

    private static bool IsSetting(FileInfo file) =>
        !file.Name.StartsWith(StudioDatabase.FileName, StringComparison.Ordinal) && file.Name != DataFolderLock.FileName && !file.Name.StartsWith('.');

    private async Task CopyAsync(string target, long others, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var bytes = Lengths("", "-wal");
        if (FreeIn(target) is { } free && free < bytes + others + Spare)
        {
            throw new IOException(FormattableString.Invariant(
                $"The copy takes {(bytes + others + Spare) / 1_000_000:#,0} MB, and {free / 1_000_000:#,0} MB are free on that disk. Free some space, or delete older backups."));
        }

        var file = System.IO.Path.Combine(target, StudioDatabase.FileName);
        await Task.Run(() => CopyDatabase(file, bytes, progress, cancellationToken), cancellationToken);
        await Task.Run(() => BackupFolder.CopyFiles(folder.Combine(BackupFolder.Images), System.IO.Path.Combine(target, BackupFolder.Images), cancellationToken), cancellationToken);
        progress?.Report(1);
    }

    // Without free pages, and of one moment: a reader's snapshot, beside which the writer goes on.
    private void CopyDatabase(string file, long bytes, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        DataFolder.OpenPrivate(file, FileMode.CreateNew, FileAccess.Write).Dispose();
        using var watch = time.CreateTimer( // fires once more, perhaps, while what was cancelled is being deleted
            _ => progress?.Report(Math.Min(0.99, (double)LengthOf(file) / Math.Max(1, bytes))), null, ProgressEvery, ProgressEvery);
        var done = database.Read(
            connection =>
            {
                using var cancel = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
                try
                {
                    connection.Execute("VACUUM INTO @file", new { file }, commandTimeout: 0);
                }
                catch (SqliteException) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
                catch (SqliteException problem) when (StoreTroubles.Of(problem) is StoreTrouble.Outside)
                {
                    // Nothing is wrong with what is read: no fault of the store's, and others go on reading it.
                    throw new IOException($"The copy could not be written: {StoreTroubles.Describe(problem, System.IO.Path.GetDirectoryName(file)!)}. Free some space there, or choose another folder, and try again.", problem);
                }

                return true;
            },
            without: false);
        if (!done)
        {
            throw new IOException("The database cannot be read now, so nothing was copied.");
        }
    }

    private long Lengths(params string[] ends) => ends.Sum(end => LengthOf(database.Path + end));

    // Both are asked of one look at the disk: a file that goes away between them breaks nothing.
    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private long SizeOf(string name) => BackupFolder.SizeOf(new DirectoryInfo(folder.Combine(name)));

    private static long? FreeIn(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
