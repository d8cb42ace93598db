using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Storage.Backups;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Images in files of the data folder, named by what is in them: <c>images/{sha256}</c>.</summary>
internal sealed class ImageFiles(DataFolder folder)
{
    /// <summary>Writes an image, unless it is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string hash, ReadOnlyMemory<byte> data)
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

    /// <summary>Deletes an image that may be there.</summary>
    public void Delete(string hash)
    {
        if (Directory.Exists(folder.Combine(BackupFolder.Images)))
        {
            File.Delete(PathOf(hash));
        }
    }

    private string PathOf(string hash) => Path.Combine(folder.Combine(BackupFolder.Images), hash);
}
