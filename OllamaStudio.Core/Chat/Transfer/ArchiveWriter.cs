using System.IO.Compression;
using System.Text.Json;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>Names of an archive's entries, and its bounds. <c>docs/formats.md</c> describes it.</summary>
internal static class ArchiveLayout
{
    public const string Manifest = "manifest.json";
    public const string Settings = "settings.json";
    public const string Conversations = "conversations/";
    public const string ConversationEnd = ".json";
    public const string Images = "images/";

    /// <summary>Most entries that are read.</summary>
    public const int MaxEntries = 500_000;

    /// <summary>Most bytes of one image.</summary>
    public const int MaxImageBytes = (int)KeptImages.MaxBytes;

    /// <summary>Most bytes of all entries together, unpacked.</summary>
    public const long MaxTotalBytes = 64L * 1024 * 1024 * 1024;

    public static string NameOf(string hash, string mediaType) => Images + hash + mediaType switch
    {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/gif" => ".gif",
        "image/webp" => ".webp",
        "image/svg+xml" => ".svg",
        Attachment.TextType => ".txt",
        _ => ".bin",
    };
}

/// <summary>Writes conversations into a zip, one after another: what is held is one of them. The stream need not seek.</summary>
internal sealed class ArchiveWriter : IAsyncDisposable
{
    private readonly HeldWrites _target;
    private readonly ZipArchive _zip;
    private readonly TimeProvider _time;

    // Names of what is in it already: 64 letters an image, as long as it is written.
    private readonly HashSet<string> _images = new(StringComparer.Ordinal);
    private ArchiveManifest _manifest = new() { Format = ArchiveManifest.FormatName, Version = ArchiveManifest.CurrentVersion, Conversations = 0, Messages = 0, Images = 0, Settings = false };

    private ArchiveWriter(HeldWrites target, ZipArchive zip, TimeProvider time) => (_target, _zip, _time) = (target, zip, time);

    /// <summary>Begins an archive.</summary>
    public static async Task<ArchiveWriter> CreateAsync(Stream stream, TimeProvider time, CancellationToken cancellationToken)
    {
        var target = new HeldWrites(stream);
        return new(target, await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false), time);
    }

    /// <summary>Adds a conversation, and the images and attached files in it that no other one has.</summary>
    public async Task AddAsync(ConversationDocument conversation, CancellationToken cancellationToken)
    {
        var files = new Dictionary<ToolImage, ImageFile?>();
        foreach (var image in conversation.Messages.SelectMany(static message => message.ToolCalls.SelectMany(static call => call.Images).Concat(message.Attachments.Select(static file => file.Content))))
        {
            files[image] = await AddAsync(image, cancellationToken).ConfigureAwait(false);
        }

        await using (var entry = await OpenAsync(ArchiveLayout.Conversations + conversation.Id + ArchiveLayout.ConversationEnd, CompressionLevel.Optimal, cancellationToken).ConfigureAwait(false))
        {
            await ConversationJson.WriteCompactAsync(entry, conversation, image => files[image], cancellationToken).ConfigureAwait(false);
        }

        _manifest = _manifest with { Conversations = _manifest.Conversations + 1, Messages = _manifest.Messages + conversation.Messages.Length };
    }

    /// <summary>Adds the settings.</summary>
    /// <param name="settings">A JSON object, without secrets.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddSettingsAsync(ReadOnlyMemory<byte> settings, CancellationToken cancellationToken)
    {
        await using var entry = await OpenAsync(ArchiveLayout.Settings, CompressionLevel.Optimal, cancellationToken).ConfigureAwait(false);
        await entry.WriteAsync(settings, cancellationToken).ConfigureAwait(false);
        _manifest = _manifest with { Settings = true };
    }

    /// <summary>Writes the manifest, last because it counts: an archive without one was cut off.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await using var entry = await OpenAsync(ArchiveLayout.Manifest, CompressionLevel.Optimal, cancellationToken).ConfigureAwait(false);
        await JsonSerializer.SerializeAsync(entry, _manifest with { CreatedAt = _time.GetUtcNow() }, TransferJson.Default.ArchiveManifest, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the zip.</summary>
    public async ValueTask DisposeAsync()
    {
        await _zip.DisposeAsync().ConfigureAwait(false);
        await _target.LetGoAsync(CancellationToken.None).ConfigureAwait(false);
        await _target.DisposeAsync().ConfigureAwait(false);
    }

    // Null where its file is gone: the conversation says how many images it lacks.
    private async Task<ImageFile?> AddAsync(ToolImage image, CancellationToken cancellationToken)
    {
        var name = ArchiveLayout.NameOf(image.Hash, image.MediaType);
        if (!_images.Contains(name))
        {
            if (image.TryRead() is not { } data)
            {
                return null;
            }

            _images.Add(name);

            // Images are compressed in themselves.
            await using var entry = await OpenAsync(name, CompressionLevel.NoCompression, cancellationToken).ConfigureAwait(false);
            await entry.WriteAsync(data, cancellationToken).ConfigureAwait(false);
            _manifest = _manifest with { Images = _manifest.Images + 1 };
        }

        return new ImageFile { MediaType = image.MediaType, File = name };
    }

    private Task<Stream> OpenAsync(string name, CompressionLevel level, CancellationToken cancellationToken)
    {
        var entry = _zip.CreateEntry(name, level);
        entry.LastWriteTime = _time.GetUtcNow();
        return entry.OpenAsync(cancellationToken);
    }
}
