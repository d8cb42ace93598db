using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Components.Chat;

/// <summary>The model's thinking: open while it lasts, folded once the answer starts.</summary>
public partial class ThinkingBlock
{
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter]
    public bool IsRunning { get; set; }

    /// <summary>How long it took; null where unknown.</summary>
    [Parameter]
    public TimeSpan? Duration { get; set; }
}
