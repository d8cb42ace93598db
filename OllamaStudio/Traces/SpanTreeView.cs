using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

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

    /// <summary>Height of all rows, in heights of a row.</summary>
    public int Height { get; private set; }

    /// <summary>Which spans are shown.</summary>
    public SpanFilter Filter { get; private set; } = SpanFilter.None;

    /// <summary>How many spans the filter lets through.</summary>
    public int MatchCount { get; private set; }

    /// <summary>How many spans there are.</summary>
    public int SpanCount { get; private set; }

    /// <summary>How many traces there are.</summary>
    public int TraceCount => _traces.Count;

    /// <summary>How many traces failed.</summary>
    public int FailedCount { get; private set; }

    /// <summary>Whether there are only checks of the connection, and no request of a person yet.</summary>
    public bool HasOnlyChecks => _traces.All(static trace => trace.Root.Name == TelemetryNames.Spans.VerifyConnection);

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
        if (row.HasChildren && row.IsExpanded != expanded && _parts.TryGetValue(row.Tree.Trace.TraceId, out var part))
        {
            Keep(part);
            if (expanded ? Collapsed(part).Remove(row.Key) : Collapsed(part).Add(row.Key))
            {
                part.Rows = null;
                Flatten();
            }
        }
    }

    /// <summary>The person is at that row: its trace stays as it is, open or folded, when newer ones come.</summary>
    public void Keep(TreeRow row)
    {
        if (_parts.TryGetValue(row.Tree.Trace.TraceId, out var part))
        {
            Keep(part);
        }
    }

    /// <summary>Index of the row that lies at that height, counted in heights of a row; the last one beyond the end.</summary>
    public int IndexAt(int top)
    {
        var (low, high) = (0, Rows.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = Rows[middle].Top <= top ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    /// <summary>Shows the rows of every trace, or only the rows of the traces themselves.</summary>
    public void SetAllExpanded(bool expanded)
    {
        foreach (var (traceId, part) in _parts)
        {
            part.IsKept = true;
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

    // From here on it is as the person has it, beginning with what they see.
    private static void Keep(Part part)
    {
        if (!part.IsKept)
        {
            part.IsKept = true;
            if (!part.IsOpen)
            {
                part.Collapsed.Add(part.Tree!.Trace.TraceId);
            }
        }
    }

    private bool IsExpanded(Part part, string traceId) =>
        !Filter.IsEmpty ? !part.CollapsedInFilter.Contains(traceId) : part.IsKept ? !part.Collapsed.Contains(traceId) : part.IsOpen;

    private HashSet<string> Collapsed(Part part) => Filter.IsEmpty ? part.Collapsed : part.CollapsedInFilter;

    private void Flatten()
    {
        var rows = new List<TreeRow>(Rows.Count);
        var kept = new Dictionary<string, Part>(_traces.Count, StringComparer.Ordinal);
        (MatchCount, SpanCount, FailedCount, IsRunning) = (0, 0, 0, false);
        for (var index = _traces.Count - 1; index >= 0; index--)
        {
            var trace = _traces[index];
            var part = _parts.TryGetValue(trace.TraceId, out var known) ? known : new Part();
            // Of those that nobody has touched only the newest lies open, and what still runs.
            var open = index == 0 || trace.IsRunning;
            if (part.IsOpen != open)
            {
                part.IsOpen = open;
                part.Rows = part.IsKept ? part.Rows : null;
            }

            if (part.Rows is null || !ReferenceEquals(part.Tree?.Trace, trace))
            {
                part.Tree = SpanTree.Of(trace);
                part.Rows = MakeRows(part);
            }

            kept.Add(trace.TraceId, part);
            rows.AddRange(part.Rows);
            MatchCount += part.Matches;
            SpanCount += trace.Spans.Length;
            FailedCount += part.Tree!.Summary.Status is SpanStatus.Error ? 1 : 0;
            IsRunning |= part.Tree.Summary.Status is SpanStatus.Running;
        }

        var top = 0;
        for (var index = 0; index < rows.Count; index++)
        {
            (rows[index].Index, rows[index].Top) = (index, top);
            top += rows[index].Height;
        }

        (_parts, Rows, Height) = (kept, rows, top);
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
            var expanded = IsExpanded(part, tree.Trace.TraceId);
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

        /// <summary>Whether it lies open while nobody has said otherwise.</summary>
        public bool IsOpen { get; set; }

        /// <summary>Whether a person opened or folded it, or was in it.</summary>
        public bool IsKept { get; set; }

        public HashSet<string> Collapsed { get; } = new(StringComparer.Ordinal);

        public HashSet<string> CollapsedInFilter { get; } = new(StringComparer.Ordinal);
    }
}
