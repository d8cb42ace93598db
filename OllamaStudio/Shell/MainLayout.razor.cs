using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Shell.Palette;
using OllamaStudio.Traces;

namespace OllamaStudio.Shell;

/// <summary>The window: rail, page, live spans, status bar; and the shortcuts that work everywhere.</summary>
public partial class MainLayout
{
    private DotNetObjectReference<MainLayout>? _reference;
    private LiveSpanPanel? _spans;
    private ModalDialog _palette = null!;
    private ModalDialog _help = null!;
    private IDisposable? _watch;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required ISpanFeed Feed { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required OllamaServers Servers { get; set; }

    /// <summary>The page.</summary>
    [Parameter]
    public RenderFragment? Body { get; set; }

    /// <summary>The traces pages show spans themselves; a second view of them beside would only take their room. Settings, the dashboard, the models and the pipeline need theirs.</summary>
    private bool ShowsSpans => Navigation.ToBaseRelativePath(Navigation.Uri) is var path
        && !path.StartsWith("traces", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("models", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("settings", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWith("dashboard", StringComparison.OrdinalIgnoreCase)
        && (!path.StartsWith("telemetry", StringComparison.OrdinalIgnoreCase) || path.StartsWith("telemetry/logs", StringComparison.OrdinalIgnoreCase));

    /// <summary>A shortcut was pressed; the names are those of studio.js.</summary>
    [JSInvokable]
    public void OnShortcut(string name) => Dispatch(async () =>
    {
        switch (name)
        {
            case "new-chat":
                var isOne = Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0].Length == 0;
                Navigation.NavigateTo("/");
                if (isOne)
                {
                    await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']"); // no page comes that would take the focus
                }

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
            case "compose":
                await _palette.CloseAsync();
                await _help.CloseAsync();
                await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']");
                break;
        }
    });

    /// <summary>The page came into sight, or went out of it.</summary>
    [JSInvokable]
    public void OnVisibility(bool isVisible) => Dispatch(() =>
    {
        Watch(isVisible);
        Ui.Show(isVisible);
    });

    protected override void OnInitialized()
    {
        Watch(isVisible: true);
        Ui.TraceRequested += OnTraceRequested;
        Ui.HelpRequested += OnHelpRequested;
        Navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _reference = DotNetObjectReference.Create(this);
            await Script.TryInvokeVoidAsync("studio.attach", _reference);
        }

        await Script.TryInvokeVoidAsync("studio.panes.sync");
    }

    private void Watch(bool isVisible)
    {
        _watch?.Dispose();
        _watch = isVisible ? Servers.Watch(ServerInterest.Page) : null;
    }

    private void OnTraceRequested(string traceId, string? conversationId) => Dispatch(async () =>
    {
        if (Feed.FindTrace(traceId) is null)
        {
            // Of an earlier run, or too long ago.
            Navigation.NavigateTo($"/traces/{traceId}" + (conversationId is null ? "" : $"?chat={conversationId}"));
            return;
        }

        await Script.TryInvokeVoidAsync("studio.panes.open", "spans");
        _spans?.FocusTrace(traceId);
        // Who asked for it goes on there.
        await Script.TryInvokeVoidAsync("studio.focus", "#live-tree");
    });

    private void OnHelpRequested() => Dispatch(_help.OpenAsync);

    // It closes first: what is done may move the focus, or open the next dialog.
    private async Task RunAsync(PaletteEntry entry)
    {
        await _palette.CloseAsync();
        await entry.Run();
    }

    // A dialog belongs to the page above which it was opened.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs args) => Dispatch(async () =>
    {
        var path = Navigation.ToBaseRelativePath(args.Location);
        if (!path.StartsWith("traces", StringComparison.OrdinalIgnoreCase))
        {
            Ui.LeaveTrace(null);
        }

        Ui.KeepFind(path.Split('?', '#')[0].Split('/') is ["chat", { } conversation] ? conversation : null);

        StateHasChanged();
        await _palette.CloseAsync();
        await _help.CloseAsync();
    });

    private async Task CloseSpansAsync() => await Script.TryInvokeVoidAsync("studio.panes.close", "spans");

    private async Task ComposeAsync()
    {
        GoToChat();
        await Script.TryInvokeVoidAsync("studio.focus", "[data-testid='composer']");
    }

    private void GoToChat()
    {
        var path = Navigation.ToBaseRelativePath(Navigation.Uri);
        if (path.Length > 0 && !path.StartsWith("chat", StringComparison.OrdinalIgnoreCase))
        {
            Navigation.NavigateTo("/");
        }
    }

    private async Task FocusMainAsync() => await Script.TryInvokeVoidAsync("studio.focus", "#main");

    protected override async ValueTask OnDisposeAsync()
    {
        Watch(isVisible: false);
        Ui.TraceRequested -= OnTraceRequested;
        Ui.HelpRequested -= OnHelpRequested;
        Navigation.LocationChanged -= OnLocationChanged;
        if (_reference is not null)
        {
            await Script.TryInvokeVoidAsync("studio.detach");
            _reference.Dispose();
        }
    }
}
