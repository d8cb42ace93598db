namespace OllamaStudio.Shared.Markdown;

/// <summary>A stretch of a long Markdown text that is read by itself.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">The character after its last one.</param>
/// <param name="Opening">
/// What must stand before it to be read as what it is: the opening of the fence, or the head of the table, that the cut
/// before it runs through. Empty for most.
/// </param>
public readonly record struct TextPart(int Start, int End, string Opening)
{
    /// <summary>The Markdown of the part.</summary>
    /// <param name="text">The text that it is a part of.</param>
    public string Of(string text) => string.Concat(Opening, text.AsSpan(Start, End - Start));
}
