using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;
using OllamaStudio.Traces;
using Radzen;

namespace OllamaStudio.Shell;

/// <summary>The window: rail, page, live spans, status bar; and the shortcuts that work everywhere.</summary>
public partial class MainLayout : IAsyncDisposable
{
    private DotNetObjectReference<MainLayout>? _reference;
    private LiveSpanPanel? _spans;
    private bool _paletteIsOpen;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required DialogService Dialogs { get; set; }

    /// <summary>The traces pages show spans themselves; a second view of them beside would only take their room.</summary>
    private bool ShowsSpans => !Navigation.ToBaseRelativePath(Navigation.Uri).StartsWith("traces", StringComparison.OrdinalIgnoreCase);

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
                await TogglePaletteAsync();
                break;
            case "help":
                await OpenHelpAsync();
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

    private void OnHelpRequested() => _ = InvokeAsync(OpenHelpAsync);

    private Task OpenHelpAsync() =>
        Dialogs.OpenAsync<ShortcutList>("Keyboard", options: new DialogOptions { CloseDialogOnEsc = true, CloseDialogOnOverlayClick = true });

    // The same keys that open it close it.
    private async Task TogglePaletteAsync()
    {
        if (_paletteIsOpen)
        {
            Dialogs.Close();
            return;
        }

        _paletteIsOpen = true;
        try
        {
            await Dialogs.OpenAsync<CommandPalette>("", options: new DialogOptions
            {
                ShowTitle = false, AriaLabel = "Command palette", CssClass = "palette-dialog", Top = "10vh", Width = "min(640px, 94vw)",
                CloseDialogOnEsc = true, CloseDialogOnOverlayClick = true,
            });
        }
        finally
        {
            _paletteIsOpen = false;
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args) => _ = InvokeAsync(StateHasChanged);

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
