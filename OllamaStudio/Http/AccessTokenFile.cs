using System.Text;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Http;

/// <summary>The access token that the studio made for itself, in a file that only its user can read.</summary>
internal sealed class AccessTokenFile(DataFolder folder)
{
    /// <summary>The file's name in the data folder. Whoever deletes it gets a new token at the next start.</summary>
    public const string Name = "access-token";

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = folder.Combine(Name);

    /// <summary>The token in the file; a new one, written there, where there is none or the file holds something else.</summary>
    /// <param name="warning">Why the token lasts no longer than the studio runs, in sentences; null where it is kept.</param>
    public AccessToken LoadOrCreate(out string? warning)
    {
        warning = null;
        var made = AccessToken.CreateRandom();
        try
        {
            if (Read() is { } kept)
            {
                return kept;
            }

            Write(made);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            warning = $"The access token cannot be kept in {_path}: {problem.Message} This one lasts until the studio stops; {AccessSettings.Variable} sets one that stays.";
        }

        return made;
    }

    private AccessToken? Read()
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        Tighten();
        using var stream = File.OpenRead(_path);
        Span<byte> bytes = stackalloc byte[AccessToken.MaxLength + 2]; // and the end of its line, of either kind
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(bytes[..length]).Trim();
        return AccessToken.FindFault(text) is null ? AccessToken.Of(text) : null;
    }

    // A copied or restored file often comes back readable for everybody.
    private void Tighten()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(_path) & ~Private) != UnixFileMode.None)
            {
                File.SetUnixFileMode(_path, Private);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Somebody else's file, such as a secret that a container mounts: who reads it is their affair.
        }
    }

    private void Write(AccessToken token)
    {
        folder.Create();
        var temporary = _path + ".tmp";
        File.Delete(temporary); // one that a crash left behind may have another mode
        using (var stream = DataFolder.OpenPrivate(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(Encoding.UTF8.GetBytes(token.Value + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
    }
}
