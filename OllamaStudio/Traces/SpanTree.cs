using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>The spans of one trace as a tree, computed once for each snapshot of the trace. Immutable.</summary>
public sealed class SpanTree
{
    // Snapshots are immutable and replaced as a whole, so a tree lives exactly as long as the snapshot it was made from.
    private static readonly ConditionalWeakTable<TraceRecord, SpanTree> Cache = new();

    private SpanTree(TraceRecord trace)
    {
        Trace = trace;
        Nodes = Arrange(trace.Spans);
        Summary = TraceSummary.Of(trace.Spans);
    }

    /// <summary>The snapshot this was made from.</summary>
    public TraceRecord Trace { get; }

    /// <summary>Depth first: each span before its children, children in order of start.</summary>
    public ImmutableArray<SpanNode> Nodes { get; }

    /// <summary>What a list says of the trace.</summary>
    public TraceSummary Summary { get; }

    /// <summary>The tree of that snapshot.</summary>
    public static SpanTree Of(TraceRecord trace) => Cache.GetValue(trace, static snapshot => new SpanTree(snapshot));

    /// <summary>The span of that id, or null where the trace does not hold it.</summary>
    public SpanRecord? Find(string spanId) => Trace.Spans.FirstOrDefault(span => span.SpanId == spanId);

    /// <summary>The spans that one lies below, outermost first.</summary>
    public IEnumerable<SpanRecord> Above(SpanRecord span)
    {
        var above = new Stack<SpanRecord>();
        for (var index = Nodes.FirstOrDefault(node => node.Span.SpanId == span.SpanId)?.Parent ?? -1; index >= 0; index = Nodes[index].Parent)
        {
            above.Push(Nodes[index].Span);
        }

        return above;
    }

    /// <summary>The trace's stretch of time as it stands at <paramref name="now"/>, which matters only while a span is running.</summary>
    public TraceTimeline Timeline(DateTimeOffset now) =>
        new(Trace.StartTime, Summary.Duration is null && now > Summary.LastTime ? now : Summary.LastTime);

    private static ImmutableArray<SpanNode> Arrange(ImmutableArray<SpanRecord> spans)
    {
        var held = new HashSet<string>(spans.Length, StringComparer.Ordinal);
        foreach (var span in spans)
        {
            held.Add(span.SpanId);
        }

        var children = spans.Where(HasParent).ToLookup(span => span.ParentSpanId!, StringComparer.Ordinal);
        var nodes = new List<SpanNode>(spans.Length);
        var placed = new HashSet<SpanRecord>(spans.Length, ReferenceEqualityComparer.Instance);
        var waiting = new Stack<(SpanRecord Span, int Depth, int Parent)>();

        // Spans that name each other as parents have no root; they come last, and are shown rather than lost.
        foreach (var start in spans.Where(span => !HasParent(span)).Concat(spans))
        {
            waiting.Push((start, 0, -1));
            while (waiting.TryPop(out var next))
            {
                if (placed.Add(next.Span))
                {
                    var index = nodes.Count;
                    nodes.Add(new SpanNode(next.Span, next.Depth, next.Parent, index + 1));
                    foreach (var child in children[next.Span.SpanId].Reverse())
                    {
                        waiting.Push((child, next.Depth + 1, index));
                    }
                }
            }
        }

        // Each node ends where its last descendant does, which is known from the back.
        for (var index = nodes.Count - 1; index > 0; index--)
        {
            if (nodes[index] is { Parent: >= 0 } node && nodes[node.Parent].End < node.End)
            {
                nodes[node.Parent] = nodes[node.Parent] with { End = node.End };
            }
        }

        return [.. nodes];

        bool HasParent(SpanRecord span) => span.ParentSpanId is { } parent && parent != span.SpanId && held.Contains(parent);
    }
}

/// <summary>A span in its place in the tree of its trace.</summary>
/// <param name="Span">The span.</param>
/// <param name="Depth">0 for a span without a parent in the trace.</param>
/// <param name="Parent">Index of the parent in <see cref="SpanTree.Nodes"/>; -1 where there is none.</param>
/// <param name="End">Index after the last descendant in <see cref="SpanTree.Nodes"/>.</param>
public sealed record SpanNode(SpanRecord Span, int Depth, int Parent, int End);
