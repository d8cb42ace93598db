using Microsoft.AspNetCore.Components;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>A prompt being changed in its own place. Typing makes no round trip: the text comes with the key that sends it (composer.js).</summary>
public partial class PromptEdit
{
    private ElementReference _box;
    private string _text = "";
    private bool _isRefused;

    /// <summary>The prompt as it was.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Whether files go with it: then it may be blank.</summary>
    [Parameter]
    public bool HasFiles { get; set; }

    /// <summary>Sends the changed prompt; false where it was not taken, and stays here.</summary>
    [Parameter, EditorRequired]
    public required Func<string, Task<bool>> OnSend { get; set; }

    /// <summary>The prompt stays as it was.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnLeave { get; set; }

    protected override void OnInitialized() => _text = Text;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await _box.TryFocusAsync();
        }
    }

    private async Task SendAsync()
    {
        if (_text.Trim() is var text && (text.Length > 0 || HasFiles))
        {
            _isRefused = !await OnSend(text);
        }
    }
}
