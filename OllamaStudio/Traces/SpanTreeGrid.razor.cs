using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>
/// The rows of a <see cref="SpanTreeView"/> as a tree grid: only those around the ones in sight are drawn, and it is wholly usable
/// by keyboard. The grid itself keeps the focus and names the active row, because rows come and go while it scrolls.
/// </summary>
/// <remarks>
/// Not <c>Virtualize</c>: it divides a height measured in the browser by the number of rows drawn on the server. While rows
/// arrive ten times a second the two are of different moments, the row height comes out wrong, and a list that follows its own
/// end runs away from it. Here every row has the same, known height, so nothing is measured.
/// </remarks>
public partial class SpanTreeGrid
{
    /// <summary>Rows taken to be in sight until the browser has told.</summary>
    private const int RowsAtFirst = 40;

    private ElementReference _tree;
    private IJSObjectReference? _script;
    private DotNetObjectReference<SpanTreeGrid>? _reference;
    private (int First, int Count)? _viewport;
    private TreeRow? _active;
    private string? _revealKey;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Parameter, EditorRequired]
    public required SpanTreeView View { get; set; }

    /// <summary>What the grid is called.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Keeps the ids of two grids on one page apart.</summary>
    [Parameter, EditorRequired]
    public required string IdPrefix { get; set; }

    /// <summary>Height of a row in pixels; the head of a trace has two.</summary>
    [Parameter]
    public int RowHeight { get; set; } = 24;

    [Parameter]
    public string RowTestId { get; set; } = "span-row";

    /// <summary>The moment that is drawn.</summary>
    [Parameter]
    public DateTimeOffset Now { get; set; }

    /// <summary>Whether the newest row is kept in sight while the view is at its lower edge.</summary>
    [Parameter]
    public bool Follow { get; set; }

    /// <summary>How fast the reply of a running trace comes, by its id; null where nobody knows.</summary>
    [Parameter]
    public Func<string, ReplyPace?>? PaceOf { get; set; }

    /// <summary>Key of the row that the keyboard is on; null for none.</summary>
    [Parameter]
    public string? ActiveKey { get; set; }

    [Parameter]
    public EventCallback<string?> ActiveKeyChanged { get; set; }

    /// <summary>A span was clicked, or Enter pressed on it.</summary>
    [Parameter]
    public EventCallback<SpanRow> OnOpen { get; set; }

    /// <summary>Brings the row of that key into sight after the next drawing.</summary>
    public void Reveal(string key)
    {
        _revealKey = key;
        StateHasChanged();
    }

    /// <summary>Gives the grid the keyboard.</summary>
    public async Task FocusAsync() => await _tree.TryFocusAsync(preventScroll: true);

    private RowWindow Window => _viewport is { } seen
        ? RowWindow.Around(View.IndexAt(seen.First), seen.Count, View.Rows.Count)
        : RowWindow.Around(Follow ? View.Rows.Count : 0, RowsAtFirst, View.Rows.Count);

    /// <summary>How many rows PageUp and PageDown move.</summary>
    private int Page => Math.Max(1, (_viewport?.Count ?? RowsAtFirst) - 2);

    /// <summary>The browser tells which rows are in sight.</summary>
    [JSInvokable]
    public void OnViewport(int first, int count)
    {
        _viewport = (first, count);
        StateHasChanged();
    }

    protected override void OnParametersSet() => _active = View.Find(ActiveKey);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Traces/SpanTreeGrid.razor.js") is { } script)
        {
            _script = script;
            _reference = DotNetObjectReference.Create(this);
            await script.TryInvokeVoidAsync("attach", _tree, _reference, RowHeight, Follow);
        }

        if (_script is not null && _revealKey is not null)
        {
            var row = View.Find(_revealKey);
            _revealKey = null;
            if (row is not null)
            {
                await _script.TryInvokeVoidAsync("reveal", _tree, row.Top, row.Height);
            }
        }
    }

    private string ElementIdOf(TreeRow row) => $"{IdPrefix}-{row.Key}";

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.CtrlKey || key.AltKey || key.MetaKey || View.Rows.Count == 0)
        {
            return;
        }

        var last = View.Rows.Count - 1;
        var index = _active?.Index ?? -1;
        switch (key.Key)
        {
            case "ArrowDown":
                await MoveAsync(Math.Min(index + 1, last));
                break;
            case "ArrowUp":
                await MoveAsync(Math.Max(index - 1, 0));
                break;
            case "PageDown":
                await MoveAsync(Math.Min(index + Page, last));
                break;
            case "PageUp":
                await MoveAsync(Math.Max(index - Page, 0));
                break;
            case "Home":
                await MoveAsync(0);
                break;
            case "End":
                await MoveAsync(last);
                break;
            case "ArrowRight" when _active is { HasChildren: true, IsExpanded: false }:
                await ToggleAsync(_active);
                break;
            case "ArrowRight" when _active is { HasChildren: true }:
                await MoveAsync(index + 1);
                break;
            case "ArrowLeft" when _active is { HasChildren: true, IsExpanded: true }:
                await ToggleAsync(_active);
                break;
            case "ArrowLeft" when _active is not null && View.ParentOf(_active) is { } parent:
                await MoveAsync(parent.Index);
                break;
            case "Enter" or " " when _active is not null:
                await PressAsync(_active);
                break;
        }
    }

    private async Task MoveAsync(int index)
    {
        await ActivateAsync(View.Rows[index]);
        Reveal(View.Rows[index].Key);
    }

    private async Task PressAsync(TreeRow row)
    {
        await ActivateAsync(row);
        if (row is SpanRow span)
        {
            await OnOpen.InvokeAsync(span);
        }
        else
        {
            await ToggleAsync(row);
        }
    }

    private async Task ToggleAsync(TreeRow row)
    {
        View.SetExpanded(row, !row.IsExpanded);
        if (_active is not null && (View.Find(_active.Key) ?? View.Find(row.Key)) is { } next)
        {
            // The row the keyboard was on may have just been folded away; the keyboard goes up with it.
            await ActivateAsync(next);
        }
    }

    private async Task ActivateAsync(TreeRow row)
    {
        _active = row;
        View.Keep(row);
        await ActiveKeyChanged.InvokeAsync(row.Key);
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach", _tree);
            await _script.TryDisposeAsync();
        }

        _reference?.Dispose();
    }
}
