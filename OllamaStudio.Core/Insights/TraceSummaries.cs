using System.Globalization;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>What one span adds to the summary of its trace.</summary>
internal static class TraceSummaries
{
    /// <summary>The summary of a trace that has this span alone.</summary>
    public static TraceSummary Of(SpanRecord span)
    {
        var category = SpanFacts.Category(span);
        var isCall = category is SpanCategory.Llm;
        var tokens = SpanFacts.Tokens(span);
        var (written, writing) = isCall && tokens.Output is { } output && SpanFacts.WritingMilliseconds(span) is { } took
            ? (output, TimeSpan.FromMilliseconds(took))
            : (0, TimeSpan.Zero);
        return new TraceSummary
        {
            TraceId = span.TraceId,
            Root = RootOf(span),
            StartTime = span.StartTime,
            LastTime = span.Duration is { Ticks: > 0 } length ? span.StartTime + length : span.StartTime,
            SpanCount = 1,
            RunningCount = span.IsRunning ? 1 : 0,
            ErrorCount = span.Status is SpanStatus.Error ? 1 : 0,
            EndedSpans = span.IsRunning ? 0 : Mixed(span.SpanId),
            FirstModel = ToldBy(span, SpanFacts.Model(span)),
            FirstSession = ToldBy(span, SpanFacts.SessionId(span)),
            FirstError = span.Status is SpanStatus.Error ? ToldBy(span, span.StatusDescription) : null,
            RootTokens = span.ParentSpanId is null ? tokens : default,
            CallTokens = isCall ? tokens : default,
            CachedTokens = isCall ? SpanFacts.CachedTokens(span) : null,
            WrittenTokens = written,
            WritingTime = writing,
            Phases = span.IsRunning ? new TurnStats() : SpanPhases.Parts(span),
            Tools = category is SpanCategory.Tool ? [SpanFacts.Label(span.Name)] : [],
        };
    }

    /// <summary><see cref="TraceSummary.EndedSpans"/> of spans that ended.</summary>
    public static long EndedSpans(IEnumerable<SpanRecord> spans)
    {
        long sum = 0;
        foreach (var span in spans)
        {
            unchecked
            {
                sum += Mixed(span.SpanId);
            }
        }

        return sum;
    }

    private static TraceRoot RootOf(SpanRecord span)
    {
        var root = Told(span);

        // That a part went well does not say that the whole did.
        return root is { StandsIn: true, Status: SpanStatus.Ok } ? root with { Status = SpanStatus.Unset, IsStopped = false } : root;
    }

    private static TraceRoot Told(SpanRecord span) => new()
    {
        SpanId = span.SpanId,
        HasParent = span.ParentSpanId is not null,
        StartTime = span.StartTime,
        Name = span.Name,
        Title = SpanFacts.Prompt(span) ?? SpanFacts.Label(span.Name),
        Status = span.Status,
        StatusDescription = span.StatusDescription,
        IsStopped = SpanFacts.IsStopped(span),
        Sampled = span.Sampled,
        Service = span.Resource.ServiceName,
        Source = span[TelemetryNames.Turn.Source] as string,
    };

    private static Told? ToldBy(SpanRecord span, string? text) => text is null ? null : new Told(span.StartTime, text);

    // The finalizer of SplitMix64: sums of such numbers differ where the sets differ, ids made one after the other included.
    private static long Mixed(string spanId)
    {
        unchecked
        {
            var mixed = ulong.TryParse(spanId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : 0;
            mixed += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (long)(mixed ^ (mixed >> 31));
        }
    }
}
