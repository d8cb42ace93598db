using System.Globalization;
using System.Text;
using System.Text.Unicode;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>Tells by its bytes, not by its name, whether a file can go with a prompt.</summary>
public static class AttachmentFile
{
    private const int MaxNameLength = 120;
    private const string Takes = "PNG, JPEG, WebP and GIF images and text files in UTF-8 can be attached";

    /// <summary>Makes an attachment of a file.</summary>
    /// <param name="name">Its name; folders before it are left out.</param>
    /// <param name="data">Its bytes, which are kept and must not change.</param>
    /// <param name="refusal">Why it cannot be attached and what to do, for a person; null where it can.</param>
    /// <returns>Null where it is refused.</returns>
    public static Attachment? Read(string name, ReadOnlyMemory<byte> data, out string? refusal)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = data.Span;
        var clean = CleanName(name);
        var mediaType = ImageType(bytes) ?? Attachment.TextType;
        var most = MostBytes(mediaType);
        refusal = bytes.IsEmpty ? $"“{clean}” is empty."
            : bytes.Length > most ? TooLarge(clean, bytes.Length, most)
            : mediaType == Attachment.TextType ? TextFault(clean, bytes)
            : null;
        return refusal is null ? new Attachment(clean, new ToolImage(mediaType, data)) : null;
    }

    /// <summary>What a person is told of a file that is larger than may be; null where its size is no reason. What it is may not be known yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its size.</param>
    public static string? SizeFault(string name, long bytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        return bytes > Attachment.MaxImageBytes ? TooLarge(CleanName(name), bytes, Attachment.MaxImageBytes) : null;
    }

    private static int MostBytes(string mediaType) => mediaType == Attachment.TextType ? Attachment.MaxTextBytes : Attachment.MaxImageBytes;

    private static string TooLarge(string name, long bytes, int most) => string.Create(
        CultureInfo.InvariantCulture,
        $"“{name}” has {bytes / 1e6:0.0} MB, and {(most == Attachment.MaxTextBytes ? "a text" : "an image")} may have up to {most / 1_000_000} MB: attach a smaller one.");

    // The first bytes that the formats prescribe: PNG (ISO/IEC 15948), JPEG (ITU-T T.81), GIF89a, RIFF with WEBP (RFC 9649).
    private static string? ImageType(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;

    private static string? TextFault(string name, ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith("%PDF-"u8) ? $"“{name}” is a PDF, which no model of Ollama reads: copy its text into a text file, or attach a picture of the page."
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? $"“{name}” is text in UTF-16: save it as UTF-8, and attach it again."
        : bytes.Contains((byte)0) ? $"“{name}” is neither text nor an image that models read: {Takes}."
        : !Utf8.IsValid(bytes) ? $"“{name}” is no text in UTF-8: {Takes}."
        : null;

    // As it goes into a prompt and onto a page: one line, without what steers a terminal or turns the direction.
    private static string CleanName(string name)
    {
        var own = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(own.EnumerateRunes().Where(static rune => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && rune.Value != '`')).Trim();
        return clean.Length == 0 ? "file" : TextCut.Shorten(clean, MaxNameLength);
    }
}
