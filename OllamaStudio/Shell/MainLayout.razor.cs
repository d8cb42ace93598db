using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;
using OllamaStudio.Traces;

namespace OllamaStudio.Shell;

/// <summary>The window: rail, page, live spans, status bar; and the shortcuts that work everywhere.</summary>
public partial class MainLayout : IAsyncDisposable
{
    private DotNetObjectReference<MainLayout>? _reference;
    private LiveSpanPanel? _spans;
    private ModalDialog _palette = null!;
    private ModalDialog _help = null!;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    /// <summary>The traces pages show spans themselves; a second view of them beside would only take their room. Settings need theirs.</summary>
    private bool ShowsSpans => Navigation.ToBaseRelativePath(Navigation.Uri) is var path
        && !path.StartsWith("traces", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("settings", StringComparison.OrdinalIgnoreCase);

    /// <summary>A shortcut was pressed; the names are those of studio.js.</summary>
    [JSInvokable]
    public async Task OnShortcut(string name)
    {
        switch (name)
        {
            case "new-chat":
                Navigation.NavigateTo("/");
                break;
            case "settings":
                Navigation.NavigateTo("/settings");
                break;
            case "palette":
                await _palette.ToggleAsync();
                break;
            case "help":
                await _help.ToggleAsync();
                break;
        }
    }

    protected override void OnInitialized()
    {
        Ui.TraceRequested += OnTraceRequested;
        Ui.HelpRequested += OnHelpRequested;
        Navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _reference = DotNetObjectReference.Create(this);
            await Script.InvokeVoidAsync("studio.attach", _reference);
        }

        await Script.InvokeVoidAsync("studio.panes.sync");
    }

    private void OnTraceRequested(string traceId) => _ = InvokeAsync(async () =>
    {
        await Script.InvokeVoidAsync("studio.panes.open", "spans");
        _spans?.FocusTrace(traceId);
    });

    private void OnHelpRequested() => _ = InvokeAsync(_help.Open);

    // It closes first: what is done may move the focus, or open the next dialog.
    private async Task RunAsync(PaletteEntry entry)
    {
        await _palette.CloseAsync();
        await entry.Run();
    }

    // A dialog belongs to the page above which it was opened.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs args) => _ = InvokeAsync(async () =>
    {
        StateHasChanged();
        await _palette.CloseAsync();
        await _help.CloseAsync();
    });

    private async Task CloseSpansAsync() => await Script.InvokeVoidAsync("studio.panes.close", "spans");

    private async Task ComposeAsync()
    {
        GoToChat();
        await Script.InvokeVoidAsync("studio.focus", "[data-testid='composer']");
    }

    private void GoToChat()
    {
        var path = Navigation.ToBaseRelativePath(Navigation.Uri);
        if (path.Length > 0 && !path.StartsWith("chat", StringComparison.OrdinalIgnoreCase))
        {
            Navigation.NavigateTo("/");
        }
    }

    private async Task FocusMainAsync() => await Script.InvokeVoidAsync("studio.focus", "#main");

    public async ValueTask DisposeAsync()
    {
        Ui.TraceRequested -= OnTraceRequested;
        Ui.HelpRequested -= OnHelpRequested;
        Navigation.LocationChanged -= OnLocationChanged;
        if (_reference is not null)
        {
            try
            {
                await Script.InvokeVoidAsync("studio.detach");
            }
            catch (JSDisconnectedException)
            {
                // The page is gone, and its listeners with it.
            }

            _reference.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
