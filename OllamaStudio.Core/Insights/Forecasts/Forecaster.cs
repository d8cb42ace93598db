using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// Forecasts how long replies wait for their first token, from the person's own past calls: those that are stored, and each new one as it
/// ends. Keeps the newest <see cref="CallsKept"/> calls of at most <see cref="ModelsKept"/> models in memory. Safe to use from any thread.
/// </summary>
public sealed class Forecaster(ICallsUnderWay calls, ITurnOrder order, ICallStore store, TokenRatios ratios, TimeProvider time) : ISpanObserver
{
    /// <summary>Calls of a model that are kept.</summary>
    public const int CallsKept = 200;

    /// <summary>Models whose calls are kept; beyond, those of the oldest use are read again when they are asked.</summary>
    public const int ModelsKept = 20;

    private readonly ConcurrentDictionary<string, History> _histories = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<CallUnderWay, Made> _made = [];

    /// <summary>
    /// The forecast for a reply that waits, with the call it is for. Null where nothing is known of such a call, where it waits for turns that
    /// nobody can forecast, where no call runs, and for a moment when a model's calls are first read. Does not block.
    /// </summary>
    public (CallUnderWay Call, WaitForecast Forecast)? Of(string replyId)
    {
        if (calls.CallOf(replyId) is not { FirstPieceAt: null, IsLoaded: { } isLoaded } call || ModelOf(call.Model) is not { } model)
        {
            return null;
        }

        if (!_made.TryGetValue(call, out var made))
        {
            if (model.Of(QuestionOf(call, isLoaded) with { Ahead = LastAhead(replyId) }) is not { } forecast)
            {
                return null;
            }

            made = _made.GetValue(call, _ => new Made(forecast));
        }

        return QueueOf(replyId, call, made, model) is var (waited, ahead, replies)
            ? (call, made.Forecast with { Queue = waited + ahead, Ahead = ahead, RepliesAhead = replies })
            : null;
    }

    /// <summary>What is known of a model's calls; null while they are being read.</summary>
    public ForecastModel? ModelOf(string model)
    {
        if (!_histories.TryGetValue(model, out var history))
        {
            history = Begin(model);
        }

        return history.Model;
    }

    /// <summary>How long 99 of 100 calls like this one took to their first token; null where too few are known.</summary>
    public TimeSpan? LongFirstTokenOf(CallUnderWay call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return call.IsLoaded is { } isLoaded ? ModelOf(call.Model)?.LongFirstToken(QuestionOf(call, isLoaded)) : null;
    }

    /// <summary>Forgets all calls, once the store has: it is read anew where it is asked next.</summary>
    internal void Forget()
    {
        _histories.Clear();
        _made.Clear();
    }

    /// <inheritdoc />
    public void Ended(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        foreach (var (_, key, _) in SpanRollups.Of([span]))
        {
            if (MeasuredCall.Of(span, key) is { Source: TelemetryNames.Values.SourceChat or TelemetryNames.Values.SourceGateway } call && _histories.TryGetValue(call.Model, out var history))
            {
                history.Add(call);
            }
        }
    }

    private ForecastQuestion QuestionOf(CallUnderWay call, bool isLoaded) =>
        new(call.SessionId, call.Digest, call.ServerVersion, isLoaded, Math.Max(1, ratios.Estimate(call.Model, call.Weight)), call.SentAt);

    // Counted from when it was sent.
    private (TimeSpan Waited, TimeSpan Ahead, int Replies)? QueueOf(string replyId, CallUnderWay call, Made made, ForecastModel model)
    {
        if (order.AheadOf(replyId) is not { } ahead)
        {
            return (made.Queued, TimeSpan.Zero, 0);
        }

        var before = calls.CallsAheadOf(replyId);
        if (model.OneAtATime is not { } oneAtATime || before.Count <= ahead.Others)
        {
            return null;
        }

        if (!oneAtATime)
        {
            return (TimeSpan.Zero, TimeSpan.Zero, 0);
        }

        var now = time.GetUtcNow();
        made.Queued = now - call.SentAt;
        TimeSpan? left = TimeSpan.Zero;
        var isBusy = before.Any(static other => other.FirstPieceAt is not null);
        foreach (var other in before.OrderBy(static other => other.SentAt))
        {
            left += other.FirstPieceAt is { } since ? model.WritingLeft(now - since) : model.WritingLeft(TimeSpan.Zero) + ReadingLeft(other, now, model, isBusy);
            isBusy = true;
        }

        return left is { } toCome ? (made.Queued, toCome, before.Count) : null;
    }

    // What one ahead that writes nothing yet still reads, which it does not before it is its turn. The load is in the forecast of the one that waits: both wait for the same.
    private TimeSpan ReadingLeft(CallUnderWay other, DateTimeOffset now, ForecastModel model, bool isBusy)
    {
        var reading = model.Of(QuestionOf(other, isLoaded: true))?.Reading ?? TimeSpan.Zero;
        var read = !isBusy && other.IsLoaded is true ? now - other.SentAt : TimeSpan.Zero;
        return reading > read ? reading - read : TimeSpan.Zero;
    }

    // The one right before it, as far as it is known: by then the server has that one's prompt in its cache.
    private MeasuredCall? LastAhead(string replyId) => calls.CallsAheadOf(replyId).MaxBy(static other => other.SentAt) is { } last
        ? new MeasuredCall
        {
            TraceId = "", SpanId = "", Source = "", StartTime = last.SentAt, Model = last.Model, Setup = new ModelSetup(last.ServerVersion, last.Digest, null, ""),
            Duration = TimeSpan.Zero, Session = last.SessionId, TokensIn = ratios.Estimate(last.Model, last.Weight),
        }
        : null;

    private History Begin(string model)
    {
        if (_histories.Count >= ModelsKept && _histories.MinBy(static known => known.Value.BegunAt) is { Key: { } oldest })
        {
            _histories.TryRemove(oldest, out _);
        }

        var made = new History(time.GetTimestamp());
        var history = _histories.GetOrAdd(model, made);
        if (ReferenceEquals(history, made))
        {
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(() => Read(model, history));
            }
        }

        return history;
    }

    private void Read(string model, History history)
    {
        IReadOnlyList<MeasuredCall> stored = [];
        try
        {
            stored = store.Newest(model, CallsKept);
        }
        finally
        {
            history.Seed(stored);
        }
    }

    // The forecast as it was made, and how long the call has waited for others.
    private sealed class Made(WaitForecast forecast)
    {
        public WaitForecast Forecast => forecast;

        public TimeSpan Queued { get; set; }
    }

    // What ended while the stored ones were read is in both, or in one.
    private sealed class History(long begunAt)
    {
        private readonly Lock _gate = new();
        private readonly SortedDictionary<(DateTimeOffset, string), MeasuredCall> _calls = [];
        private volatile ForecastModel? _model;
        private bool _isSeeded;

        public long BegunAt => begunAt;

        public ForecastModel? Model => _model;

        public void Seed(IEnumerable<MeasuredCall> stored)
        {
            lock (_gate)
            {
                _isSeeded = true;
                foreach (var call in stored)
                {
                    _calls.TryAdd((call.StartTime, call.SpanId), call);
                }

                Publish();
            }
        }

        public void Add(MeasuredCall call)
        {
            lock (_gate)
            {
                _calls[(call.StartTime, call.SpanId)] = call;
                if (_isSeeded)
                {
                    Publish();
                }
            }
        }

        private void Publish()
        {
            while (_calls.Count > CallsKept)
            {
                _calls.Remove(_calls.Keys.First());
            }

            _model = new ForecastModel(_calls.Values);
        }
    }
}
