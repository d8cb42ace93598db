using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OllamaStudio.Shared;

/// <summary>
/// The browser's own modal dialog: it keeps the focus inside, gives it back, and closes on Escape or a click beside it. Its
/// content lives only while it is open.
/// </summary>
public partial class ModalDialog
{
    private ElementReference _dialog;
    private bool _opening;

    /// <summary>Its name: for a screen reader, and above the content unless it is <see cref="Bare"/>.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Whether the content brings its own frame: no title bar, no padding, near the window's upper edge.</summary>
    [Parameter]
    public bool Bare { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    /// <summary>Whether it is open, as far as the browser has told.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Opens it; nothing happens where it is open.</summary>
    public void Open()
    {
        IsOpen = _opening = true;
        StateHasChanged();
    }

    /// <summary>Closes it and gives the focus back; done when the browser has done so.</summary>
    /// <returns>Whether it was open.</returns>
    public async Task<bool> CloseAsync()
    {
        if (!IsOpen)
        {
            return false;
        }

        var wasOpen = await Script.TryInvokeAsync<bool>("studio.dialogs.close", _dialog);
        OnClosed();
        StateHasChanged();
        return wasOpen;
    }

    /// <summary>Opens it, or closes it where it is open: the keys that do one do the other.</summary>
    public async Task ToggleAsync()
    {
        // The browser knows better: what it closed while the connection was lost, nobody has heard of here.
        if (!await CloseAsync())
        {
            Open();
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_opening)
        {
            _opening = false;
            await Script.TryInvokeVoidAsync("studio.dialogs.open", _dialog);
        }
    }

    private void OnClosed() => IsOpen = false;
}
