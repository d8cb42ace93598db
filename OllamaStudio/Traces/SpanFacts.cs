using System.Globalization;
using OllamaStudio.Core.Live;

namespace OllamaStudio.Traces;

/// <summary>What a span's attributes say of it, read in one place.</summary>
public static class SpanFacts
{
    /// <summary>Below this many tokens a rate means nothing.</summary>
    private const long FewestTokensForRate = 10;

    /// <summary>What the span is about.</summary>
    public static SpanCategory Category(SpanRecord span) => span[TraceNames.SpanKind] switch
    {
        "AGENT" => SpanCategory.Agent,
        "CHAIN" => SpanCategory.Chain,
        "LLM" => SpanCategory.Llm,
        "TOOL" => SpanCategory.Tool,
        _ => SpanCategory.Other,
    };

    /// <summary>The span's own token counts.</summary>
    public static TokenCounts Tokens(SpanRecord span) =>
        new(Integer(span[TraceNames.TokensInput]), Integer(span[TraceNames.TokensOutput]));

    /// <summary>Tokens written per second of writing; null below 10 tokens or where Ollama did not tell the time.</summary>
    public static double? TokensPerSecond(SpanRecord span) =>
        Tokens(span).Output is { } tokens and >= FewestTokensForRate && Number(span[TraceNames.EvalDuration]) is { } milliseconds and > 0
            ? tokens / (milliseconds / 1000)
            : null;

    /// <summary>The model asked; null where the span names none.</summary>
    public static string? Model(SpanRecord span) => (span[TraceNames.Model] ?? span[TraceNames.RequestModel]) as string;

    /// <summary>The conversation's id; null where the span names none.</summary>
    public static string? SessionId(SpanRecord span) => span[TraceNames.SessionId] as string;

    /// <summary>Whether the span is of a sort that carries message content, and carries none: it was not captured.</summary>
    public static bool ContentIsMissing(SpanRecord span) =>
        Category(span) is SpanCategory.Agent or SpanCategory.Llm or SpanCategory.Tool && span[TraceNames.InputValue] is null;

    /// <summary>How long the span took, or has taken by <paramref name="now"/>. Never negative.</summary>
    public static TimeSpan Elapsed(SpanRecord span, DateTimeOffset now)
    {
        var elapsed = span.Duration ?? now - span.StartTime;
        return elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed;
    }

    /// <summary><see cref="Elapsed"/> in words; a running span's in steps of 100 ms.</summary>
    public static string DurationLabel(SpanRecord span, DateTimeOffset now) =>
        span.IsRunning ? DurationText.Running(Elapsed(span, now)) : DurationText.Of(Elapsed(span, now));

    /// <summary>The status as the page's attributes and words have it: <c>running</c>, <c>ok</c>, <c>error</c>, <c>unset</c>.</summary>
    public static string StatusWord(SpanStatus status) => status switch
    {
        SpanStatus.Running => "running",
        SpanStatus.Ok => "ok",
        SpanStatus.Error => "error",
        _ => "unset",
    };

    private static long? Integer(object? value) => value switch
    {
        long number => number,
        int number => number,
        _ => null,
    };

    private static double? Number(object? value) => value switch
    {
        double number => number,
        float or int or long or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
