namespace OllamaStudio.Core.Storage.Backups;

/// <summary>A person's data as files: what they take, backups while the studio runs, and copies for another place. Safe to use from any thread.</summary>
public interface IStudioData
{
    /// <summary>The folder of files that are being imported, within the data folder.</summary>
    const string Uploads = "imports";

    /// <summary>Where it lies.</summary>
    string Path { get; }

    /// <summary>What each part takes, and may take.</summary>
    StudioDataSizes Sizes { get; }

    /// <summary>All backups, the newest first.</summary>
    IReadOnlyList<Backup> Backups { get; }

    /// <summary>The backup that takes the database's place when the studio starts next; null where none does.</summary>
    Backup? Staged { get; }

    /// <summary>Has that backup take the database's place when the studio starts next; null for none.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    void Stage(Backup? backup);

    /// <summary>Deletes a backup for good.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    void Delete(Backup backup);

    /// <summary>Copies the database and its images as they are at this moment, while the studio goes on writing.</summary>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <param name="cancellationToken">Gives up; nothing is left of it.</param>
    /// <exception cref="IOException">There is no room, or no database, or the disk failed. The message is for a person.</exception>
    Task<Backup> BackUpAsync(IProgress<double>? progress, CancellationToken cancellationToken);

    /// <summary>
    /// Copies everything but the backups to another folder: database, images, spans that wait to be sent, settings, keys and access token. The studio goes on
    /// with the folder it has; one that is started with <c>OLLAMASTUDIO_DATA</c> set to the other goes on there.
    /// </summary>
    /// <exception cref="IOException">As with <see cref="BackUpAsync"/>, or the folder is not empty.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    Task CopyToAsync(string path, IProgress<double>? progress, CancellationToken cancellationToken);
}

/// <summary>What the parts of a person's data take, in bytes; what is not there takes nothing.</summary>
/// <param name="Database">The database with its log.</param>
/// <param name="Images">Images of conversations.</param>
/// <param name="Backups">All backups.</param>
/// <param name="Free">What is free on the disk; null where unknown.</param>
public sealed record StudioDataSizes(long Database, long Images, long Backups, long? Free)
{
    /// <summary>What the traces take of <see cref="Database"/>, about.</summary>
    public long Traces { get; init; }

    /// <summary>Most that the traces take; null where unknown. Conversations, images and backups have no bound.</summary>
    public long? MostTraces { get; init; }

    /// <summary>Spans that wait to be sent to receivers.</summary>
    public long Spool { get; init; }

    /// <summary>Most that those take, for all destinations together; null where unknown.</summary>
    public long? MostSpool { get; init; }
}
