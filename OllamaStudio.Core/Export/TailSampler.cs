using System.Collections.Immutable;
using System.Diagnostics;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Holds traces until their local roots have ended, and then has all of their spans sent, or none. What is held is bounded by traces, bytes and
/// time: beyond a bound the oldest traces are decided at once, by what is known of them. Spans that come after the decision follow it, which of
/// the newest <see cref="MaxDecisions"/> traces is remembered; a span of one before those is sent. Holds nothing until rules are on.
/// </summary>
/// <param name="router">Takes the spans of a trace that is exported.</param>
/// <param name="time">The clock.</param>
/// <param name="headDecidesFirst">Whether what the head sampler leaves out stays out.</param>
internal sealed partial class TailSampler(SpanRouter router, TimeProvider time, bool headDecidesFirst) : ITailSampling, ISamplingDecisions, IDisposable
{
    /// <summary>Decisions remembered: some 8 MB.</summary>
    public const int MaxDecisions = 50_000;

    private readonly Lock _gate = new();
    private readonly HeldTraces _held = new();
    private readonly Dictionary<string, bool> _decided = new(StringComparer.Ordinal);
    private readonly Queue<string> _decidedByAge = new();
    private readonly SlowestTurns _slowest = new();
    private readonly ChangeSignal _signal = new(time);
    private readonly Dictionary<TailRule, long> _kept = [];
    private readonly Dictionary<HoldingBound, long> _early = [];
    private volatile TailPolicy? _policy; // null until rules were on for the first time
    private ITimer? _timer;
    private long _leftOut;
    private long _leftOutSpans;
    private bool _isClosed;

    /// <inheritdoc />
    public event Action<string, bool>? Decided;

    /// <inheritdoc />
    public TailSamplingStatus Current
    {
        get
        {
            lock (_gate)
            {
                return new TailSamplingStatus
                {
                    IsOn = IsOn,
                    HeadDecidesFirst = headDecidesFirst,
                    HeldTraces = _held.Count,
                    HeldSpans = _held.Spans,
                    HeldBytes = _held.Bytes,
                    Kept = _kept.ToImmutableSortedDictionary(),
                    LeftOut = _leftOut,
                    LeftOutSpans = _leftOutSpans,
                    Early = _early.ToImmutableSortedDictionary(),
                };
            }
        }
    }

    private bool IsOn => _policy is { IsOn: true } && !_isClosed;

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <inheritdoc />
    public bool? Of(Activity span) =>
        !span.Recorded || _policy is null ? span.Recorded : StateOf(span.TraceId.ToHexString()) switch
        {
            TraceExportState.Undecided => null,
            TraceExportState.LeftOut => false,
            _ => true,
        };

    /// <summary>Whether the trace of that id is undecided or left out; else unknown.</summary>
    public TraceExportState StateOf(string traceId)
    {
        if (_policy is null)
        {
            return TraceExportState.Unknown;
        }

        lock (_gate)
        {
            return _held.Find(traceId) is not null ? TraceExportState.Undecided
                : _decided.TryGetValue(traceId, out var isKept) && !isKept ? TraceExportState.LeftOut
                : TraceExportState.Unknown;
        }
    }

    /// <summary>Goes on by these settings. What is held is decided by the settings in force when its root ends.</summary>
    public void Use(TelemetrySettings settings)
    {
        var next = new TailPolicy(settings);
        if (_policy is null && !next.IsOn)
        {
            return;
        }

        router.Tail = this; // before anything is held
        Work(settled =>
        {
            _policy = next;
            KeepBounds(settled);
        });
    }

    /// <summary>A local root of the trace is about to begin. Where rules are on, the trace is held from now on.</summary>
    /// <param name="traceId">The trace.</param>
    /// <param name="headSays">Whether the head sampler, or the caller, samples it.</param>
    /// <param name="isRoot">Whether it begins here, and not with a caller.</param>
    /// <returns>Whether it is recorded.</returns>
    public bool Begin(ActivityTraceId traceId, bool headSays, bool isRoot) =>
        _policy is null || (headDecidesFirst && !headSays) ? headSays : Hold(traceId, headSays, isRoot);

    /// <summary>Takes a recorded span that ended: sends it, now or later, or leaves it out.</summary>
    public void End(Activity span)
    {
        var bytes = SpanSize.Of(span);
        var isSent = false;
        Work(settled =>
        {
            var id = span.TraceId.ToHexString();
            if (_held.Find(id) is not { } held)
            {
                isSent = !_decided.TryGetValue(id, out var isKept) || isKept;
                _leftOutSpans += isSent ? 0 : 1;
                return;
            }

            _held.Add(held, span, bytes);
            if (HeldTrace.IsLocalRoot(span) && --held.OpenRoots == 0)
            {
                Decide(held, null, settled);
            }

            KeepBounds(settled);
        });
        if (isSent)
        {
            router.Send(span);
        }
    }

    /// <summary>Decides at once what is held, and holds nothing any more.</summary>
    public void Close() => Work(settled =>
    {
        _isClosed = true;
        while (_held.Oldest is { } oldest)
        {
            Decide(oldest, HoldingBound.End, settled);
        }
    });

    /// <summary>Ends the subscriptions.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _timer?.Dispose();
        }

        _signal.Dispose();
    }

    private bool Hold(ActivityTraceId traceId, bool headSays, bool isRoot)
    {
        var isRecorded = true;
        Work(settled =>
        {
            var id = traceId.ToHexString();
            if (_held.Find(id) is { } held)
            {
                held.OpenRoots++;
            }
            else if (_decided.TryGetValue(id, out var isKept))
            {
                isRecorded = isKept;
            }
            else if (IsOn)
            {
                _held.Add(new HeldTrace(traceId, isRoot ? null : headSays, time.GetTimestamp()));
                KeepBounds(settled);
            }
            else
            {
                isRecorded = headSays;
            }
        });
        return isRecorded;
    }

    // Whoever is told of a decision, and the destinations, are not called within the lock.
    private void Work(Action<List<(HeldTrace Trace, bool IsKept)>> work)
    {
        using var change = router.Guard.Begin();
        List<(HeldTrace Trace, bool IsKept)> settled = [];
        lock (_gate)
        {
            work(settled);
        }

        foreach (var (trace, isKept) in settled)
        {
            Decided?.Invoke(trace.TraceId.ToHexString(), isKept);
            foreach (var span in isKept ? trace.Spans : [])
            {
                router.Send(span);
            }
        }

        _signal.Raise();
    }

    private void KeepBounds(List<(HeldTrace Trace, bool IsKept)> settled)
    {
        var rules = _policy!.Rules;
        while (_held.Oldest is { } oldest)
        {
            var left = TimeSpan.FromSeconds(rules.MaxSeconds) - time.GetElapsedTime(oldest.Begun);
            HoldingBound? bound = _held.Count > rules.MaxTraces ? HoldingBound.Count
                : _held.Bytes > rules.MaxMegabytes * 1_000_000L ? HoldingBound.Bytes
                : left <= TimeSpan.Zero ? HoldingBound.Time
                : null;
            if (bound is null)
            {
                WakeIn(left);
                return;
            }

            Decide(oldest, bound, settled);
        }
    }

    private void WakeIn(TimeSpan left)
    {
        if (_isClosed)
        {
            return;
        }

        _timer ??= time.CreateTimer(_ => Work(KeepBounds), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    private void Decide(HeldTrace trace, HoldingBound? bound, List<(HeldTrace Trace, bool IsKept)> settled)
    {
        var facts = trace.Look(time.GetElapsedTime(trace.Begun));
        var rule = _policy!.Decide(trace, facts, _slowest);
        if (bound is { } early)
        {
            _early[early] = _early.GetValueOrDefault(early) + 1;
        }
        else if (facts is { Model: { } model, HasError: false })
        {
            _slowest.Add(model, facts.Duration);
        }

        if (rule is { } keeps)
        {
            _kept[keeps] = _kept.GetValueOrDefault(keeps) + 1;
        }
        else
        {
            _leftOut++;
            _leftOutSpans += trace.Spans.Count;
        }

        _held.Remove(trace);
        Remember(trace.TraceId.ToHexString(), rule is not null);
        settled.Add((trace, rule is not null));
    }

    private void Remember(string traceId, bool isKept)
    {
        if (_decidedByAge.Count == MaxDecisions)
        {
            _decided.Remove(_decidedByAge.Dequeue());
        }

        _decided.Add(traceId, isKept);
        _decidedByAge.Enqueue(traceId);
    }
}
