using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>
/// What a person cleared out of one view. The traces themselves stay, for their page and for other views; one that was still
/// running stays in sight, because it is what happens now. Holds no more ids than the feed has traces.
/// </summary>
public sealed class ClearedTraces
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private IReadOnlyList<TraceRecord>? _all;
    private IReadOnlyList<TraceRecord> _left = [];
    private long _droppedBefore;

    /// <summary>Clears all traces that have ended.</summary>
    public void Add(IReadOnlyList<TraceRecord> traces)
    {
        _ids.UnionWith(traces.Where(static trace => !trace.IsRunning).Select(static trace => trace.TraceId));
        _all = null;
    }

    /// <summary>Shows a trace again.</summary>
    /// <returns>Whether it had been cleared.</returns>
    public bool BringBack(string traceId)
    {
        _all = null;
        return _ids.Remove(traceId);
    }

    /// <summary>The traces that were not cleared; the same list while nothing changed.</summary>
    public IReadOnlyList<TraceRecord> Without(IReadOnlyList<TraceRecord> all)
    {
        if (!ReferenceEquals(all, _all))
        {
            _all = all;
            _ids.IntersectWith(all.Select(static trace => trace.TraceId));
            _left = _ids.Count == 0 ? all : [.. all.Where(trace => !_ids.Contains(trace.TraceId))];
        }

        return _left;
    }

    /// <summary>How many spans of those that would be shown the feed has dropped: those that go first are the ones that were cleared.</summary>
    /// <param name="dropped">How many it has dropped since start.</param>
    public long DroppedSince(long dropped)
    {
        _droppedBefore = _ids.Count > 0 ? dropped : _droppedBefore;
        return dropped - _droppedBefore;
    }
}
