using System.Globalization;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>What a model call's figures depend on beside the prompt. A figure compares with another only where these are the same.</summary>
/// <param name="Version">The server's version; null where unknown.</param>
/// <param name="Digest">What the model's name stands for; null where unknown.</param>
/// <param name="ContextWindow">Tokens of context; null where unknown.</param>
/// <param name="Options">Options that matter and were sent, in a fixed order, such as <c>think=false;temperature=0.7</c>; empty where none were.</param>
public sealed record ModelSetup(string? Version, string? Digest, long? ContextWindow, string Options)
{
    // Their names without the prefix are Ollama's own.
    private static readonly string[] s_options =
        [TelemetryNames.Llm.Think, TelemetryNames.Llm.Temperature, TelemetryNames.Llm.NumGpu, TelemetryNames.Llm.NumBatch, TelemetryNames.Llm.NumThread];

    /// <summary>Whether one of those parameters, by Ollama's names, is among its options.</summary>
    internal static bool HasOption(IEnumerable<string> parameters) => parameters.Any(static name => s_options.Contains(TelemetryNames.Llm.Prefix + name, StringComparer.Ordinal));

    /// <summary>What a model call's span says of it.</summary>
    public static ModelSetup Of(SpanRecord span)
    {
        ArgumentNullException.ThrowIfNull(span);
        var options = s_options.Select(name => (Name: name[TelemetryNames.Llm.Prefix.Length..], Value: span[name])).Where(static option => option.Value is not null)
            .Select(static option => string.Create(CultureInfo.InvariantCulture, $"{option.Name}={option.Value}"));
        return new ModelSetup(
            span[TelemetryNames.Llm.ServerVersion] as string, span[TelemetryNames.Llm.ModelDigest] as string,
            SpanRollups.Integer(span, TelemetryNames.Llm.ContextWindow), string.Join(';', options));
    }
}

/// <summary>One model call as figures alone, without any of its words.</summary>
public sealed record MeasuredCall
{
    /// <summary>Longer loading than this was loading: a model that is in memory takes a few hundredths of a second.</summary>
    public static readonly TimeSpan WarmLoad = TimeSpan.FromMilliseconds(500);

    /// <summary>Trace id, 32 lower-case hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>Span id, 16 lower-case hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>Start, UTC.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The model asked.</summary>
    public required string Model { get; init; }

    /// <summary>What the figures depend on.</summary>
    public required ModelSetup Setup { get; init; }

    /// <summary>Whether its context was set for its conversation alone: it is no change of the person's setup.</summary>
    public bool HasOwnContext { get; init; }

    /// <summary>The same of one of its options.</summary>
    public bool HasOwnOptions { get; init; }

    /// <summary>What began the trace, as <see cref="RollupKey.Source"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The conversation; null where there was none, or it was not asked for (<see cref="ICallStore.Newest"/>).</summary>
    public string? Session { get; init; }

    /// <summary>Wall clock.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Prompt tokens; null where unknown, as the others.</summary>
    public long? TokensIn { get; init; }

    /// <summary>Prompt tokens that the server still had.</summary>
    public long? TokensCached { get; init; }

    /// <summary>Tokens written.</summary>
    public long? TokensOut { get; init; }

    /// <summary>From sending to the first chunk.</summary>
    public TimeSpan? FirstToken { get; init; }

    /// <summary>Waiting for a free slot.</summary>
    public TimeSpan? Queue { get; init; }

    /// <summary>Loading the model.</summary>
    public TimeSpan? Load { get; init; }

    /// <summary>Reading the prompt.</summary>
    public TimeSpan? Reading { get; init; }

    /// <summary>Writing the reply, thinking included.</summary>
    public TimeSpan? Writing { get; init; }

    /// <summary>Whether the model was in memory; null where the server did not tell.</summary>
    public bool? IsWarm => Load is { } load ? load < WarmLoad : null;

    /// <summary>When it ended, UTC.</summary>
    public DateTimeOffset EndTime => StartTime + Duration;

    /// <summary>The call that a span was; null where it named no model or did not go well.</summary>
    public static MeasuredCall? Of(SpanRecord span, RollupKey key)
    {
        ArgumentNullException.ThrowIfNull(span);
        ArgumentNullException.ThrowIfNull(key);
        return SpanRollups.IsModelCall(key.Operation) && key is { Status: RollupStatus.Ok, Model.Length: > 0 } ? new MeasuredCall
        {
            TraceId = span.TraceId,
            SpanId = span.SpanId,
            StartTime = span.StartTime,
            Model = key.Model,
            Setup = ModelSetup.Of(span),
            HasOwnContext = span.Origin?.OwnParameters.Contains(OllamaRequestProperties.NumCtx, StringComparer.Ordinal) is true,
            HasOwnOptions = span.Origin is { } origin && ModelSetup.HasOption(origin.OwnParameters),
            Source = key.Source,
            Session = SpanFacts.SessionId(span),
            Duration = span.Duration ?? TimeSpan.Zero,
            TokensIn = SpanRollups.Integer(span, TelemetryNames.Llm.TokensInput, TelemetryNames.GenAi.UsageInputTokens),
            TokensCached = SpanRollups.Integer(span, TelemetryNames.Llm.TokensCached, TelemetryNames.GenAi.UsageCacheReadInputTokens),
            TokensOut = SpanRollups.Integer(span, TelemetryNames.Llm.TokensOutput, TelemetryNames.GenAi.UsageOutputTokens),
            FirstToken = Milliseconds(SpanRollups.FirstTokenOf(span)),
            Queue = Milliseconds(SpanRollups.Number(span, TelemetryNames.Llm.QueueDuration)),
            Load = Milliseconds(SpanRollups.Number(span, TelemetryNames.Llm.LoadDuration)),
            Reading = Milliseconds(SpanRollups.Number(span, TelemetryNames.Llm.PromptEvalDuration)),
            Writing = Milliseconds(SpanRollups.Number(span, TelemetryNames.Llm.EvalDuration)),
        } : null;
    }

    // Beyond a century a number is no duration.
    private static TimeSpan? Milliseconds(double? value) => value is <= 3.2e12 and var known ? TimeSpan.FromMilliseconds(known) : null;
}
