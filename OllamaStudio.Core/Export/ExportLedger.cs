using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Counts what became of every span that was to be sent, in all and trace by trace. Each count is one of its own, made where the thing happens,
/// and none is worked out of the others: kept + found = exported + refused + expired + waiting, and exported = stored + let go + what
/// <see cref="DeliveryProof"/> has, can be wrong. Safe to use from any thread.
/// </summary>
internal sealed class ExportLedger
{
    /// <summary>More traces than a person scrolls back through.</summary>
    public const int DefaultMaxTraces = 2000;

    private readonly IExportedSpans? _exported;
    private readonly int _maxTraces;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _traces = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private ExportCounts _counts;
    private bool _hasForgotten;

    /// <summary>Makes one that has counted nothing.</summary>
    /// <param name="exported">Learns which spans were sent; null for nobody.</param>
    /// <param name="maxTraces">Most traces remembered; the oldest are forgotten first (their spans stay in the totals).</param>
    public ExportLedger(IExportedSpans? exported = null, int maxTraces = DefaultMaxTraces)
    {
        (_exported, _maxTraces) = (exported, maxTraces);
        Guard = new CountGuard(() => Changed?.Invoke());
    }

    /// <summary>Raised after a change, outside the lock, on the thread that ended it: once for all that belongs together.</summary>
    public event Action? Changed;

    /// <summary>Whoever moves spans from one place to another, and counts that here, holds it from the first to the last of it.</summary>
    public CountGuard Guard { get; }

    /// <summary>The totals now.</summary>
    public ExportCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>What became of the trace of that id; see <see cref="TraceExportState"/>.</summary>
    public TraceExportState StateOf(string traceId)
    {
        lock (_gate)
        {
            return !_traces.TryGetValue(traceId, out var entry) ? TraceExportState.Unknown
                : entry.Lost > 0 ? TraceExportState.Failed
                : entry.Waiting > 0 ? TraceExportState.Waiting
                : TraceExportState.Exported;
        }
    }

    /// <summary>Whether it is sure that no span of that trace came here since start.</summary>
    public bool HasNone(string traceId)
    {
        lock (_gate)
        {
            return !_hasForgotten && !_traces.ContainsKey(traceId);
        }
    }

    /// <summary>A span ended and waits to be sent.</summary>
    public void Queued(Activity span)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = _counts with { Kept = _counts.Kept + 1, Waiting = _counts.Waiting + 1 };
            Track(span.TraceId.ToHexString()).Waiting++;
        }
    }

    /// <summary>A span ended and found no room to wait in.</summary>
    public void Dropped(Activity span)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = _counts with { Dropped = _counts.Dropped + 1 };
            Track(span.TraceId.ToHexString()).Lost++;
        }
    }

    /// <summary>Spans that waited were sent and answered for, or given up: those of a request, none of which was lost, are exported.</summary>
    /// <param name="spans">Trace id and span id of each.</param>
    /// <param name="rejected">How many of them were lost; which, the endpoint does not say.</param>
    /// <param name="isExpired">Whether those lost waited too long, or for want of room.</param>
    public void Settled(IReadOnlyList<(string TraceId, string SpanId)> spans, int rejected, bool isExpired = false)
    {
        using var change = Guard.Begin();
        if (rejected == 0)
        {
            _exported?.Add(spans);
        }

        Settled([.. spans.Select(static span => span.TraceId)], rejected, isExpired);
    }

    /// <summary>Spans wait that an earlier run left.</summary>
    public void Found(int spans) => Change(counts => counts with { Found = counts.Found + spans, Waiting = counts.Waiting + spans });

    /// <summary>Spans that were accepted were read back.</summary>
    public void Proved(int spans) => Change(counts => counts with { Stored = counts.Stored + spans });

    /// <summary>Spans that were accepted are not looked for, or not any more: it stays at that.</summary>
    public void LetGo(int spans) => Change(counts => counts with { LetGo = counts.LetGo + spans });

    /// <summary>Something changed that is not counted.</summary>
    public void Touch() => Guard.Begin().Dispose();

    /// <summary>Spans that were accepted are missing there, and wait again.</summary>
    /// <param name="spans">Trace id and span id of each.</param>
    public void Missing(IReadOnlyList<(string TraceId, string SpanId)> spans)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = _counts with { Exported = _counts.Exported - spans.Count, Waiting = _counts.Waiting + spans.Count };
            foreach (var (traceId, _) in spans)
            {
                if (_traces.TryGetValue(traceId, out var entry))
                {
                    entry.Waiting++;
                }
            }
        }
    }

    /// <summary>Spans that wait went out, and not for the first time.</summary>
    public void Resent(int spans) => Change(counts => counts with { Resent = counts.Resent + spans });

    /// <summary>Spans that waited were sent and answered for, or given up.</summary>
    /// <param name="traceIds">The trace id of each span.</param>
    /// <param name="rejected">
    /// How many of them were lost. Which ones the endpoint does not say: where it is not all or none, each trace counts as
    /// having lost some.
    /// </param>
    /// <param name="isExpired">Whether those lost waited too long, or for want of room.</param>
    public void Settled(IReadOnlyCollection<string> traceIds, int rejected, bool isExpired = false)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = _counts with
            {
                Waiting = _counts.Waiting - traceIds.Count,
                Exported = _counts.Exported + traceIds.Count - rejected,
                Accepted = _counts.Accepted + traceIds.Count - rejected,
                Refused = _counts.Refused + (isExpired ? 0 : rejected),
                Expired = _counts.Expired + (isExpired ? rejected : 0),
            };

            foreach (var traceId in traceIds)
            {
                if (_traces.TryGetValue(traceId, out var entry))
                {
                    // Forgotten and begun anew in between: its older spans were counted in the entry that is gone.
                    entry.Waiting = Math.Max(0, entry.Waiting - 1);
                    entry.Lost += rejected > 0 ? 1 : 0;
                }
            }
        }
    }

    /// <summary>Spans that waited are gone without a trace of which they were.</summary>
    public void Lost(int spans)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = _counts with { Waiting = _counts.Waiting - spans, Refused = _counts.Refused + spans };
            if (_counts.Waiting <= 0)
            {
                // Nothing waits any more, so whatever a trace still seems to wait for is among the lost.
                foreach (var entry in _traces.Values)
                {
                    entry.Lost += entry.Waiting;
                    entry.Waiting = 0;
                }
            }
        }
    }

    private void Change(Func<ExportCounts, ExportCounts> count)
    {
        using var change = Guard.Begin();
        lock (_gate)
        {
            _counts = count(_counts);
        }
    }

    private Entry Track(string traceId)
    {
        if (_traces.TryGetValue(traceId, out var entry))
        {
            return entry;
        }

        if (_order.Count >= _maxTraces)
        {
            _traces.Remove(_order.Dequeue());
            _hasForgotten = true;
        }

        _order.Enqueue(traceId);
        return _traces[traceId] = new Entry();
    }

    private sealed class Entry
    {
        public int Waiting;
        public int Lost;
    }
}

/// <summary>Totals since start, in spans.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ExportCounts
{
    /// <summary>Spans of this run that were taken to be sent.</summary>
    public long Kept { get; init; }

    /// <summary>Spans that an earlier run left.</summary>
    public long Found { get; init; }

    /// <summary>Spans that ended and found no room.</summary>
    public long Dropped { get; init; }

    /// <summary>Spans that are to be sent, for the first time or again.</summary>
    public long Waiting { get; init; }

    /// <summary>Spans that the endpoint accepted, without those that it turned out to have lost.</summary>
    public long Exported { get; init; }

    /// <summary>The same with those, each time anew: it never becomes less.</summary>
    public long Accepted { get; init; }

    /// <summary>Spans that the endpoint did not take, or lost for good, or that were given up.</summary>
    public long Refused { get; init; }

    /// <summary>Spans that waited too long or found no more room.</summary>
    public long Expired { get; init; }

    /// <summary>Spans that are lost.</summary>
    public long Failed => Refused + Expired;

    /// <summary>Spans sent once more.</summary>
    public long Resent { get; init; }

    /// <summary>Those of <see cref="Exported"/> that were read back.</summary>
    public long Stored { get; init; }

    /// <summary>Those of <see cref="Exported"/> that are not looked for, or not any more.</summary>
    public long LetGo { get; init; }
}
