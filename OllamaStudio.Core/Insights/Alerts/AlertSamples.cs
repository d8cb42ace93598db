using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// What alerts are judged by: a few numbers of each turn, model call and tool call that ended in the last hour, in memory. Neither the stored
/// sums nor the meter would do: those of a minute know durations to 4.5 % only and no iterations, and begin with the span and not with its end;
/// the meter's add up since the start and know no window. Percentiles of these are exact. After a restart they are read from the store.
/// At most <see cref="Most"/>; beyond that the oldest go, and the windows are shorter.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class AlertSamples(TimeProvider time) : ISpanObserver
{
    /// <summary>Most samples: 3 MB. A turn with three calls and three tools takes seven.</summary>
    public const int Most = 50_000;

    private static readonly TimeSpan s_age = TimeSpan.FromMinutes(AlertSettingDefinitions.MostMinutes);

    private readonly Lock _gate = new();
    private readonly Queue<AlertSample> _samples = new();

    /// <summary>Raised when one came, on the thread that ended the span.</summary>
    internal event Action? Added;

    /// <summary>Whether samples went because there were too many of them, and not because of their age.</summary>
    public bool IsCut { get; private set; }

    /// <inheritdoc />
    public void Ended(SpanRecord span)
    {
        if (AlertSample.Of(span) is { } sample)
        {
            Add(sample);
            Added?.Invoke();
        }
    }

    /// <summary>Takes one in that ended at any time.</summary>
    internal void Add(AlertSample sample)
    {
        lock (_gate)
        {
            Trim();
            if (_samples.Count == Most)
            {
                _samples.Dequeue();
                IsCut = true;
            }

            _samples.Enqueue(sample);
        }
    }

    /// <summary>Those of the last hour, in the order in which they came.</summary>
    internal ImmutableArray<AlertSample> Read()
    {
        lock (_gate)
        {
            Trim();
            IsCut &= _samples.Count > 0;
            return [.. _samples];
        }
    }

    /// <summary>Forgets all.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            _samples.Clear();
            IsCut = false;
        }
    }

    private void Trim()
    {
        var before = time.GetUtcNow() - s_age;
        while (_samples.TryPeek(out var oldest) && oldest.End < before)
        {
            _samples.Dequeue();
        }
    }
}

/// <summary>What one span says to the rules.</summary>
/// <param name="End">When it ended, UTC.</param>
/// <param name="Source">What began its trace: chat or gateway.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Seconds">How long it took, without the time that a person took to allow tools.</param>
/// <param name="Iterations">Of a turn; null where it does not say.</param>
/// <param name="Context">Of a model call: share of the context window in use after it, 0–1; null where it does not say.</param>
/// <param name="Cost">Of a model call: USD; null where it has no price.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AlertSample(
    DateTimeOffset End, string Source, AlertSampleKind Kind, AlertOutcome Outcome, double Seconds, double? Iterations = null, double? Context = null, double? Cost = null)
{
    private const int MostStored = 2_000;

    /// <summary>What counts as use of the models: an experiment of the lab does not.</summary>
    public static readonly ImmutableArray<string> Sources = [TelemetryNames.Values.SourceChat, TelemetryNames.Values.SourceGateway];

    /// <summary>Those of the last hour's stored traces, at most the newest 2,000; beyond that the windows begin shorter.</summary>
    public static IEnumerable<AlertSample> ReadStored(ITraceStore traces, DateTimeOffset now)
    {
        var selection = TraceSelection.Of(new TraceQuery { Range = TimeRange.Past(TimeSpan.FromMinutes(AlertSettingDefinitions.MostMinutes)) }, now, ImmutableDictionary<string, string>.Empty);
        var ids = traces.ReadKeys(selection, null, MostStored, static keys => keys.Take(MostStored).Select(static key => key.TraceId).ToList());
        foreach (var spans in Enumerable.Reverse(ids).Select(traces.FindSpans).Where(static spans => !spans.IsEmpty))
        {
            // A stored span does not say what its root does.
            var origin = SpanOrigin.Of(spans.FirstOrDefault(static span => span.ParentSpanId is null) ?? spans[0]);
            foreach (var sample in spans.Select(span => AlertSample.Of(span.Origin is null ? span with { Origin = origin } : span)).OfType<AlertSample>())
            {
                yield return sample;
            }
        }
    }

    /// <summary>What the span says; null where it says nothing that a rule asks for.</summary>
    public static AlertSample? Of(SpanRecord span)
    {
        if (span.Duration is not { } duration || span[TelemetryNames.GenAi.OperationName] is not string operation)
        {
            return null;
        }

        // A root of the studio that asks a model is a turn: that of a chat, or another program's call.
        var own = span[TelemetryNames.Turn.Source] as string;
        var isRoot = own is not null;
        if ((own ?? span.Origin?.Source) is not { } source || !Sources.Contains(source))
        {
            return null;
        }

        var outcome = span.Status is SpanStatus.Error ? AlertOutcome.Failed : SpanFacts.IsStopped(span) ? AlertOutcome.Stopped : AlertOutcome.Good;
        var waited = isRoot ? SpanRollups.Number(span, TelemetryNames.Approval.Wait) ?? 0 : 0;
        var sample = new AlertSample(span.StartTime + duration, source, AlertSampleKind.Turn, outcome, Math.Max(0, duration.TotalSeconds - (waited / 1000)));
        if (operation is TelemetryNames.Values.GenAiExecuteTool)
        {
            return span[TelemetryNames.Turn.ToolSuccess] is bool succeeded ? sample with { Kind = AlertSampleKind.Tool, Outcome = succeeded ? AlertOutcome.Good : AlertOutcome.Failed } : null;
        }

        var isCall = SpanRollups.IsModelCall(operation);
        return !isRoot && !isCall ? null : sample with
        {
            Kind = !isRoot ? AlertSampleKind.Call : isCall ? AlertSampleKind.TurnAndCall : AlertSampleKind.Turn,
            Iterations = isRoot ? SpanRollups.Number(span, TelemetryNames.Turn.AgentIterations) : null,
            Context = isCall ? SpanRollups.Number(span, TelemetryNames.Llm.ContextUtilization) : null,
            Cost = isCall ? SpanRollups.Number(span, TelemetryNames.Llm.CostTotal) : null,
        };
    }
}

/// <summary>What a sample is of.</summary>
[Flags]
internal enum AlertSampleKind
{
    Turn = 1,
    Call = 2,
    Tool = 4,

    /// <summary>Another program's call is both.</summary>
    TurnAndCall = Turn | Call,
}

/// <summary>How it ended.</summary>
internal enum AlertOutcome
{
    Good,
    Failed,

    /// <summary>By the person, which is no failure.</summary>
    Stopped,
}
