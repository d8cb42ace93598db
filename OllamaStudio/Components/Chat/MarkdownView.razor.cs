using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Markdown;

namespace OllamaStudio.Components.Chat;

/// <summary>
/// Draws a model's Markdown. Redraws only when the text is another, and the longer the text, the more seldom while it still
/// grows: reading a megabyte anew thirty times a second would leave no time for anything else.
/// </summary>
public partial class MarkdownView
{
    /// <summary>Characters that are worth one second between two drawings: a tenth of it for 100,000.</summary>
    private const double CharactersPerSecond = 1_000_000;

    private ImmutableArray<string> _blocks = [];
    private string? _rendered;
    private long _renderedAt;

    /// <summary>The text; untrusted.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>Whether more of it is coming: the last piece, drawn with false, is never left out.</summary>
    [Parameter]
    public bool IsGrowing { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    protected override void OnParametersSet()
    {
        if (_rendered == Text || (IsGrowing && _rendered is not null && Time.GetElapsedTime(_renderedAt).TotalSeconds < Text.Length / CharactersPerSecond))
        {
            return;
        }

        _rendered = Text;
        _renderedAt = Time.GetTimestamp();
        _blocks = MarkdownBlocks.Render(Text);
    }
}
