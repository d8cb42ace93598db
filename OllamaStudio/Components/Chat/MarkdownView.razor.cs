using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Markdown;

namespace OllamaStudio.Components.Chat;

/// <summary>Draws a model's Markdown. Redraws only when the text is another.</summary>
public partial class MarkdownView
{
    private ImmutableArray<string> _blocks = [];
    private string? _rendered;

    /// <summary>The text; untrusted.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    protected override void OnParametersSet()
    {
        if (_rendered != Text)
        {
            _rendered = Text;
            _blocks = MarkdownBlocks.Render(Text);
        }
    }
}
