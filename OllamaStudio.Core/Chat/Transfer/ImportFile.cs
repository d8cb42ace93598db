using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans.Transfer;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>One thing out of a file: a conversation, or a line of spans.</summary>
/// <param name="Conversation">The conversation; null for spans.</param>
/// <param name="Spans">The spans; null for a conversation.</param>
/// <param name="Share">How much of the file came before it and is it, 0 to 1.</param>
internal sealed record ImportItem(ImportedConversation? Conversation, OtlpLine? Spans, double Share);

/// <summary>
/// A file that somebody wants to import, whatever it is: an archive of ours, the zip or the <c>conversations.json</c> of ChatGPT, the export of
/// Open WebUI, one conversation of ours, or traces as OTLP JSON lines. Its content tells, not its name.
/// </summary>
/// <param name="file">The file; it can seek.</param>
/// <param name="time">The clock.</param>
internal sealed partial class ImportFile(Stream file, TimeProvider time)
{
    private const int LongestBeginning = 4_096;

    /// <summary>All that is in it, from the beginning; may be asked more than once, one at a time.</summary>
    /// <exception cref="BrokenFileException">It is broken, or nothing of these.</exception>
    public async IAsyncEnumerable<ImportItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var beginning = new byte[LongestBeginning];
        file.Position = 0;
        var length = await file.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        var items = beginning.AsSpan(0, length).StartsWith("PK"u8) ? ReadZipAsync(cancellationToken)
            : IsOtlp(beginning.AsSpan(0, length)) ? ReadSpansAsync(cancellationToken)
            : ReadConversationsAsync(file, cancellationToken);
        await foreach (var item in items.ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>The settings in it, a JSON object; null for none.</summary>
    /// <exception cref="BrokenFileException">It is a broken archive.</exception>
    public async Task<byte[]?> ReadSettingsAsync(CancellationToken cancellationToken)
    {
        if (!await IsArchiveAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        await using var archive = await ArchiveReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        return await archive.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
    }

    private double Share => file.Length == 0 ? 1 : (double)file.Position / file.Length;

    private async IAsyncEnumerable<ImportItem> ReadConversationsAsync(Stream json, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var conversation in ConversationReader.ReadAsync(json, time.GetUtcNow(), cancellationToken).ConfigureAwait(false))
        {
            yield return new ImportItem(conversation, null, Share);
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadSpansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var line in OtlpReader.ReadAsync(file, cancellationToken).ConfigureAwait(false))
        {
            yield return new ImportItem(null, line, Share);
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadZipAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!await IsArchiveAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var item in ReadOtherZipAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }

            yield break;
        }

        await using var archive = await ArchiveReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var count = 0;
        await foreach (var conversation in archive.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new ImportItem(new ImportedConversation(conversation, []), null, (double)++count / archive.Count);
        }
    }

    // ChatGPT's zip has more than conversations.json, and of many conversations conversations-000.json, -001 and so on.
    private async IAsyncEnumerable<ImportItem> ReadOtherZipAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var zip = await ArchiveReader.OpenZipAsync(file, cancellationToken).ConfigureAwait(false);
        var entries = zip.Entries.Where(static entry => ConversationsName.IsMatch(entry.FullName)).OrderBy(static entry => entry.FullName, StringComparer.Ordinal).ToList();
        if (entries.Count == 0)
        {
            throw new BrokenFileException($"The zip has neither a {ArchiveLayout.Manifest}, as archives of OllamaStudio have, nor a conversations.json, as ChatGPT's export has.");
        }

        if (entries.Sum(static entry => entry.Length) > ArchiveLayout.MaxTotalBytes)
        {
            throw new BrokenFileException(FormattableString.Invariant($"What is packed in the zip is larger than {ArchiveLayout.MaxTotalBytes / 1_000_000_000:#,0} GB."));
        }

        foreach (var entry in entries)
        {
            await using var json = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            var items = ReadConversationsAsync(json, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (items.ConfigureAwait(false))
            {
                while (await MoveAsync(items, entry).ConfigureAwait(false))
                {
                    yield return items.Current;
                }
            }
        }
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<ImportItem> items, ZipArchiveEntry entry)
    {
        try
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
        catch (BrokenFileException fault)
        {
            throw fault.In(entry.FullName);
        }
        catch (InvalidDataException fault)
        {
            throw new BrokenFileException($"{entry.FullName} in the zip cannot be read: {fault.Message}");
        }
    }

    private async Task<bool> IsArchiveAsync(CancellationToken cancellationToken)
    {
        var beginning = new byte[2];
        file.Position = 0;
        var length = await file.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        if (!beginning.AsSpan(0, length).SequenceEqual("PK"u8))
        {
            return false;
        }

        await using var zip = await ArchiveReader.OpenZipAsync(file, cancellationToken).ConfigureAwait(false);
        return zip.GetEntry(ArchiveLayout.Manifest) is not null;
    }

    // Its first property tells; what is no JSON is told by whoever reads it.
    private static bool IsOtlp(ReadOnlySpan<byte> beginning)
    {
        var reader = new Utf8JsonReader(beginning.StartsWith("\ufeff"u8) ? beginning[3..] : beginning, isFinalBlock: false, state: default);
        try
        {
            return reader.Read() && reader.TokenType is JsonTokenType.StartObject && reader.Read() && reader.TokenType is JsonTokenType.PropertyName
                && (reader.ValueTextEquals("resourceSpans") || reader.ValueTextEquals("resource_spans") || reader.ValueTextEquals("resourceMetrics") || reader.ValueTextEquals("resourceLogs"));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"(^|/)conversations(-\d+)?\.json$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConversationsName { get; }
}
