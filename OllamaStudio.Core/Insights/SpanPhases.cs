using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>Where the time of a model call went, and what each span adds to that of its trace; read from the spans' attributes.</summary>
public static class SpanPhases
{
    /// <summary>The phases of a model call that has ended; null where nothing is known, or it is none.</summary>
    public static WaitBreakdown? Of(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return SpanFacts.Category(span) is SpanCategory.Llm && !span.IsRunning ? WaitBreakdown.From(Stats(span)) : null;
    }

    /// <summary>What a span that has ended adds to the phases of its trace.</summary>
    internal static TurnStats Parts(SpanRecord span) => SpanFacts.Category(span) switch
    {
        SpanCategory.Llm when Stats(span) is var stats => stats with
        {
            Duration = null,
            TimeToFirstChunk = null,
            EvalDuration = stats.EvalDuration ?? stats.Duration - stats.TimeToFirstChunk, // of one that was stopped nobody but the clock tells
        },
        SpanCategory.Tool => new TurnStats { ToolDuration = span.Duration },
        _ => new TurnStats { ApprovalDuration = Sum(SpanFacts.ApprovalWaits(span).Select(static wait => wait.Duration)) },
    };

    /// <summary>Phases of two parts of a trace together.</summary>
    internal static TurnStats Sum(TurnStats left, TurnStats right) => new()
    {
        QueueDuration = Add(left.QueueDuration, right.QueueDuration),
        LoadDuration = Add(left.LoadDuration, right.LoadDuration),
        PromptEvalDuration = Add(left.PromptEvalDuration, right.PromptEvalDuration),
        ThinkingDuration = Add(left.ThinkingDuration, right.ThinkingDuration),
        EvalDuration = Add(left.EvalDuration, right.EvalDuration),
        ToolDuration = Add(left.ToolDuration, right.ToolDuration),
        ApprovalDuration = Add(left.ApprovalDuration, right.ApprovalDuration),
    };

    private static TurnStats Stats(SpanRecord span)
    {
        var firstChunk = Time(span, TelemetryNames.Llm.TimeToFirstChunk);
        return new TurnStats
        {
            Duration = span.Duration,
            TimeToFirstChunk = firstChunk,
            QueueDuration = Time(span, TelemetryNames.Llm.QueueDuration),
            LoadDuration = Time(span, TelemetryNames.Llm.LoadDuration),
            PromptEvalDuration = Time(span, TelemetryNames.Llm.PromptEvalDuration),
            EvalDuration = Time(span, TelemetryNames.Llm.EvalDuration),
            // What came before the first word of the answer and after the first chunk was thought.
            ThinkingDuration = Time(span, TelemetryNames.Llm.TimeToFirstAnswer) - firstChunk,
        };
    }

    private static TimeSpan? Time(SpanRecord span, string attribute) =>
        SpanFacts.Number(span[attribute]) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static TimeSpan? Sum(IEnumerable<TimeSpan> times)
    {
        var sum = times.Aggregate(TimeSpan.Zero, static (all, next) => all + next);
        return sum > TimeSpan.Zero ? sum : null;
    }

    private static TimeSpan? Add(TimeSpan? left, TimeSpan? right) => left is null ? right : right is null ? left : left + right;
}
