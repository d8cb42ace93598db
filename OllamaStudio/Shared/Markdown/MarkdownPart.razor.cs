using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;

namespace OllamaStudio.Shared.Markdown;

/// <summary>The blocks of one part of a reply. A part that no longer grows is neither drawn nor compared again.</summary>
public partial class MarkdownPart
{
    private ImmutableArray<MarkdownBlock> _rendered;

    /// <summary>The blocks in order.</summary>
    [Parameter, EditorRequired]
    public required ImmutableArray<MarkdownBlock> Blocks { get; set; }

    protected override bool ShouldRender() => _rendered != Blocks;

    protected override void OnAfterRender(bool firstRender) => _rendered = Blocks;
}
