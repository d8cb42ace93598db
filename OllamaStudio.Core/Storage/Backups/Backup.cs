namespace OllamaStudio.Core.Storage.Backups;

/// <summary>A copy of the database and its images.</summary>
/// <param name="Name">Its name within the folder of backups.</param>
/// <param name="Path">Its full path: a folder, or a file where it was made before a migration.</param>
/// <param name="MadeAt">When it was made, UTC.</param>
/// <param name="Bytes">What it takes on the disk.</param>
/// <param name="Kind">Why it was made.</param>
public sealed record Backup(string Name, string Path, DateTimeOffset MadeAt, long Bytes, BackupKind Kind);

/// <summary>Why a backup was made.</summary>
public enum BackupKind
{
    /// <summary>A person asked for it.</summary>
    Asked,

    /// <summary>A newer studio changed the database's form; the last one of these is kept.</summary>
    BeforeMigration,

    /// <summary>Another backup took its place.</summary>
    BeforeRestore,
}
