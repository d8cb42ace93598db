using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>
/// Traces, a filter, and what a person has collapsed, flattened to rows: oldest trace first, each as a tree. Rows of a trace
/// are made again only when its snapshot, the filter or its collapsed rows change, so that 10,000 spans cost next to nothing
/// while one of them runs. Holds as much as the feed does. Not safe for several threads: one view belongs to one component.
/// </summary>
/// <param name="withTraceRows">Whether each trace has a row of its own above its spans.</param>
public sealed class SpanTreeView(bool withTraceRows)
{
    private Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private IReadOnlyList<TraceRecord> _traces = [];

    /// <summary>The rows to show, top to bottom. A new list after each change.</summary>
    public List<TreeRow> Rows { get; private set; } = [];

    /// <summary>Which spans are shown.</summary>
    public SpanFilter Filter { get; private set; } = SpanFilter.None;

    /// <summary>How many spans the filter lets through.</summary>
    public int MatchCount { get; private set; }

    /// <summary>How many spans there are.</summary>
    public int SpanCount { get; private set; }

    /// <summary>How many traces there are.</summary>
    public int TraceCount => _traces.Count;

    /// <summary>Whether any of the spans is still running.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Takes the traces to show, newest first as the feed has them.</summary>
    public void Show(IReadOnlyList<TraceRecord> newestFirst)
    {
        if (ReferenceEquals(_traces, newestFirst))
        {
            return;
        }

        _traces = newestFirst;
        Flatten();
    }

    /// <summary>Shows only what the filter lets through, and the way to it. What was collapsed comes back when the filter goes.</summary>
    public void Apply(SpanFilter filter)
    {
        if (Filter == filter)
        {
            return;
        }

        Filter = filter;
        foreach (var part in _parts.Values)
        {
            part.CollapsedInFilter.Clear();
            part.Rows = null;
        }

        Flatten();
    }

    /// <summary>Shows or hides the rows below <paramref name="row"/>.</summary>
    public void SetExpanded(TreeRow row, bool expanded)
    {
        if (row.HasChildren && _parts.TryGetValue(row.Tree.Trace.TraceId, out var part))
        {
            var collapsed = Collapsed(part);
            if (expanded ? collapsed.Remove(row.Key) : collapsed.Add(row.Key))
            {
                part.Rows = null;
                Flatten();
            }
        }
    }

    /// <summary>Shows the rows of every trace, or only the rows of the traces themselves.</summary>
    public void SetAllExpanded(bool expanded)
    {
        foreach (var (traceId, part) in _parts)
        {
            Collapsed(part).Clear();
            if (!expanded)
            {
                Collapsed(part).Add(traceId);
            }

            part.Rows = null;
        }

        Flatten();
    }

    /// <summary>Whether the trace is among those to show, whatever the filter says.</summary>
    public bool Holds(string traceId) => _parts.ContainsKey(traceId);

    /// <summary>The row of that key, or null where it is not shown.</summary>
    public TreeRow? Find(string? key) => key is null ? null : Rows.Find(row => row.Key == key);

    /// <summary>The row that <paramref name="row"/> lies below, or null at the top.</summary>
    public TreeRow? ParentOf(TreeRow row)
    {
        for (var index = row.Index - 1; index >= 0; index--)
        {
            if (Rows[index].Level < row.Level)
            {
                return Rows[index];
            }
        }

        return null;
    }

    private HashSet<string> Collapsed(Part part) => Filter.IsEmpty ? part.Collapsed : part.CollapsedInFilter;

    private void Flatten()
    {
        var rows = new List<TreeRow>(Rows.Count);
        var kept = new Dictionary<string, Part>(_traces.Count, StringComparer.Ordinal);
        (MatchCount, SpanCount, IsRunning) = (0, 0, false);
        for (var index = _traces.Count - 1; index >= 0; index--)
        {
            var trace = _traces[index];
            var part = _parts.TryGetValue(trace.TraceId, out var known) ? known : new Part();
            if (part.Rows is null || !ReferenceEquals(part.Tree?.Trace, trace))
            {
                part.Tree = SpanTree.Of(trace);
                part.Rows = MakeRows(part);
            }

            kept.Add(trace.TraceId, part);
            rows.AddRange(part.Rows);
            MatchCount += part.Matches;
            SpanCount += trace.Spans.Length;
            IsRunning |= part.Tree!.Summary.Status == SpanStatus.Running;
        }

        for (var index = 0; index < rows.Count; index++)
        {
            rows[index].Index = index;
        }

        (_parts, Rows) = (kept, rows);
    }

    private List<TreeRow> MakeRows(Part part)
    {
        var tree = part.Tree!;
        var matches = Match(tree, out var shown);
        part.Matches = matches.Count(match => match);
        var rows = new List<TreeRow>();
        if (part.Matches == 0)
        {
            return rows;
        }

        var collapsed = Collapsed(part);
        var topLevel = 1;
        if (withTraceRows)
        {
            var expanded = !collapsed.Contains(tree.Trace.TraceId);
            rows.Add(new TraceRow(tree) { Level = topLevel++, HasChildren = true, IsExpanded = expanded });
            if (!expanded)
            {
                return rows;
            }
        }

        for (var index = 0; index < tree.Nodes.Length;)
        {
            var node = tree.Nodes[index];
            if (!shown[index])
            {
                // None of its descendants is shown either, or it would be as the way to them.
                index = node.End;
                continue;
            }

            var expanded = !collapsed.Contains(node.Span.SpanId);
            rows.Add(new SpanRow(tree, node)
            {
                Level = topLevel + node.Depth,
                HasChildren = shown.AsSpan(index + 1, node.End - index - 1).Contains(true),
                IsExpanded = expanded,
                IsMatch = matches[index],
            });
            index = expanded ? index + 1 : node.End;
        }

        return rows;
    }

    /// <summary>Which nodes the filter lets through, and which are shown: those and their ancestors.</summary>
    private bool[] Match(SpanTree tree, out bool[] shown)
    {
        var matches = new bool[tree.Nodes.Length];
        if (Filter.IsEmpty)
        {
            Array.Fill(matches, true);
            shown = matches;
            return matches;
        }

        shown = new bool[matches.Length];
        for (var index = matches.Length - 1; index >= 0; index--)
        {
            var node = tree.Nodes[index];
            matches[index] = Filter.Matches(node.Span);
            shown[index] |= matches[index];
            if (shown[index] && node.Parent >= 0)
            {
                shown[node.Parent] = true;
            }
        }

        return matches;
    }

    /// <summary>What is kept of one trace.</summary>
    private sealed class Part
    {
        public SpanTree? Tree { get; set; }

        public List<TreeRow>? Rows { get; set; }

        public int Matches { get; set; }

        public HashSet<string> Collapsed { get; } = new(StringComparer.Ordinal);

        public HashSet<string> CollapsedInFilter { get; } = new(StringComparer.Ordinal);
    }
}
