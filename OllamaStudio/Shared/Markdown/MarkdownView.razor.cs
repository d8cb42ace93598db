using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Draws a model's Markdown. Of a long text only the part that grows is read and sent anew; of one that is longer than a
/// person reads, its beginning and its end are drawn, and more of the beginning on demand: a page of millions of characters
/// would leave no time for typing.
/// </summary>
public partial class MarkdownView
{
    /// <summary>Parts drawn of the beginning, and added by each "show more".</summary>
    public const int HeadParts = 4;

    /// <summary>Parts drawn of the end.</summary>
    public const int TailParts = 2;

    private readonly TextParts _parts = new();
    private readonly Dictionary<int, (TextPart Part, ImmutableArray<string> Blocks)> _drawn = [];
    private int _headEnd = HeadParts;
    private string? _rendered;

    /// <summary>The text; untrusted.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    private int TailStart => Math.Max(_headEnd, _parts.All.Count - TailParts);

    private int Hidden => LengthOf(_headEnd, TailStart);

    private int NextLength => LengthOf(_headEnd, Math.Min(_headEnd + HeadParts, TailStart));

    protected override void OnParametersSet()
    {
        if (ReferenceEquals(_rendered, Text))
        {
            return;
        }

        _rendered = Text;
        if (!_parts.Take(Text))
        {
            _drawn.Clear();
            _headEnd = HeadParts;
        }

        foreach (var index in _drawn.Keys.Where(index => !IsShown(index)).ToList())
        {
            _drawn.Remove(index);
        }
    }

    private bool IsShown(int index) => index < _headEnd || index >= TailStart;

    private ImmutableArray<string> BlocksOf(int index)
    {
        var part = _parts.All[index];
        if (!_drawn.TryGetValue(index, out var drawn) || drawn.Part != part)
        {
            drawn = (part, MarkdownBlocks.Render(part.Of(Text)));
            _drawn[index] = drawn;
        }

        return drawn.Blocks;
    }

    private int LengthOf(int first, int end) => first < end ? _parts.All[end - 1].End - _parts.All[first].Start : 0;

    private void ShowMore() => _headEnd = Math.Min(_headEnd + HeadParts, TailStart);
}
