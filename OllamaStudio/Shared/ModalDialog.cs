using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OllamaStudio.Shared;

/// <summary>
/// MudBlazor's dialog, opened and closed from elsewhere: it keeps the focus inside, gives it back, and closes on Escape, a click beside
/// it, or a change of the page. Its content lives only while it is open.
/// </summary>
/// <remarks>Not MudBlazor's own inline dialog: to close and open that one within a moment leaves it closed for good, or open.</remarks>
public sealed class ModalDialog : StudioComponent
{
    private IDialogReference? _shown;
    private bool _wanted;
    private bool _isBusy;

    /// <summary>Its name: for a screen reader, and above the content unless it is <see cref="Bare"/>.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Whether the content brings its own frame: no title bar, no padding, near the window's upper edge, and the focus in its first field.</summary>
    [Parameter]
    public bool Bare { get; set; }

    /// <summary>Whether it has room for long lines.</summary>
    [Parameter]
    public bool IsWide { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    [Inject]
    public required IDialogService Dialogs { get; set; }

    /// <summary>Whether it is open.</summary>
    public bool IsOpen => _shown is not null;

    /// <summary>Opens it; nothing happens where it is open.</summary>
    public Task OpenAsync() => WantAsync(true);

    /// <summary>Closes it; done when the page has been told so, and where the focus goes.</summary>
    public Task CloseAsync() => WantAsync(false);

    /// <summary>Opens it, or closes it where it is open: the keys that do one do the other.</summary>
    public Task ToggleAsync() => WantAsync(!_wanted);

    // To open takes a while, and the keys may be pressed again meanwhile: what was wanted last holds.
    private async Task WantAsync(bool open)
    {
        _wanted = open;
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        try
        {
            while (IsOpen != _wanted)
            {
                if (_shown is { } shown)
                {
                    _shown = null;
                    shown.Close();
                }
                else
                {
                    await ShowAsync();
                }
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task ShowAsync()
    {
        var parameters = new DialogParameters<DialogFrame> { { frame => frame.Bare, Bare }, { frame => frame.ChildContent, ChildContent } };
        var options = new DialogOptions
        {
            // Escape is studio.js's, for every kind of layer.
            NoHeader = true, CloseOnEscapeKey = false, FullWidth = true, MaxWidth = IsWide ? MaxWidth.Medium : MaxWidth.Small, Position = Bare ? DialogPosition.TopCenter : DialogPosition.Center,
        };
        var shown = _shown = await Dialogs.ShowAsync<DialogFrame>(Title, parameters, options);
        Dispatch(async () =>
        {
            await shown.Result;
            if (_shown == shown)
            {
                (_shown, _wanted) = (null, false); // a person closed it
            }
        });
    }
}
