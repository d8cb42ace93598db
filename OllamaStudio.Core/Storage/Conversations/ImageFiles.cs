using System.Security.Cryptography;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Images in files of the data folder, named by what is in them: <c>images/{sha256}</c>.</summary>
internal sealed class ImageFiles(DataFolder folder)
{
    private const string Unfinished = ".tmp";

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
        var unfinished = path + Unfinished;
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

    /// <summary>The names of the files that are there, and of those that were begun and not ended: none but such as are given here.</summary>
    public IReadOnlyList<string> List()
    {
        try
        {
            return Directory.Exists(folder.Combine(BackupFolder.Images)) ? [.. Directory.EnumerateFiles(folder.Combine(BackupFolder.Images)).Select(Path.GetFileName).OfType<string>().Where(IsOwn)] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The hash that a file of that name holds, all of it or not.</summary>
    public static string HashOf(string name) => name.EndsWith(Unfinished, StringComparison.Ordinal) ? name[..^Unfinished.Length] : name;

    private static bool IsOwn(string name) => HashOf(name) is { Length: SHA256.HashSizeInBytes * 2 } hash && hash.All(char.IsAsciiHexDigitLower);

    private string PathOf(string hash) => Path.Combine(folder.Combine(BackupFolder.Images), hash);
}
