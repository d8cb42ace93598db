using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>
/// Reads an archive, one conversation after another. Nothing is ever unpacked to a place that a name in it chooses; sizes are bounded, by what
/// the archive says and by what it holds.
/// </summary>
internal sealed class ArchiveReader : IAsyncDisposable
{
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);

    private ArchiveReader(ZipArchive zip) => _zip = zip;

    /// <summary>How many conversations there are.</summary>
    public int Count => Conversations.Count();

    private IEnumerable<ZipArchiveEntry> Conversations => _entries.Values.Where(static entry => IsConversation(entry.FullName));

    /// <summary>Opens an archive and looks at all that it says of itself.</summary>
    /// <param name="stream">The file; it can seek, and stays open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokenFileException">It is no archive of ours, one of a newer studio, or one that means harm.</exception>
    public static async Task<ArchiveReader> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reader = new ArchiveReader(await OpenZipAsync(stream, cancellationToken).ConfigureAwait(false));
        try
        {
            reader.LookAtEntries();
            await reader.LookAtManifestAsync(cancellationToken).ConfigureAwait(false);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Every conversation.</summary>
    /// <exception cref="BrokenFileException">One of them is broken, or an image of it; its name is told.</exception>
    public async IAsyncEnumerable<ConversationDocument> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in Conversations)
        {
            yield return await ReadAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The settings, a JSON object; null where they are not in it.</summary>
    public async Task<byte[]?> ReadSettingsAsync(CancellationToken cancellationToken) =>
        _entries.TryGetValue(ArchiveLayout.Settings, out var entry) ? await ReadAsync(entry, SettingsFile.MaxBytes, cancellationToken).ConfigureAwait(false) : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _zip.DisposeAsync();

    /// <summary>Opens any zip.</summary>
    /// <exception cref="BrokenFileException">It is none.</exception>
    public static async Task<ZipArchive> OpenZipAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException fault)
        {
            throw new BrokenFileException($"The zip cannot be read, it may have been cut off: {fault.Message}");
        }
    }

    private static bool IsConversation(string name) =>
        name.StartsWith(ArchiveLayout.Conversations, StringComparison.Ordinal) && name.EndsWith(ArchiveLayout.ConversationEnd, StringComparison.Ordinal) && name.Count(static sign => sign == '/') == 1;

    private void LookAtEntries()
    {
        if (_zip.Entries.Count > ArchiveLayout.MaxEntries)
        {
            throw new BrokenFileException(FormattableString.Invariant($"The archive has {_zip.Entries.Count:#,0} entries; up to {ArchiveLayout.MaxEntries:#,0} are read."));
        }

        var total = 0L;
        foreach (var entry in _zip.Entries)
        {
            var name = entry.FullName;
            if (name.Contains('\\', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || name.StartsWith('/') || name.Split('/').Contains(".."))
            {
                throw new BrokenFileException($"The archive has an entry whose name leads out of it: {TextCut.Shorten(name, 100)}. Nothing of it is taken.");
            }

            var most = name is ArchiveLayout.Manifest or ArchiveLayout.Settings ? SettingsFile.MaxBytes : name.StartsWith(ArchiveLayout.Images, StringComparison.Ordinal) ? ArchiveLayout.MaxImageBytes : JsonItems.MaxItemBytes;
            total += entry.Length;
            if (entry.Length > most || total > ArchiveLayout.MaxTotalBytes)
            {
                throw new BrokenFileException(FormattableString.Invariant($"{TextCut.Shorten(name, 100)} would make the archive larger than may be: an entry up to {most / 1_000_000:#,0} MB and all of them up to {ArchiveLayout.MaxTotalBytes / 1_000_000_000:#,0} GB are read."));
            }

            var isKnown = name is ArchiveLayout.Manifest or ArchiveLayout.Settings || IsConversation(name) || name.StartsWith(ArchiveLayout.Images, StringComparison.Ordinal);
            if (isKnown && !_entries.TryAdd(name, entry))
            {
                throw new BrokenFileException($"The archive has two entries named {name}.");
            }
        }
    }

    private async Task LookAtManifestAsync(CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(ArchiveLayout.Manifest, out var entry))
        {
            throw new BrokenFileException($"The zip has no {ArchiveLayout.Manifest}: it is no archive of OllamaStudio, or was cut off.");
        }

        ArchiveManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(await ReadAsync(entry, SettingsFile.MaxBytes, cancellationToken).ConfigureAwait(false), TransferJson.Default.ArchiveManifest);
        }
        catch (JsonException fault)
        {
            throw BrokenFileException.From(fault).In(ArchiveLayout.Manifest);
        }

        if (manifest?.Format != ArchiveManifest.FormatName)
        {
            throw new BrokenFileException($"{ArchiveLayout.Manifest} does not say \"format\": \"{ArchiveManifest.FormatName}\": this is no archive of OllamaStudio.");
        }

        if (manifest.Version is not (>= 1 and <= ArchiveManifest.CurrentVersion))
        {
            throw new BrokenFileException(FormattableString.Invariant($"The archive is of version {manifest.Version} of its format, and this studio reads up to {ArchiveManifest.CurrentVersion}: take a newer studio."));
        }

        if (manifest.Conversations != Count)
        {
            throw new BrokenFileException(FormattableString.Invariant($"The archive says that it holds {manifest.Conversations} conversations, and there are {Count}."));
        }
    }

    private async Task<ConversationDocument> ReadAsync(ZipArchiveEntry entry, CancellationToken cancellationToken)
    {
        var json = await ReadAsync(entry, JsonItems.MaxItemBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            // Looked through twice: first for what has to be read, which takes time.
            List<string> names = [];
            ConversationJson.Read(json, image =>
            {
                names.AddRange(image.File is { } name ? [name] : []);
                return image.Data ?? ReadOnlyMemory<byte>.Empty;
            });
            Dictionary<string, byte[]> images = new(StringComparer.Ordinal);
            foreach (var name in names.Distinct(StringComparer.Ordinal))
            {
                images[name] = await ReadImageAsync(name, cancellationToken).ConfigureAwait(false);
            }

            return ConversationJson.Read(json, image => image.File is { } name ? images[name] : image.Data ?? ReadOnlyMemory<byte>.Empty);
        }
        catch (BrokenFileException fault)
        {
            throw fault.In(entry.FullName);
        }
    }

    private async Task<byte[]> ReadImageAsync(string name, CancellationToken cancellationToken)
    {
        if (!name.StartsWith(ArchiveLayout.Images, StringComparison.Ordinal) || !_entries.TryGetValue(name, out var entry))
        {
            throw new BrokenFileException($"The image {TextCut.Shorten(name, 100)} is not in the archive.");
        }

        var image = await ReadAsync(entry, ArchiveLayout.MaxImageBytes, cancellationToken).ConfigureAwait(false);
        return name[ArchiveLayout.Images.Length..].StartsWith(Convert.ToHexStringLower(SHA256.HashData(image)), StringComparison.Ordinal)
            ? image
            : throw new BrokenFileException($"The image {name} is damaged.");
    }

    // What an entry says of its size may be a lie.
    private static async Task<byte[]> ReadAsync(ZipArchiveEntry entry, int most, CancellationToken cancellationToken)
    {
        try
        {
            if (entry.Length > most)
            {
                throw new InvalidDataException("it is too large");
            }

            var content = new byte[entry.Length];
            await using var stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 0 ? content : throw new InvalidDataException("it is larger than it says");
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new BrokenFileException($"{entry.FullName} in the zip cannot be read: {fault.Message.TrimEnd('.')}.");
        }
    }
}
