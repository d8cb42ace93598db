using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>A conversation in the list: its link, and what is done with it.</summary>
public partial class ConversationItem
{
    /// <summary>Characters of a title in what is said of its buttons.</summary>
    private const int SpokenLength = 60;

    /// <summary>Characters of a title that a row is drawn with, more than the widest shows; the whole one is in the tooltip.</summary>
    private const int DrawnLength = 120;

    private ElementReference _renameBox;
    private bool _wasRenaming;
    private (ConversationRow, int, ConversationQuery?, bool, bool, bool, bool)? _drawn;

    [Parameter, EditorRequired]
    public required ConversationRow Row { get; set; }

    /// <summary>How many rows the list has that the keyboard goes to.</summary>
    [Parameter, EditorRequired]
    public int SetSize { get; set; }

    /// <summary>What is searched, to be marked; null for nothing.</summary>
    [Parameter]
    public ConversationQuery? Query { get; set; }

    [Parameter]
    public bool IsCurrent { get; set; }

    /// <summary>Whether Tab leads to it; the arrow keys go on from there (rows.js).</summary>
    [Parameter]
    public bool IsTabStop { get; set; }

    [Parameter]
    public bool IsRenaming { get; set; }

    [Parameter]
    public bool IsMenuOpen { get; set; }

    /// <summary>It was clicked; the link itself leads there.</summary>
    [Parameter]
    public EventCallback<MouseEventArgs> OnOpen { get; set; }

    [Parameter]
    public EventCallback<ConversationAction> OnAction { get; set; }

    /// <summary>A tag was pressed.</summary>
    [Parameter]
    public EventCallback<string> OnTag { get; set; }

    /// <summary>A name was typed.</summary>
    [Parameter]
    public EventCallback<string?> OnRename { get; set; }

    /// <summary>Naming is over; whether the keyboard goes back to the row.</summary>
    [Parameter]
    public EventCallback<bool> OnRenamed { get; set; }

    private ConversationSummary Item => Row.Conversation!;

    // The place that a search has found may be at the end of a title. What tells a copy from its original is never cut off.
    private (string Text, string Mark) Shown => Item.TitleParts is var (stem, mark) ? (Row.Hit is null ? TextCut.Shorten(stem, DrawnLength) : stem, mark) : default;

    private string Class => string.Join(' ', ((string?[])[IsCurrent ? "current" : null, IsMenuOpen ? "open" : null]).Where(static name => name is not null));

    private string Tooltip => Item.Tags.IsEmpty ? Item.Title : $"{Item.Title}\nTags: {string.Join(", ", Item.Tags)}";

    // The list draws itself for each change of any row, and as the pointer comes and goes: no need to send every other one again.
    protected override bool ShouldRender()
    {
        var drawn = _drawn;
        _drawn = (Row, SetSize, Query, IsCurrent, IsTabStop, IsRenaming, IsMenuOpen);
        return drawn != _drawn;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var begins = IsRenaming && !_wasRenaming;
        _wasRenaming = IsRenaming;
        if (begins)
        {
            await _renameBox.TryFocusAsync();
        }
    }

    private Task OnRenameKeyAsync(KeyboardEventArgs args) => args.Key is "Escape" or "Enter" ? OnRenamed.InvokeAsync(true) : Task.CompletedTask;
}
