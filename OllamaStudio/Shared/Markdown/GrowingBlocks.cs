using System.Collections.Immutable;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// The blocks of a text that grows. Those that no more text can change are kept and not read again: all but the last two, since
/// a line can make one block of them ("| a |" is a table's head until a row comes that is none); and what a line begins that has
/// not ended yet ("#" is a heading, "#x" a word). The one thing that reaches further, a link's address in a line of its own
/// ("[1]: https://…"), holds while the text grows only for what is read together with it: what had settled before does not know it,
/// nor does what comes once it has settled. Once the text is complete it is read as a whole, and every link has its address.
/// </summary>
internal sealed class GrowingBlocks
{
    private const int Unsettled = 2;

    private string _text = "";
    private int _end; // of what has settled
    private ImmutableArray<MarkdownBlock> _settled = [];
    private ImmutableStack<int> _levels = [];

    /// <summary>The blocks of the text as it now stands.</summary>
    /// <param name="markdown">The text; untrusted. One that does not continue the one before is read from its beginning.</param>
    /// <param name="uncolored">Takes the code that is drawn plain because it was not coloured yet; null where nobody asks.</param>
    public ImmutableArray<MarkdownBlock> Render(string markdown, ICollection<CodeText>? uncolored)
    {
        if (!markdown.AsSpan().StartsWith(_text.AsSpan(0, _end)))
        {
            (_end, _settled, _levels) = (0, [], []);
        }

        _text = markdown;
        var placed = MarkdownBlocks.Place(markdown[_end..], _levels, isComplete: false, uncolored);
        var unsettled = placed is [.., var last] && markdown.IndexOf('\n', _end + last.Start) < 0 ? Unsettled + 1 : Unsettled;
        if (placed.Length > unsettled)
        {
            var settled = placed[..^unsettled];
            _settled = _settled.AddRange(settled.Select(static block => block.Block));
            _levels = settled[^1].Levels;

            // A block begins behind its indentation, and the indentation is a part of it.
            _end = markdown.LastIndexOf('\n', _end + placed[^unsettled].Start) + 1;
            placed = placed[^unsettled..];
        }

        return _settled.AddRange(placed.Select(static block => block.Block));
    }
}
