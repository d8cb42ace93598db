using System.Globalization;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// What a span counts for: a turn for how long it took, a model call for first token, speed, tokens and context, a tool for its success.
/// The tokens that a turn's own span sums up are its calls', and are not counted again.
/// </summary>
public static class SpanRollups
{
    /// <summary>Below so many tokens a rate means nothing.</summary>
    public const long FewestTokensForRate = 10;

    // Names of models and error types come from other programs too.
    private const int MaxNameLength = 200;

    /// <summary>The spans that count, each with what it counts for; of spans that come with their root, in any order.</summary>
    public static IEnumerable<(SpanRecord Span, RollupKey Key, Rollup Value)> Of(IReadOnlyList<SpanRecord> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var roots = spans.Where(static span => span[TelemetryNames.Turn.Source] is string).GroupBy(static span => span.TraceId, StringComparer.Ordinal)
            .ToDictionary(static trace => trace.Key, static trace => SpanOrigin.Of(trace.First()), StringComparer.Ordinal);
        foreach (var span in spans)
        {
            if (span.Duration is { } duration && span[TelemetryNames.GenAi.OperationName] is string { Length: > 0 } operation)
            {
                var origin = span.Origin ?? roots.GetValueOrDefault(span.TraceId) ?? SpanOrigin.Unknown;
                var key = new RollupKey(Name(operation), Name(SpanFacts.Model(span) ?? origin.Model), StatusOf(span), ErrorOf(span), Name(origin.Source), Name(span.Resource.ServiceName));
                yield return (span, key, ValueOf(span, operation, duration));
            }
        }
    }

    /// <summary>Whether it is a call of a model: neither a turn nor a tool's.</summary>
    internal static bool IsModelCall(string operation) => operation is not (TelemetryNames.Values.GenAiInvokeAgent or TelemetryNames.Values.GenAiExecuteTool);

    /// <summary>A whole number; null where the attribute is none, or below zero.</summary>
    internal static long? Integer(SpanRecord span, string name, string? otherName = null) => (span[name] ?? (otherName is null ? null : span[otherName])) switch
    {
        long and >= 0 and var number => (long)number,
        int and >= 0 and var number => (int)number,
        _ => null,
    };

    /// <summary>A number; null where the attribute is none, or below zero.</summary>
    internal static double? Number(SpanRecord span, string name) =>
        span[name] is double or float or int or long or decimal && Convert.ToDouble(span[name], CultureInfo.InvariantCulture) is >= 0 and var number && double.IsFinite(number) ? number : null;

    private static Rollup ValueOf(SpanRecord span, string operation, TimeSpan duration)
    {
        var value = new Rollup { Count = 1, Duration = One(duration.TotalMilliseconds) };
        if (operation is TelemetryNames.Values.GenAiExecuteTool)
        {
            (value.ToolCalls, value.ToolSuccesses) = span[TelemetryNames.Turn.ToolSuccess] is bool succeeded ? (1, succeeded ? 1 : 0) : (0, 0);
        }
        else if (IsModelCall(operation))
        {
            value.TokensIn = Integer(span, TelemetryNames.Llm.TokensInput, TelemetryNames.GenAi.UsageInputTokens);
            value.TokensOut = Integer(span, TelemetryNames.Llm.TokensOutput, TelemetryNames.GenAi.UsageOutputTokens);
            value.TokensCached = Integer(span, TelemetryNames.Llm.TokensCached, TelemetryNames.GenAi.UsageCacheReadInputTokens);
            value.TokensInWithCache = value.TokensCached is null ? null : value.TokensIn;
            value.Cost = Number(span, TelemetryNames.Llm.CostTotal);
            value.FirstToken = One(FirstTokenOf(span));
            value.Rate = value.TokensOut >= FewestTokensForRate && Number(span, TelemetryNames.Llm.EvalDuration) is > 0 and var writing ? One(value.TokensOut.Value / writing * 1000) : null;
            if (Number(span, TelemetryNames.Llm.ContextUtilization) is { } used)
            {
                (value.ContextCount, value.ContextSum, value.ContextMax) = (1, used, used);
            }
        }

        return value;
    }

    /// <summary>From sending to the first chunk, in milliseconds; null where it is unknown.</summary>
    internal static double? FirstTokenOf(SpanRecord span) =>
        Number(span, TelemetryNames.Llm.TimeToFirstChunk) ?? (Number(span, TelemetryNames.GenAi.ResponseTimeToFirstChunk) * 1000);

    private static string StatusOf(SpanRecord span) => span.Status switch
    {
        SpanStatus.Ok => SpanFacts.IsStopped(span) ? RollupStatus.Stopped : RollupStatus.Ok,
        SpanStatus.Error => RollupStatus.Error,
        _ => RollupStatus.Unset,
    };

    private static string ErrorOf(SpanRecord span) => span.Status is SpanStatus.Error ? Name(span[TelemetryNames.Error.Type] as string) : "";

    private static string Name(string? text) => TextCut.Start(text ?? "", MaxNameLength);

    private static Histogram? One(double? value)
    {
        if (value is null)
        {
            return null;
        }

        var histogram = new Histogram();
        histogram.Add(value.Value);
        return histogram;
    }
}

/// <summary>Values of <see cref="RollupKey.Status"/>.</summary>
public static class RollupStatus
{
    public const string Ok = "ok";
    public const string Error = "error";
    public const string Stopped = "stopped";
    public const string Unset = "unset";
}
