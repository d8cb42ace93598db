using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>A row of the flattened tree. The same object until its trace, the filter or what is collapsed changes.</summary>
public abstract class TreeRow
{
    private protected TreeRow(SpanTree tree) => Tree = tree;

    /// <summary>The trace the row belongs to.</summary>
    public SpanTree Tree { get; }

    /// <summary>Unique among the rows of a view, and stable over its changes.</summary>
    public abstract string Key { get; }

    /// <summary>Depth as <c>aria-level</c> counts it, from 1.</summary>
    public required int Level { get; init; }

    /// <summary>Whether rows lie below this one, shown or not.</summary>
    public required bool HasChildren { get; init; }

    /// <summary>Whether the rows below are shown.</summary>
    public required bool IsExpanded { get; init; }

    /// <summary>Place among the view's rows, from 0. Moves when rows come or go above.</summary>
    public int Index { get; internal set; }

    /// <summary>Where it begins, in heights of a row from the top.</summary>
    public int Top { get; internal set; }

    /// <summary>How high it is, in heights of a row.</summary>
    public virtual int Height => 1;
}

/// <summary>The row at the head of a trace.</summary>
public sealed class TraceRow(SpanTree tree) : TreeRow(tree)
{
    /// <inheritdoc/>
    public override string Key => Tree.Trace.TraceId;

    /// <inheritdoc/>
    public override int Height => 2;
}

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
