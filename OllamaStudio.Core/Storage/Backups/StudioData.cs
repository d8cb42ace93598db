using Dapper;
using Microsoft.Data.Sqlite;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage.Backups;

/// <summary>A person's data as files: what they take, backups while the studio runs, and copies for another place. Safe to use from any thread.</summary>
public sealed class StudioData(DataFolder folder, StudioDatabase database, TimeProvider time)
{
    // Room that is left on the disk.
    private const long Spare = 64 * 1024 * 1024;

    /// <summary>The folder of files that are being imported, within the data folder.</summary>
    public const string Uploads = "imports";

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(200);

    private readonly BackupFolder _backups = new(folder);

    /// <summary>Where it lies.</summary>
    public string Path => folder.Path;

    /// <summary>What each part takes, in bytes; what is not there takes nothing.</summary>
    public StudioDataSizes Sizes => new(
        Database: Lengths("", "-wal", "-shm"),
        Images: BackupFolder.SizeOf(new DirectoryInfo(folder.Combine(BackupFolder.Images))),
        Backups: BackupFolder.SizeOf(new DirectoryInfo(folder.Combine(BackupFolder.Name))),
        Free: FreeIn(folder.Path));

    /// <summary>All backups, the newest first.</summary>
    public IReadOnlyList<Backup> Backups => _backups.List();

    /// <summary>The backup that takes the database's place when the studio starts next; null where none does.</summary>
    public Backup? Staged => _backups.Staged;

    /// <summary>Has that backup take the database's place when the studio starts next; null for none.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Stage(Backup? backup) => _backups.Stage(backup);

    /// <summary>Deletes a backup for good.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public static void Delete(Backup backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        BackupFolder.Delete(backup);
    }

    /// <summary>Copies the database and its images as they are at this moment, while the studio goes on writing.</summary>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Gives up; nothing is left of it.</param>
    /// <exception cref="IOException">There is no room, or no database, or the disk failed. The message is for a person.</exception>
    public async Task<Backup> BackUpAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var name = _backups.NewName(time.GetUtcNow(), BackupKind.Asked);
        var target = folder.CreateWithin(BackupFolder.Name).CreateSubdirectory(name).FullName;
        try
        {
            await CopyAsync(target, progress, cancellationToken);
            return _backups.List().First(backup => backup.Name == name);
        }
        catch
        {
            Directory.Delete(target, recursive: true);
            throw;
        }
    }

    /// <summary>
    /// Copies everything to another folder: database, images, settings, keys and access token. The studio goes on with the folder it
    /// has; one that is started with <c>OLLAMASTUDIO_DATA</c> set to the other goes on there.
    /// </summary>
    /// <exception cref="IOException">As with <see cref="BackUpAsync"/>, or the folder is not empty.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
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
            await CopyAsync(path, progress, cancellationToken);
            foreach (var file in new DirectoryInfo(folder.Path).EnumerateFiles().Where(IsSetting))
            {
                cancellationToken.ThrowIfCancellationRequested();
                BackupFolder.Copy(file.FullName, target.Combine(file.Name));
            }

            foreach (var within in new DirectoryInfo(folder.Path).EnumerateDirectories().Where(static within => within.Name is not (BackupFolder.Name or BackupFolder.Images or Uploads)))
            {
                BackupFolder.CopyImages(within.FullName, target.Combine(within.Name), cancellationToken);
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

    private static bool IsSetting(FileInfo file) =>
        !file.Name.StartsWith(StudioDatabase.FileName, StringComparison.Ordinal) && file.Name != DataFolderLock.FileName && !file.Name.StartsWith('.');

    private async Task CopyAsync(string target, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var bytes = Lengths("", "-wal");
        if (FreeIn(target) is { } free && free < bytes + Spare)
        {
            throw new IOException(FormattableString.Invariant(
                $"The copy takes {(bytes + Spare) / 1_000_000:#,0} MB, and {free / 1_000_000:#,0} MB are free on that disk. Free some space, or delete older backups."));
        }

        var file = System.IO.Path.Combine(target, StudioDatabase.FileName);
        await Task.Run(() => CopyDatabase(file, bytes, progress, cancellationToken), cancellationToken);
        await Task.Run(() => BackupFolder.CopyImages(folder.Combine(BackupFolder.Images), System.IO.Path.Combine(target, BackupFolder.Images), cancellationToken), cancellationToken);
        progress?.Report(1);
    }

    // Without free pages, and of one moment: a reader's snapshot, beside which the writer goes on.
    private void CopyDatabase(string file, long bytes, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        DataFolder.OpenPrivate(file, FileMode.CreateNew, FileAccess.Write).Dispose();
        using var watch = time.CreateTimer(
            _ => progress?.Report(Math.Min(0.99, (double)new FileInfo(file).Length / Math.Max(1, bytes))), null, ProgressEvery, ProgressEvery);
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

                return true;
            },
            without: false);
        if (!done)
        {
            throw new IOException("The database cannot be read now, so nothing was copied.");
        }
    }

    private long Lengths(params string[] ends) => ends.Select(end => new FileInfo(database.Path + end)).Where(static file => file.Exists).Sum(static file => file.Length);

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

/// <summary>What the parts of a person's data take, in bytes.</summary>
/// <param name="Database">The database with its log.</param>
/// <param name="Images">Images of conversations.</param>
/// <param name="Backups">All backups.</param>
/// <param name="Free">What is free on the disk; null where unknown.</param>
public sealed record StudioDataSizes(long Database, long Images, long Backups, long? Free);
