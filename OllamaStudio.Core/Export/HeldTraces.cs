using System.Diagnostics;

namespace OllamaStudio.Core.Export;

/// <summary>The traces that are not decided, by id and by age. Guarded by the lock of who holds them, who keeps them within bounds.</summary>
internal sealed class HeldTraces
{
    private readonly Dictionary<string, LinkedListNode<HeldTrace>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<HeldTrace> _byAge = [];

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>Their spans that ended.</summary>
    public long Spans { get; private set; }

    /// <summary>Bytes of those, by <see cref="SpanSize"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>The one that began first; null where there is none.</summary>
    public HeldTrace? Oldest => _byAge.First?.Value;

    /// <summary>The one of that id, or null.</summary>
    public HeldTrace? Find(string traceId) => _byId.GetValueOrDefault(traceId)?.Value;

    /// <summary>Takes one that begins.</summary>
    public void Add(HeldTrace trace) => _byId.Add(trace.TraceId.ToHexString(), _byAge.AddLast(trace));

    /// <summary>Takes a span of one, which ended.</summary>
    public void Add(HeldTrace trace, Activity span, long bytes)
    {
        trace.Add(span, bytes);
        Bytes += bytes;
        Spans++;
    }

    /// <summary>Lets one go.</summary>
    public void Remove(HeldTrace trace)
    {
        if (_byId.Remove(trace.TraceId.ToHexString(), out var node))
        {
            _byAge.Remove(node);
            Bytes -= trace.Bytes;
            Spans -= trace.Spans.Count;
        }
    }
}
