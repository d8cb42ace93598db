using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Images in files of the data folder, named by what is in them: <c>images/{sha256}</c>.</summary>
internal sealed class ImageFiles(DataFolder folder)
{
    // What a full disk gives: ENOSPC of Linux and macOS, ERROR_DISK_FULL.
    private const int FullOnUnix = 28;
    private const int FullOnWindows = unchecked((int)0x80070070);

    /// <summary>Writes an image, unless it is there; false where that cannot be done: the words around it are worth more than to wait for it.</summary>
    /// <exception cref="IOException">The disk is full: the words have to wait as well.</exception>
    public bool TryWrite(string hash, ReadOnlyMemory<byte> data)
    {
        try
        {
            Write(hash, data);
            return true;
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException { HResult: not (FullOnUnix or FullOnWindows) })
        {
            return false;
        }
    }

    private void Write(string hash, ReadOnlyMemory<byte> data)
    {
        var path = PathOf(hash);
        if (File.Exists(path))
        {
            return;
        }

        folder.CreateWithin(BackupFolder.Images);
        var unfinished = path + ".tmp";
        using (var file = DataFolder.OpenPrivate(unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(data.Span);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads an image.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public byte[] Read(string hash) => File.ReadAllBytes(PathOf(hash));

    /// <summary>Deletes an image that may be there; false where that cannot be done now.</summary>
    public bool TryDelete(string hash)
    {
        try
        {
            if (Directory.Exists(folder.Combine(BackupFolder.Images)))
            {
                File.Delete(PathOf(hash));
            }

            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string PathOf(string hash) => Path.Combine(folder.Combine(BackupFolder.Images), hash);
}
