using System.Diagnostics;
using System.Globalization;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Export;

/// <summary>A trace that is not decided: its spans that ended, and how many local roots of it run. Guarded by the lock of who holds it.</summary>
/// <param name="traceId">Its id.</param>
/// <param name="callerSays">Whether the caller samples it; null where it began here.</param>
/// <param name="begun">When its first local root began, as the clock's timestamp.</param>
internal sealed class HeldTrace(ActivityTraceId traceId, bool? callerSays, long begun)
{
    private readonly List<Activity> _spans = [];

    /// <summary>Its id.</summary>
    public ActivityTraceId TraceId => traceId;

    /// <summary>Whether the caller samples it; null where it began here.</summary>
    public bool? CallerSays => callerSays;

    /// <summary>When its first local root began, as the clock's timestamp.</summary>
    public long Begun => begun;

    /// <summary>Its local roots that have not ended. Of several, which a caller may begin under one trace id, the last one's end counts.</summary>
    public int OpenRoots { get; set; } = 1;

    /// <summary>Its spans that ended.</summary>
    public IReadOnlyList<Activity> Spans => _spans;

    /// <summary>Bytes of those, by <see cref="SpanSize"/>.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the span has no parent in this process.</summary>
    public static bool IsLocalRoot(Activity span) => span.ParentSpanId == default || span.HasRemoteParent;

    /// <summary>Takes a span that ended.</summary>
    public void Add(Activity span, long bytes)
    {
        _spans.Add(span);
        Bytes += bytes;
    }

    /// <summary>What is known of it by now. All of it but a person's time can only grow, so that a rule that holds before the end holds at the end.</summary>
    /// <param name="elapsed">How long it has been running; where it ended, it says so itself.</param>
    public TraceFacts Look(TimeSpan elapsed)
    {
        var ended = _spans.Where(IsLocalRoot).MaxBy(static span => span.Duration);
        var root = ended ?? Top();
        return new TraceFacts(
            _spans.Exists(static span => span.Status is ActivityStatusCode.Error && !span.IsExpected()),
            OpenRoots == 0 && ended is not null ? Taken(ended) : elapsed,
            Model(root) ?? _spans.Select(Model).FirstOrDefault(static model => model is not null),
            root?.DisplayName,
            Sum(root, static span => Number(span.GetTagItem(TelemetryNames.Llm.CostTotal))),
            Sum(root, static span => (Number(span.GetTagItem(TelemetryNames.Llm.TokensInput)), Number(span.GetTagItem(TelemetryNames.Llm.TokensOutput))) switch
            {
                (null, null) => null,
                var (read, written) => (read ?? 0) + (written ?? 0),
            }));
    }

    // Without the person's own time.
    private static TimeSpan Taken(Activity root) => TimeSpan.FromMilliseconds(Math.Max(0, root.Duration.TotalMilliseconds - (Number(root.GetTagItem(TelemetryNames.Approval.Wait)) ?? 0)));

    private static string? Model(Activity? span) => (span?.GetTagItem(TelemetryNames.Llm.Model) ?? span?.GetTagItem(TelemetryNames.GenAi.RequestModel)) as string;

    private static double? Number(object? value) => value is IConvertible number and not string ? number.ToDouble(CultureInfo.InvariantCulture) : null;

    // The root, which may be still running.
    private Activity? Top()
    {
        var top = _spans.Count == 0 ? null : _spans[0];
        while (top?.Parent is { } above)
        {
            top = above;
        }

        return top;
    }

    // What the root says is of the whole; where it says nothing, the model calls are added up.
    private double? Sum(Activity? root, Func<Activity, double?> of)
    {
        if (root is not null && of(root) is { } whole)
        {
            return whole;
        }

        double? sum = null;
        foreach (var span in _spans)
        {
            if (span.GetTagItem(TelemetryNames.OpenInference.SpanKind) is TelemetryNames.Values.KindLlm && of(span) is { } part)
            {
                sum = (sum ?? 0) + part;
            }
        }

        return sum;
    }
}

/// <summary>What rules ask of a trace.</summary>
/// <param name="HasError">Whether a span has an error.</param>
/// <param name="Duration">How long its local root took, without the time that a person took to allow tools; of one that runs, how long it has been running by now.</param>
/// <param name="Model">The model asked; null where unknown.</param>
/// <param name="Name">The local root's name; null where unknown.</param>
/// <param name="Cost">What it cost, USD; null where unknown.</param>
/// <param name="Tokens">Tokens read and written; null where unknown.</param>
internal sealed record TraceFacts(bool HasError, TimeSpan Duration, string? Model, string? Name, double? Cost, double? Tokens);
