using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell;

/// <summary>Goes round the themes: system, light, dark.</summary>
public partial class ThemeSwitch
{
    private string? _chosen;
    private string _theme = Themes.System;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    private string IconName => _theme switch { Themes.Light => "sun", Themes.Dark => "moon", _ => "monitor" };

    private string Label => $"Theme: {_theme}. Switch to {Next}.";

    private string Next => _theme switch { Themes.System => Themes.Light, Themes.Light => Themes.Dark, _ => Themes.System };

    protected override void OnInitialized() => Ui.ThemeRequested += OnThemeRequested;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var kept = Themes.FromCookie(await Script.TryInvokeAsync<string?>("studio.theme"));
            _theme = _chosen ?? kept; // chosen while the page answered
            StateHasChanged();
        }
    }

    private Task NextAsync() => SetAsync(Next);

    private void OnThemeRequested(string theme) => Dispatch(() => SetAsync(theme));

    private async Task SetAsync(string theme)
    {
        _theme = _chosen = theme;
        StateHasChanged();
        await Script.TryInvokeVoidAsync("studio.setTheme", theme);
    }

    protected override void OnDispose() => Ui.ThemeRequested -= OnThemeRequested;
}
