using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>The row of a span.</summary>
public sealed class SpanRow(SpanTree tree, SpanNode node) : TreeRow(tree)
{
    /// <summary>The span and its place.</summary>
    public SpanNode Node { get; } = node;

    /// <summary>The span.</summary>
    public SpanRecord Span => Node.Span;

    /// <inheritdoc/>
    public override string Key => Span.SpanId;

    /// <summary>Whether the filter lets the span through; false where it is only shown as the way to one that is.</summary>
    public required bool IsMatch { get; init; }
}
