using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Spans;

/// <summary>
/// <see cref="ISpanFeed"/> in memory. When more spans than the bound are held, or more text in them, whole traces go, the
/// oldest first; what still happens in a trace that went while it was running is counted and not kept. A trace with more
/// spans than the bound on its own keeps its first span and its newest ones. The newest trace stays whatever it holds.
/// </summary>
public sealed class SpanFeed : ISpanFeed, IDisposable
{
    /// <summary>Most spans held, unless the constructor is told otherwise.</summary>
    public const int DefaultCapacity = 10_000;

    /// <summary>
    /// Most characters of attributes and events held: 128 MB. It bites only where whole messages are captured: each call repeats its history.
    /// </summary>
    public const long MaxTextLength = 64 * 1024 * 1024;

    // Ids of traces that were dropped while running, so that their late spans do not come back as a torso.
    // A trace beyond the newest 1,000 of them may do so; nothing worse.
    private const int MaxDroppedTraceIds = 1_000;

    private readonly Lock _lock = new();
    private readonly ChangeSignal _signal;
    private readonly Dictionary<string, TraceSpans> _byId = [];
    private readonly LinkedList<TraceSpans> _byArrival = [];
    private readonly HashSet<string> _droppedIds = [];
    private readonly Queue<string> _droppedIdsByAge = [];
    private readonly long _maxTextLength;
    private int _spanCount;
    private long _textLength;
    private long _droppedSpanCount;
    private long _version;
    private Snapshot _snapshot = new(0, []);

    /// <summary>Makes an empty feed.</summary>
    /// <param name="time">The clock that spaces the change signal.</param>
    /// <param name="capacity">Most spans held; at least 1.</param>
    public SpanFeed(TimeProvider time, int capacity = DefaultCapacity)
        : this(time, capacity, MaxTextLength)
    {
    }

    internal SpanFeed(TimeProvider time, int capacity, long maxTextLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Capacity = capacity;
        _maxTextLength = maxTextLength;
        _signal = new ChangeSignal(time);
    }

    /// <summary>Most spans held.</summary>
    public int Capacity { get; }

    /// <inheritdoc />
    public IReadOnlyList<TraceRecord> Traces
    {
        get
        {
            var snapshot = Volatile.Read(ref _snapshot);
            if (snapshot.Version == Version)
            {
                return snapshot.Traces;
            }

            long version;
            TraceRecord[] traces;
            lock (_lock)
            {
                version = _version;
                traces = new TraceRecord[_byArrival.Count];
                var next = traces.Length;
                foreach (var trace in _byArrival)
                {
                    traces[--next] = trace.ToRecord();
                }
            }

            // Already newest first but for traces that came back after Clear; the sort is stable.
            snapshot = new Snapshot(version, [.. traces.OrderByDescending(trace => trace.StartTime)]);
            Volatile.Write(ref _snapshot, snapshot);
            return snapshot.Traces;
        }
    }

    /// <inheritdoc />
    public int SpanCount => Volatile.Read(ref _spanCount);

    /// <inheritdoc />
    public long DroppedSpanCount => Volatile.Read(ref _droppedSpanCount);

    /// <inheritdoc />
    public long Version => Volatile.Read(ref _version);

    /// <inheritdoc />
    public TraceRecord? FindTrace(string traceId)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(traceId, out var trace) ? trace.ToRecord() : null;
        }
    }

    /// <summary>Subscriptions that have not ended.</summary>
    internal int SubscriptionCount => _signal.SubscriptionCount;

    /// <summary>Takes a span that started or ended. One that ended replaces its earlier record in place.</summary>
    public void Record(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        lock (_lock)
        {
            if (_droppedIds.Contains(span.TraceId))
            {
                // Its end was counted with its start.
                if (span.IsRunning)
                {
                    _droppedSpanCount++;
                    _version++;
                }
            }
            else if (!Keep(span))
            {
                return;
            }
            else
            {
                _version++;
            }
        }

        _signal.Raise();
    }

    /// <summary>It was decided whether a trace is exported: its spans of which that was open say so.</summary>
    internal void Decide(string traceId, bool isSampled)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(traceId, out var trace) || !trace.Decide(isSampled))
            {
                return;
            }

            _version++;
        }

        _signal.Raise();
    }

    /// <summary>Forgets all spans; those still running come back when they end.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _byId.Clear();
            _byArrival.Clear();
            _droppedIds.Clear();
            _droppedIdsByAge.Clear();
            _droppedSpanCount = 0;
            _spanCount = 0;
            _textLength = 0;
            _version++;
        }

        _signal.Raise();
    }

    /// <summary>Forgets the traces of a conversation; what of them still happens is not kept.</summary>
    /// <param name="sessionId">The conversation's id.</param>
    /// <param name="traceIds">Which of them; null for all.</param>
    public void Forget(string sessionId, IReadOnlySet<string>? traceIds = null)
    {
        lock (_lock)
        {
            TraceSpans[] traces = [.. _byArrival.Where(trace => traceIds?.Contains(trace.TraceId) is not false && trace.HasAttribute(TelemetryNames.Turn.SessionId, sessionId))];
            foreach (var trace in traces)
            {
                _byArrival.Remove(trace);
                Drop(trace);
            }

            _version++;
        }

        _signal.Raise();
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <summary>Ends all subscriptions.</summary>
    public void Dispose() => _signal.Dispose();

    /// <summary>False where the span had ended already: nothing changed.</summary>
    private bool Keep(SpanRecord span)
    {
        if (!_byId.TryGetValue(span.TraceId, out var trace))
        {
            trace = new TraceSpans(span.TraceId);
            _byId.Add(span.TraceId, trace);
            _byArrival.AddLast(trace);
        }

        var (count, textLength) = (trace.Count, trace.TextLength);
        if (!trace.Put(span))
        {
            return false;
        }

        _spanCount += trace.Count - count;
        _textLength += trace.TextLength - textLength;
        while ((_spanCount > Capacity || _textLength > _maxTextLength) && _byArrival.Count > 1)
        {
            DropOldestTrace();
        }

        if (_spanCount > Capacity)
        {
            _textLength -= trace.DropOldestBesidesFirst();
            _spanCount--;
            _droppedSpanCount++;
        }

        return true;
    }

    private void DropOldestTrace()
    {
        var oldest = _byArrival.First!.Value;
        _byArrival.RemoveFirst();
        _droppedSpanCount += oldest.Count;
        Drop(oldest);
    }

    private void Drop(TraceSpans trace)
    {
        _byId.Remove(trace.TraceId);
        _spanCount -= trace.Count;
        _textLength -= trace.TextLength;
        if (!trace.HasRunningSpan)
        {
            return;
        }

        if (_droppedIdsByAge.Count == MaxDroppedTraceIds)
        {
            _droppedIds.Remove(_droppedIdsByAge.Dequeue());
        }

        _droppedIds.Add(trace.TraceId);
        _droppedIdsByAge.Enqueue(trace.TraceId);
    }

    private sealed record Snapshot(long Version, IReadOnlyList<TraceRecord> Traces);
}
