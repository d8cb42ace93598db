using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OllamaStudio.Components.Shared;

/// <summary>Copies a text to the clipboard and says so.</summary>
public partial class CopyButton
{
    private bool _copied;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>What is copied, for those who do not see it.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    private async Task CopyAsync()
    {
        _copied = await Script.InvokeAsync<bool>("studio.copy", Text);
        if (_copied)
        {
            StateHasChanged();
            await Task.Delay(TimeSpan.FromSeconds(1.5), Time);
            _copied = false;
        }
    }
}
