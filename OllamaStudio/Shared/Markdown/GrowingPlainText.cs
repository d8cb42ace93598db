using System.Collections.Immutable;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// The <see cref="PlainText"/> of a Markdown text that grows: only its last part, at most <see cref="TextParts.MaxPartLength"/> characters
/// and its opening, is read anew. Safe for several threads.
/// </summary>
public sealed class GrowingPlainText
{
    private readonly Lock _gate = new();
    private readonly TextParts _parts = new();
    private readonly List<string> _finished = [];

    /// <summary>The words of the text as it now stands, in the parts in which <see cref="MarkdownView"/> draws it.</summary>
    public ImmutableArray<string> Read(string markdown)
    {
        lock (_gate)
        {
            if (!_parts.Take(markdown))
            {
                _finished.Clear();
            }

            var read = _finished.Concat(_parts.All.Skip(_finished.Count).Select(part => PlainText.OfPart(part.Of(markdown)))).ToImmutableArray();
            _finished.AddRange(read.Skip(_finished.Count).SkipLast(1));
            return read;
        }
    }
}
