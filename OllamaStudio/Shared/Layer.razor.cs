using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace OllamaStudio.Shared;

/// <summary>
/// A button, and what it opens above the page. A click beside it, Escape, and Tab beyond its last field close it and give the keyboard
/// back to the button (studio.js); what it opens lives only while it is open.
/// </summary>
public partial class Layer
{
    private bool _isOpen;

    /// <summary>The button's test id: unique on the page, the keyboard is given back by it.</summary>
    [Parameter, EditorRequired]
    public required string TestId { get; set; }

    /// <summary>What it opens, in words.</summary>
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>What stands in the button.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment Button { get; set; }

    /// <summary>What it opens.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    /// <summary>Of what it opens, in pixels; less in a narrower window.</summary>
    [Parameter, EditorRequired]
    public int Width { get; set; }

    /// <summary>Whether it opens above the button, its left edge at the button's; else below, at its right edge.</summary>
    [Parameter]
    public bool Above { get; set; }

    /// <summary>Whether its right edge is at the button's above it, too: for a button far to the right, beyond which there is no room.</summary>
    [Parameter]
    public bool AtEnd { get; set; }

    [Parameter]
    public Variant Variant { get; set; } = Variant.Outlined;

    [Parameter]
    public string? Icon { get; set; }

    [Parameter]
    public string? EndIcon { get; set; }

    [Parameter]
    public string? Class { get; set; }

    /// <summary>It was opened.</summary>
    [Parameter]
    public EventCallback OnOpen { get; set; }

    /// <summary>All else goes to the button itself.</summary>
    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    private Origin Anchor => !Above ? Origin.BottomRight : AtEnd ? Origin.TopRight : Origin.TopLeft;

    private Origin Pane => !Above ? Origin.TopRight : AtEnd ? Origin.BottomRight : Origin.BottomLeft;

    /// <summary>Closes it; who calls gives the keyboard to something.</summary>
    public void Close()
    {
        _isOpen = false;
        StateHasChanged();
    }

    private async Task ToggleAsync()
    {
        _isOpen = !_isOpen;
        if (_isOpen)
        {
            await OnOpen.InvokeAsync();
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs args)
    {
        if (args.Key == "ArrowDown" && !_isOpen)
        {
            await ToggleAsync();
        }
    }
}
