using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace OllamaStudio.Shared.Markdown;

/// <summary>The blocks of one part of a reply. A part that no longer grows is neither drawn nor compared again.</summary>
public sealed class MarkdownPart : ComponentBase
{
    private ImmutableArray<string> _rendered;

    /// <summary>Safe HTML, a string a block.</summary>
    [Parameter, EditorRequired]
    public required ImmutableArray<string> Blocks { get; set; }

    protected override bool ShouldRender() => _rendered != Blocks;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        _rendered = Blocks;
        foreach (var block in Blocks)
        {
            builder.AddMarkupContent(0, block);
        }
    }
}
