using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Shared;

namespace OllamaStudio.Shell;

/// <summary>Goes round the themes: system, light, dark.</summary>
public partial class ThemeSwitch : IDisposable
{
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
            _theme = Themes.FromCookie(await Script.InvokeAsync<string?>("studio.theme"));
            StateHasChanged();
        }
    }

    private Task NextAsync() => SetAsync(Next);

    private void OnThemeRequested(string theme) => _ = InvokeAsync(() => SetAsync(theme));

    private async Task SetAsync(string theme)
    {
        _theme = theme;
        StateHasChanged();
        await Script.InvokeVoidAsync("studio.setTheme", theme);
    }

    public void Dispose()
    {
        Ui.ThemeRequested -= OnThemeRequested;
        GC.SuppressFinalize(this);
    }
}
