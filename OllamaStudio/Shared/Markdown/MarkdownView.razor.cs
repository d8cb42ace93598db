using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Shared.Markdown;

/// <summary>
/// Draws a model's Markdown. Of a long text only the part that grows is read and sent anew; of one that is longer than a
/// person reads, its beginning and its end are drawn, and more of the beginning on demand: a page of millions of characters
/// would leave no time for typing. Code is drawn plain at first and again when its colours are there.
/// </summary>
public sealed partial class MarkdownView : IDisposable
{
    /// <summary>Parts drawn of the beginning, and added by each "show more".</summary>
    public const int HeadParts = 4;

    /// <summary>Parts drawn of the end.</summary>
    public const int TailParts = 2;

    /// <summary>Blocks of one text that may take too long to colour; after these no more of it is coloured.</summary>
    public const int MaxFailures = 3;

    /// <summary>Most parts that are drawn of the beginning to show what is found; what is beyond them is found and stays hidden.</summary>
    public const int MostFoundParts = 40;

    private readonly TextParts _parts = new();
    private readonly Dictionary<int, (TextPart Part, bool IsComplete, ImmutableArray<MarkdownBlock> Blocks)> _drawn = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly HashSet<CodeText> _uncolored = []; // drawn plain until its colours are known
    private GrowingBlocks _growing = new();
    private int _headEnd = HeadParts;
    private int _failures;
    private bool _isColoring;
    private string? _rendered;

    /// <summary>The text; untrusted.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Whether more of it may come: an open block of code at its end is then not finished.</summary>
    [Parameter]
    public bool IsGrowing { get; set; }

    /// <summary>What finding calls it; null where nothing is to be found in it.</summary>
    [Parameter]
    public string? FindName { get; set; }

    /// <summary>The part, from 0, in which something is found and to be drawn; null for none.</summary>
    [Parameter]
    public int? FoundPart { get; set; }

    private int TailStart => Math.Max(_headEnd, _parts.All.Count - TailParts);

    private int Hidden => LengthOf(_headEnd, TailStart);

    private int NextLength => LengthOf(_headEnd, Math.Min(_headEnd + HeadParts, TailStart));

    protected override void OnParametersSet()
    {
        Take();
        if (FoundPart is < MostFoundParts and var found && !IsShown(found))
        {
            _headEnd = found + 1;
        }
    }

    private void Take()
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
            _uncolored.Clear();
            _failures = 0;
        }

        foreach (var index in _drawn.Keys.Where(index => !IsShown(index)).ToList())
        {
            _drawn.Remove(index);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (_uncolored.Count > 0 && !_isColoring && _failures < MaxFailures)
        {
            _isColoring = true;
            _ = ColorAsync();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _disposed.Cancel();
        _disposed.Dispose();
    }

    private bool IsShown(int index) => index < _headEnd || index >= TailStart;

    private ImmutableArray<MarkdownBlock> BlocksOf(int index)
    {
        var part = _parts.All[index];
        var isComplete = !IsGrowing || index < _parts.All.Count - 1;
        if (!_drawn.TryGetValue(index, out var drawn) || drawn.Part != part || drawn.IsComplete != isComplete)
        {
            var uncolored = _failures < MaxFailures ? _uncolored : null;
            drawn = (part, isComplete, isComplete ? MarkdownBlocks.Render(part.Of(Text), isComplete, uncolored) : _growing.Render(part.Of(Text), uncolored));
            _drawn[index] = drawn;
        }

        return drawn.Blocks;
    }

    // What is drawn while it works waits for the next round.
    private async Task ColorAsync()
    {
        var disposed = _disposed.Token;
        try
        {
            foreach (var code in _uncolored.ToList())
            {
                _uncolored.Remove(code);
                if (_failures < MaxFailures && await CodeColors.Shared.ColorAsync(code, disposed) is null)
                {
                    _failures++;
                }
            }

            _isColoring = false;
            _drawn.Clear();
            _growing = new GrowingBlocks();
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private int LengthOf(int first, int end) => first < end ? _parts.All[end - 1].End - _parts.All[first].Start : 0;

    private void ShowMore() => _headEnd = Math.Min(_headEnd + HeadParts, TailStart);
}
