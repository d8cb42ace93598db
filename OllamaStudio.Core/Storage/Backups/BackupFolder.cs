using System.Globalization;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Storage.Backups;

/// <summary>The folder of backups within the data folder, and which of them is to take the database's place.</summary>
internal sealed class BackupFolder(DataFolder folder)
{
    /// <summary>The folder's name within the data folder.</summary>
    public const string Name = "backups";

    /// <summary>Before the number of the schema that a migration found.</summary>
    public const string BeforeMigration = "before-migration-";

    /// <summary>At the end of the name of one that is not whole yet.</summary>
    public const string Unfinished = ".tmp";

    private const string BeforeRestore = "-before-restore";
    private const string TimeFormat = "yyyyMMdd-HHmmss";
    private const string StagedFile = "restore-at-start";
    private const string Log = "-wal";

    /// <summary>Name of the folder of images, in the data folder and in a backup.</summary>
    public const string Images = "images";

    /// <summary>All backups, the newest first.</summary>
    public IReadOnlyList<Backup> List()
    {
        var root = new DirectoryInfo(folder.Combine(Name));
        if (!root.Exists)
        {
            return [];
        }

        return
        [
            .. root.EnumerateDirectories().Select(Read).OfType<Backup>()
                .Concat(root.EnumerateFiles(BeforeMigration + "*.db").Select(static file => new Backup(file.Name, file.FullName, new DateTimeOffset(file.LastWriteTimeUtc), file.Length, BackupKind.BeforeMigration)))
                .OrderByDescending(static backup => backup.MadeAt),
        ];
    }

    /// <summary>Deletes what a studio that was killed left of backups, as far as it can be. Called at start, before one is made.</summary>
    public void Sweep()
    {
        try
        {
            var root = new DirectoryInfo(folder.Combine(Name));
            foreach (var left in root.Exists ? root.EnumerateFileSystemInfos("*" + Unfinished) : [])
            {
                (left as DirectoryInfo)?.Delete(recursive: true);
                (left as FileInfo)?.Delete();
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way: no backup is found under such a name.
        }
    }

    /// <summary>The name of one that is made now; the second of a second has another.</summary>
    public string NewName(DateTimeOffset now, BackupKind kind)
    {
        var name = now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture) + (kind is BackupKind.BeforeRestore ? BeforeRestore : "");
        var path = folder.Combine(Path.Combine(Name, name));
        return Directory.Exists(path) || Directory.Exists(path + Unfinished) ? NewName(now.AddSeconds(1), kind) : name;
    }

    /// <summary>Deletes it for good.</summary>
    public static void Delete(Backup backup)
    {
        if (Directory.Exists(backup.Path))
        {
            Directory.Delete(backup.Path, recursive: true);
        }
        else
        {
            File.Delete(backup.Path);
        }
    }

    /// <summary>The backup that takes the database's place when the studio starts next; null where none does.</summary>
    public Backup? Staged
    {
        get
        {
            var path = folder.Combine(StagedFile);
            return File.Exists(path) && File.ReadAllText(path).Trim() is var name ? List().FirstOrDefault(backup => backup.Name == name) : null;
        }
    }

    /// <summary>Has that backup take the database's place when the studio starts next; null for none.</summary>
    public void Stage(Backup? backup)
    {
        var path = folder.Combine(StagedFile);
        File.Delete(path);
        if (backup is not null)
        {
            using var writer = new StreamWriter(DataFolder.OpenPrivate(path, FileMode.CreateNew, FileAccess.Write));
            writer.WriteLine(backup.Name);
        }
    }

    /// <summary>
    /// Puts the staged backup in the database's place, which becomes a backup itself. Called before the database is opened.
    /// </summary>
    /// <returns>The backup; null where none was staged.</returns>
    public Backup? Restore(DateTimeOffset now)
    {
        if (Staged is not { } staged)
        {
            Stage(null);
            return null;
        }

        // All that may fail for want of space comes first: until then nothing is moved.
        var database = folder.Combine(StudioDatabase.FileName);
        var restored = database + ".restored";
        var file = Directory.Exists(staged.Path) ? Path.Combine(staged.Path, StudioDatabase.FileName) : staged.Path;
        File.Delete(restored + Log);
        Copy(file, restored);
        if (File.Exists(file + Log))
        {
            // A studio that was killed left what it wrote last in the log.
            Copy(file + Log, restored + Log);
        }

        if (File.Exists(database))
        {
            var before = folder.CreateWithin(Path.Combine(Name, NewName(now, BackupKind.BeforeRestore))).FullName;

            // Copied, not moved: the images lie under the hash of what they show, and both may need the same.
            CopyFiles(folder.Combine(Images), Path.Combine(before, Images), CancellationToken.None);
            foreach (var end in (string[])[Log, "-shm", ""])
            {
                if (File.Exists(database + end))
                {
                    File.Move(database + end, Path.Combine(before, StudioDatabase.FileName + end));
                }
            }
        }

        // Never a log of another database beside it: SQLite would play it.
        foreach (var end in (string[])[Log, "-shm"])
        {
            File.Delete(database + end);
        }

        foreach (var end in (string[])[Log, ""])
        {
            if (File.Exists(restored + end))
            {
                File.Move(restored + end, database + end, overwrite: true);
            }
        }

        CopyFiles(Path.Combine(staged.Path, Images), folder.Combine(Images), CancellationToken.None);
        Stage(null);
        return staged;
    }

    /// <summary>Copies the files that are not there yet, those of folders within too.</summary>
    public static void CopyFiles(string from, string to, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(from))
        {
            return;
        }

        new DataFolder(to).Create();
        foreach (var file in Directory.EnumerateFiles(from))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(to, Path.GetFileName(file));
            try
            {
                if (!File.Exists(target))
                {
                    Copy(file, target);
                }
            }
            catch (FileNotFoundException)
            {
                // Sent, or deleted, a moment ago: the studio goes on meanwhile.
            }
        }

        foreach (var within in Directory.EnumerateDirectories(from))
        {
            CopyFiles(within, Path.Combine(to, Path.GetFileName(within)), cancellationToken);
        }
    }

    /// <summary>Copies a file, for this user's eyes alone; half of it is never found under its name.</summary>
    public static void Copy(string from, string to)
    {
        var unfinished = to + Unfinished;
        File.Delete(unfinished);
        using (var source = File.OpenRead(from)) // first: where it is gone, nothing is begun
        using (var target = DataFolder.OpenPrivate(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            source.CopyTo(target);
            target.Flush(flushToDisk: true);
        }

        File.Move(unfinished, to, overwrite: true);
    }

    private static Backup? Read(DirectoryInfo directory)
    {
        var isBefore = directory.Name.EndsWith(BeforeRestore, StringComparison.Ordinal);
        var time = isBefore ? directory.Name[..^BeforeRestore.Length] : directory.Name;
        return File.Exists(Path.Combine(directory.FullName, StudioDatabase.FileName))
            && DateTimeOffset.TryParseExact(time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var madeAt)
            ? new Backup(directory.Name, directory.FullName, madeAt, SizeOf(directory), isBefore ? BackupKind.BeforeRestore : BackupKind.Asked)
            : null;
    }

    /// <summary>What all files in a folder take.</summary>
    public static long SizeOf(DirectoryInfo directory) =>
        directory.Exists ? directory.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => LengthOf(file)) : 0;

    // 0 where it is gone since it was listed.
    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
