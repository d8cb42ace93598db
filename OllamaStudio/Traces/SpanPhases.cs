using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Traces;

/// <summary>Where the time of a model call or of a whole trace went, read from the spans' attributes.</summary>
public static class SpanPhases
{
    /// <summary>The phases of a model call that has ended; null where nothing is known, or it is none.</summary>
    public static WaitBreakdown? Of(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return SpanFacts.Category(span) is SpanCategory.Llm && !span.IsRunning ? WaitBreakdown.From(Stats(span)) : null;
    }

    /// <summary>The phases of all model calls, tools and waits for the person; null where nothing is known (yet).</summary>
    public static WaitBreakdown? Of(IEnumerable<SpanRecord> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var sum = new TurnStats();
        foreach (var span in spans.Where(static span => !span.IsRunning))
        {
            var next = SpanFacts.Category(span) switch
            {
                SpanCategory.Llm => Stats(span),
                SpanCategory.Tool => new TurnStats { ToolDuration = span.Duration },
                _ => new TurnStats { ApprovalDuration = Sum(SpanFacts.ApprovalWaits(span).Select(static wait => wait.Duration)) },
            };
            sum = new TurnStats
            {
                QueueDuration = Add(sum.QueueDuration, next.QueueDuration),
                LoadDuration = Add(sum.LoadDuration, next.LoadDuration),
                PromptEvalDuration = Add(sum.PromptEvalDuration, next.PromptEvalDuration),
                ThinkingDuration = Add(sum.ThinkingDuration, next.ThinkingDuration),
                EvalDuration = Add(sum.EvalDuration, next.EvalDuration),
                ToolDuration = Add(sum.ToolDuration, next.ToolDuration),
                ApprovalDuration = Add(sum.ApprovalDuration, next.ApprovalDuration),
            };
        }

        return WaitBreakdown.From(sum);
    }

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
