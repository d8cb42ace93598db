using System.Text;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Chat.Attachments;

public sealed class AttachmentFileTests
{
    public static TheoryData<byte[], string> Images => new()
    {
        { SamplePng.Of(), "image/png" },
        { [0xFF, 0xD8, 0xFF, 0xE0, 1], "image/jpeg" },
        { [.. "GIF89a"u8, 1, 0, 1, 0], "image/gif" },
        { [.. "RIFF"u8, 1, 2, 3, 4, .. "WEBPVP8 "u8], "image/webp" },
    };

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_told_by_its_bytes_whatever_its_name_is(byte[] bytes, string mediaType)
    {
        var file = AttachmentFile.Read("notes.txt", bytes, out var refusal)!;

        Assert.Null(refusal);
        Assert.Equal((mediaType, true, "notes.txt", bytes.LongLength), (file.Content.MediaType, file.IsImage, file.Name, file.Content.Length));
    }

    [Theory]
    [InlineData("Grüße 😀\n", "Grüße 😀\n")]
    [InlineData("\uFEFFmarked", "marked")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", "<svg xmlns='http://www.w3.org/2000/svg'/>")]
    public void Text_is_whatever_is_UTF8(string text, string read)
    {
        var file = AttachmentFile.Read("image.png", Encoding.UTF8.GetBytes(text), out _)!;

        Assert.Equal(("text/plain", false, read), (file.Content.MediaType, file.IsImage, file.TryReadText()));
    }

    public static TheoryData<byte[], string> Refused => new()
    {
        { [], "is empty" },
        { [.. "%PDF-1.7\n"u8], "copy its text into a text file" },
        { [0xFF, 0xFE, (byte)'a', 0], "save it as UTF-8" },
        { [(byte)'a', 0, (byte)'b'], "neither text nor an image" },
        { [0x50, 0x4B, 3, 4, 0xC0, 0xFF], "no text in UTF-8" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_no_model_takes_is_refused_with_its_name_and_what_to_do(byte[] bytes, string reason)
    {
        Assert.Null(AttachmentFile.Read("folder\\a file.bin", bytes, out var refusal));
        Assert.StartsWith("“a file.bin” ", refusal, StringComparison.Ordinal);
        Assert.Contains(reason, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_for_its_kind_is_refused_with_what_may_be()
    {
        Assert.Null(AttachmentFile.Read("x", SamplePng.Of(bytes: Attachment.MaxImageBytes + 1), out var image));
        Assert.EndsWith("an image may have up to 20 MB: attach a smaller one.", image, StringComparison.Ordinal);
        Assert.Null(AttachmentFile.Read("x", Enumerable.Repeat((byte)'a', Attachment.MaxTextBytes + 1).ToArray(), out var text));
        Assert.EndsWith("a text may have up to 1 MB: attach a smaller one.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/../notes.txt", "notes.txt")]
    [InlineData("a\u202Egnp.txt\r\n`", "agnp.txt")]
    [InlineData("  ", "file")]
    public void A_name_is_one_line_without_folders_and_tricks(string name, string clean) =>
        Assert.Equal(clean, AttachmentFile.Read(name, new byte[] { 65 }, out _)!.Name);

    [Fact]
    public void What_is_too_large_for_anything_is_refused_before_it_is_read()
    {
        Assert.Null(AttachmentFile.SizeFault("x", Attachment.MaxImageBytes));
        Assert.Contains("20.1 MB", AttachmentFile.SizeFault("x", 20_100_000), StringComparison.Ordinal);
    }
}
