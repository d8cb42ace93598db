namespace OllamaStudio.Core.Settings;

/// <summary>
/// The servers that have answered once, kept beside the settings: where nothing listens and nothing ever did, nothing is
/// broken, only not set up yet. Keeps the newest 100 addresses. Safe to use from any thread.
/// </summary>
public sealed class AnsweredServers(DataFolder folder)
{
    /// <summary>The file's name in the data folder: an address a line, the newest last.</summary>
    public const string FileName = "answered-servers";

    private const int Most = 100;

    private readonly Lock _gate = new();
    private readonly string _path = folder.Combine(FileName);
    private List<string>? _addresses;

    /// <summary>Whether something has ever answered at the address's scheme, host and port.</summary>
    public bool Contains(Uri address)
    {
        lock (_gate)
        {
            return Load().Contains(KeyOf(address));
        }
    }

    /// <summary>Remembers that something answered there. Where that cannot be written it holds until the studio ends.</summary>
    public void Add(Uri address)
    {
        lock (_gate)
        {
            var (addresses, key) = (Load(), KeyOf(address));
            if (addresses.Contains(key))
            {
                return;
            }

            addresses.RemoveRange(0, Math.Max(0, addresses.Count + 1 - Most));
            addresses.Add(key);
            try
            {
                folder.Create();
                File.WriteAllLines(_path + ".tmp", addresses);
                File.Move(_path + ".tmp", _path, overwrite: true);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The settings tell a person of a folder that cannot be written; this is worth no word of its own.
            }
        }
    }

    private List<string> Load()
    {
        try
        {
            return _addresses ??= File.Exists(_path) ? [.. File.ReadLines(_path).Take(Most)] : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return _addresses = [];
        }
    }

    // Neither user nor path nor query: an address may hold secrets there.
    private static string KeyOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return FormattableString.Invariant($"{address.Scheme}://{address.IdnHost}:{address.Port}");
    }
}
