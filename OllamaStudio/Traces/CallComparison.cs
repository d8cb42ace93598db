using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>What two model calls have beside each other.</summary>
public static class CallComparison
{
    /// <summary>Their figures, those that either has.</summary>
    public static IReadOnlyList<ComparedFigure> Figures(SpanRecord left, SpanRecord right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var (one, other) = (SpanFacts.Tokens(left), SpanFacts.Tokens(right));
        ComparedFigure[] all =
        [
            ComparedFigure.OfWords("Model", Model(left), Model(right)),
            ComparedFigure.OfWords("Ended", Ended(left), Ended(right)),
            ComparedFigure.OfTimes("Duration", left.Duration, right.Duration),
            ComparedFigure.OfTimes("First token", FirstToken(left), FirstToken(right)),
            ComparedFigure.OfCounts("Tokens in", one.Input, other.Input),
            ComparedFigure.OfCounts("Tokens cached", SpanFacts.CachedTokens(left), SpanFacts.CachedTokens(right)),
            ComparedFigure.OfCounts("Tokens out", one.Output, other.Output),
            ComparedFigure.OfNumbers("Tokens per second", SpanFacts.TokensPerSecond(left), SpanFacts.TokensPerSecond(right), CountText.RateNumber),
        ];
        return [.. all.Where(static figure => figure.Left is not null || figure.Right is not null)];
    }

    private static string? Model(SpanRecord span) => SpanFacts.Model(span) is { } model ? ModelNames.Display(model) : null;

    private static string Ended(SpanRecord span) => SpanFacts.IsStopped(span) ? "stopped" : SpanFacts.StatusWord(span.Status) + (span.Status is SpanStatus.Error && span.StatusDescription is { } why ? ": " + why : "");

    private static TimeSpan? FirstToken(SpanRecord span) => SpanFacts.Number(span[TelemetryNames.Llm.TimeToFirstChunk]) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
