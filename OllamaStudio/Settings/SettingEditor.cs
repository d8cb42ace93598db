using Microsoft.AspNetCore.Components;
using OllamaStudio.Shared;

namespace OllamaStudio.Settings;

/// <summary>Edits one setting on the page.</summary>
public abstract class SettingEditor : StudioComponent
{
    /// <summary>What is typed, and what is to be said of it.</summary>
    [Parameter, EditorRequired]
    public required FormField Field { get; set; }

    /// <summary>A saved value that cannot be used is to be forgotten.</summary>
    [Parameter]
    public EventCallback<string> OnForget { get; set; }
}
