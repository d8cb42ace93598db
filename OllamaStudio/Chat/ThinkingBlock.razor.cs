using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Chat;

/// <summary>The model's thinking: open while it lasts, folded once the answer starts. Of a long one the end is shown, more on demand.</summary>
public partial class ThinkingBlock
{
    /// <summary>Characters shown at first, and added by each "show earlier".</summary>
    public const int WindowStep = 50_000;

    private int _window = WindowStep;

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    [Parameter]
    public bool IsRunning { get; set; }

    /// <summary>Something is found in it: then it is all there, up to <see cref="FindScan.MostDrawn"/> characters from its end.</summary>
    [Parameter]
    public bool IsFound { get; set; }

    /// <summary>How likely its tokens were; null where nothing is known of them.</summary>
    [Parameter]
    public ReplyLogprobs? Logprobs { get; set; }

    /// <summary>How long it took; null where unknown.</summary>
    [Parameter]
    public TimeSpan? Duration { get; set; }

    // In steps of a whole window, so that the beginning does not slide away under who reads it.
    private int Hidden => TextCut.Boundary(Text, Math.Max(0, Text.Length - _window) / WindowStep * WindowStep);

    protected override void OnParametersSet()
    {
        if (IsFound)
        {
            _window = Math.Max(_window, FindScan.MostDrawn);
        }
    }

    private void ShowEarlier() => _window += WindowStep;
}
