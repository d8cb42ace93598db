namespace OllamaStudio.Core.Settings;

/// <summary>
/// Keeps a data folder for one studio: two would overwrite each other's settings. The lock is the operating system's, on an
/// open file, and so ends with its process, however that ends.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    /// <summary>Name of the file that is locked, within the data folder. It is empty, and stays when the studio ends.</summary>
    public const string FileName = "studio.lock";

    // What opening a file gives that another process has locked: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION.
    private const int LockedOnLinux = 11;
    private const int LockedOnMac = 35;
    private const int LockedOnWindows = unchecked((int)0x80070020);

    private readonly FileStream? _file;

    private DataFolderLock(FileStream? file) => _file = file;

    /// <summary>Takes the folder; null where another studio has it. A folder that cannot be written is not locked: nothing is saved there.</summary>
    public static DataFolderLock? TryTake(DataFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            folder.Create();
            return new(DataFolder.OpenPrivate(folder.Combine(FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite));
        }
        catch (IOException problem) when (problem.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
