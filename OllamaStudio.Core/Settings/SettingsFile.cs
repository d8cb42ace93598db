using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// The file of what the settings page saved, shaped like the section of appsettings.json:
/// <code>{ "Version": 2, "Telemetry": { "SamplingRatio": 0.5, "Destinations": [{ "ApiKey": { "$protected": "CfDJ8…" } }] } }</code>
/// Properties that this version does not know are kept. Not safe for use by several threads at once.
/// </summary>
internal sealed class SettingsFile(DataFolder folder, ISecretProtector protector, TimeProvider time)
{
    public const string Name = "settings.json";

    /// <summary>
    /// The file's own version; raised when an older studio would misread a newer file. 2 has destinations in a list: to a
    /// studio of version 1 there are none, and it would send to the default endpoint without a word.
    /// </summary>
    public const int CurrentVersion = 2;

    /// <summary>More than this is no settings file of ours.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const string VersionProperty = "Version";

    /// <summary>What some editors leave at the beginning.</summary>
    private const char ByteOrderMark = '\uFEFF';

    private static readonly JsonNodeOptions s_nodes = new() { PropertyNameCaseInsensitive = true };
    private static readonly JsonDocumentOptions s_reading = new()
    {
        // A person may have edited the file by hand.
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonWriterOptions s_writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Bytes that are no text count as damage; they would else be lost with the next save.
    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path = folder.Combine(Name);
    private int? _newerVersion;
    private string? _whyNotWritten;

    /// <summary>What it holds; a change reaches the disk with <see cref="WriteAsync"/>.</summary>
    public SettingsDocument Document { get; private set; } = new(new(s_nodes), protector);

    /// <summary>What a person must know about the file that was found; null where all is well or there is none.</summary>
    public string? Warning { get; private set; }

    /// <summary>Reads the file. What cannot be read is kept aside, never overwritten.</summary>
    public void Load()
    {
        try
        {
            if (!File.Exists(_path))
            {
                return;
            }

            if (new FileInfo(_path).Length > MaxBytes)
            {
                KeepAside("is far too large");
                return;
            }

            var text = s_text.GetString(File.ReadAllBytes(_path)).TrimStart(ByteOrderMark);
            var document = JsonNode.Parse(text, s_nodes, s_reading) as JsonObject ?? throw new JsonException("It holds no object.");
            ReadThrough(document);
            Document = new(document, protector);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _whyNotWritten = $"{_path} could not be read and is left as it is: {problem.Message}";
            Warning = $"{_whyNotWritten} Defaults are used, and changes last until the studio stops. Make the file readable and start again.";
        }
        catch (Exception malformed) when (malformed is JsonException or ArgumentException)
        {
            KeepAside("is damaged");
        }

        if (Document.Root[VersionProperty] is JsonValue value && value.TryGetValue<int>(out var version) && version > CurrentVersion)
        {
            _newerVersion = version;
            Warning = $"{_path} was written by a newer version of the studio. What this version knows of it is used; it is kept aside before the first change is saved.";
        }
    }

    /// <summary>Writes the file, whole or not at all; why it could not be written, in a sentence, or null.</summary>
    public async Task<string?> WriteAsync()
    {
        if (_whyNotWritten is not null)
        {
            return _whyNotWritten;
        }

        var temporary = _path + ".tmp";
        try
        {
            folder.Create();
            if (_newerVersion is { } version)
            {
                File.Copy(_path, Unused($"{_path}.version-{version.ToString(CultureInfo.InvariantCulture)}"));
                _newerVersion = null;
            }

            // One that a crash left behind may have another mode.
            File.Delete(temporary);
            await using (var stream = DataFolder.OpenPrivate(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(Serialize());
                stream.Flush(flushToDisk: true);
            }

            // The rename is what makes the change: before it the old file is whole, after it the new one.
            File.Move(temporary, _path, overwrite: true);
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"{_path} could not be written: {problem.Message}";
        }
    }

    /// <summary>Names that differ by case only are found when an object is first read: this reads all of them, so that it happens now.</summary>
    /// <exception cref="ArgumentException">There are such names.</exception>
    private static void ReadThrough(JsonObject node)
    {
        foreach (var child in node.Select(property => property.Value))
        {
            if (child is JsonObject within)
            {
                ReadThrough(within);
            }
            else if (child is JsonArray items)
            {
                // Of items their own names only: within them, a program's variables may well differ by case.
                _ = items.OfType<JsonObject>().Sum(item => item.Count);
            }
        }
    }

    private ReadOnlyMemory<byte> Serialize()
    {
        Document.Root[VersionProperty] = CurrentVersion;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_writing))
        {
            Document.Root.WriteTo(writer);
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private void KeepAside(string what)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var aside = Unused($"{_path}.corrupt-{stamp}");
        try
        {
            File.Move(_path, aside);
            Warning = $"{_path} {what} and was kept aside as {Path.GetFileName(aside)}. Defaults are used.";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _whyNotWritten = $"{_path} {what} and could not be kept aside: {problem.Message}";
            Warning = $"{_whyNotWritten} Defaults are used, and changes last until the studio stops.";
        }
    }

    private static string Unused(string path)
    {
        var candidate = path;
        for (var i = 2; File.Exists(candidate); i++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{path}-{i}");
        }

        return candidate;
    }
}
