using System.Text;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>A file that a person sends with a prompt: an image, which the model sees, or a text, which it reads as part of the prompt.</summary>
/// <param name="Name">The file's name, without folders; never blank.</param>
/// <param name="Content">Its bytes, kept as the images of tools are. Its media type says which of both it is.</param>
public sealed record Attachment(string Name, ToolImage Content)
{
    /// <summary>Most files with one prompt.</summary>
    public const int MaxCount = 10;

    /// <summary>Most bytes of one image.</summary>
    public const int MaxImageBytes = 20_000_000;

    /// <summary>Most bytes of one text: as much as a prompt may have characters.</summary>
    public const int MaxTextBytes = ChatService.MaxPromptLength;

    /// <summary>Most bytes of all files of one prompt.</summary>
    public const int MaxTotalBytes = 50_000_000;

    /// <summary>The media type of texts.</summary>
    internal const string TextType = "text/plain";

    /// <summary>The id of its bytes, unique among all.</summary>
    public string Id => Content.Id;

    /// <summary>Whether it is an image, else a text.</summary>
    public bool IsImage => Content.MediaType.StartsWith("image/", StringComparison.Ordinal);

    /// <summary>A text's characters; null where they are gone from where they were kept. Reads the disk.</summary>
    public string? TryReadText() => Content.TryRead() is { } data ? Encoding.UTF8.GetString(WithoutMark(data.Span)) : null;

    /// <summary>The same file for another message, under an id of its own.</summary>
    internal Attachment WithNewId() => this with { Content = Content.WithNewId() };

    /// <summary>Whether both are the same file, wherever it is kept.</summary>
    internal static bool AreSame(Attachment one, Attachment other) =>
        one.Name == other.Name && one.Content.MediaType == other.Content.MediaType && one.Content.Hash == other.Content.Hash;

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
}
