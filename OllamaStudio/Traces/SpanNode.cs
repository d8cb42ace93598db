using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>A span in its place in the tree of its trace.</summary>
/// <param name="Span">The span.</param>
/// <param name="Depth">0 for a span without a parent in the trace.</param>
/// <param name="Parent">Index of the parent in <see cref="SpanTree.Nodes"/>; -1 where there is none.</param>
/// <param name="End">Index after the last descendant in <see cref="SpanTree.Nodes"/>.</param>
public sealed record SpanNode(SpanRecord Span, int Depth, int Parent, int End);
