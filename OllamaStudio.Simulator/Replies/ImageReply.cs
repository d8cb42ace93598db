using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace OllamaStudio.Simulator.Replies;

/// <summary>Tells of images what their bytes tell: nobody looks at them, but whoever compares sees that they arrived whole.</summary>
internal static class ImageReply
{
    public static string Write(Generation.Conversation conversation)
    {
        var lines = conversation.Images.Select(static (image, index) => string.Create(
            CultureInfo.InvariantCulture, $"| {index + 1} | {Describe(image)} | {image.Length:#,0} bytes | `{Convert.ToHexStringLower(SHA256.HashData(image))[..12]}` |"));
        return
            $"""
            {(conversation.Images.Count == 1 ? "One image arrived" : $"{conversation.Images.Count} images arrived")}. A demo sees nothing; this is what the bytes say:

            | | What it is | Size | SHA-256 |
            |---|---|---|---|
            {string.Join('\n', lines)}
            """;
    }

    private static string Describe(ReadOnlySpan<byte> image) =>
        image.Length >= 24 && image[1..4].SequenceEqual("PNG"u8) ? Sized("a PNG", BinaryPrimitives.ReadInt32BigEndian(image[16..]), BinaryPrimitives.ReadInt32BigEndian(image[20..]))
        : image.Length >= 10 && image.StartsWith("GIF8"u8) ? Sized("a GIF", BinaryPrimitives.ReadInt16LittleEndian(image[6..]), BinaryPrimitives.ReadInt16LittleEndian(image[8..]))
        : image.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "a JPEG"
        : image.Length >= 12 && image[8..].StartsWith("WEBP"u8) ? "a WebP"
        : "something else";

    private static string Sized(string what, int width, int height) => string.Create(CultureInfo.InvariantCulture, $"{what} of {width} × {height} pixels");
}
