using System.Diagnostics;
using System.Diagnostics.Metrics;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Metrics;

namespace OllamaStudio.Core.Telemetry.ModelCalls;

/// <summary>
/// What is counted of model calls, in the GenAI conventions' instruments and the studio's own. Labels are model, status,
/// error type and token type only, so that the number of series stays bounded.
/// </summary>
internal static class ModelCallMetrics
{
    // The conventions' advice: seconds, 0.01 · 2^n; tokens, 4^n.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 0.01 * (1 << n))] };
    private static readonly InstrumentAdvice<long> TokenCounts = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 1L << (2 * n))] };
    private static readonly InstrumentAdvice<double> Shares = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1] };

    private static readonly Histogram<double> OperationDuration =
        StudioDiagnostics.Meter.CreateHistogram(Names.OperationDuration, "s", "Duration of a model call.", tags: null, Seconds);

    private static readonly Histogram<double> TimeToFirstChunk =
        StudioDiagnostics.Meter.CreateHistogram(Names.OperationTimeToFirstChunk, "s", "Sending to the first chunk.", tags: null, Seconds);

    private static readonly Histogram<double> TimePerOutputChunk =
        StudioDiagnostics.Meter.CreateHistogram(Names.OperationTimePerOutputChunk, "s", "Between two chunks.", tags: null, Seconds);

    private static readonly Histogram<long> TokenUsage =
        StudioDiagnostics.Meter.CreateHistogram(Names.TokenUsage, "{token}", "Tokens of a model call.", tags: null, TokenCounts);

    private static readonly Histogram<double> RequestDuration =
        StudioDiagnostics.Meter.CreateHistogram(Names.RequestDuration, "s", "Duration of a model call.", tags: null, Seconds);

    private static readonly Histogram<double> ContextUtilization =
        StudioDiagnostics.Meter.CreateHistogram(Names.ContextUtilization, "1", "Share of the context window in use after a reply.", tags: null, Shares);

    private static readonly Counter<long> Requests = StudioDiagnostics.Meter.CreateCounter<long>(Names.Requests, "{request}", "Model calls.");
    private static readonly Counter<long> Failed = StudioDiagnostics.Meter.CreateCounter<long>(Names.RequestsFailed, "{request}", "Model calls that failed.");
    private static readonly Counter<long> Errors = StudioDiagnostics.Meter.CreateCounter<long>(Names.Errors, "{error}", "Errors by type.");
    private static readonly Counter<long> Tokens = StudioDiagnostics.Meter.CreateCounter<long>(Names.Tokens, "{token}", "Tokens by type.");
    private static readonly Counter<long> InputTokens = StudioDiagnostics.Meter.CreateCounter<long>(Names.TokensInput, "{token}", "Prompt tokens.");
    private static readonly Counter<long> OutputTokens = StudioDiagnostics.Meter.CreateCounter<long>(Names.TokensOutput, "{token}", "Generated tokens.");
    private static readonly UpDownCounter<long> QueueSize =
        StudioDiagnostics.Meter.CreateUpDownCounter<long>(Names.QueueSize, "{request}", "Model calls sent and not yet answered.");

    /// <summary>A call was sent.</summary>
    public static void Sent(string? model) => QueueSize.Add(1, Model(model));

    /// <summary>Its first chunk came, or it ended without one.</summary>
    public static void Answered(string? model) => QueueSize.Add(-1, Model(model));

    /// <summary>A chunk came.</summary>
    public static void Chunk(string? model, ReplyRecorder reply)
    {
        if (reply.TimeBetweenChunks is { } gap && TimePerOutputChunk.Enabled)
        {
            TimePerOutputChunk.Record(gap.TotalSeconds, GenAi(model));
        }
    }

    /// <summary>A call ended.</summary>
    public static void Ended(string? model, string status, string? errorType, ReplyRecorder reply, int? contextWindow)
    {
        var own = Model(model);
        Requests.Add(1, own, new(Names.StatusLabel, status));
        RequestDuration.Record(reply.Elapsed.TotalSeconds, own);
        var genAi = GenAi(model);
        if (reply.TimeToFirstChunk is { } first)
        {
            TimeToFirstChunk.Record(first.TotalSeconds, genAi);
        }

        RecordTokens(own, genAi, Names.TypeInput, reply.InputTokens, InputTokens);
        RecordTokens(own, genAi, Names.TypeOutput, reply.OutputTokens, OutputTokens);
        if (contextWindow is > 0 and var window && ResponseAttributes.Utilization(reply, window) is { } share)
        {
            ContextUtilization.Record(share, own);
        }

        if (errorType is not null)
        {
            Failed.Add(1, own);
            Errors.Add(1, own, new(Names.ErrorTypeLabel, errorType));
            genAi.Add(TelemetryNames.Error.Type, errorType);
        }

        OperationDuration.Record(reply.Elapsed.TotalSeconds, genAi);
    }

    private static void RecordTokens(KeyValuePair<string, object?> own, TagList genAi, string type, long? tokens, Counter<long> counter)
    {
        if (tokens is not { } count)
        {
            return;
        }

        counter.Add(count, own);
        Tokens.Add(count, own, new(Names.TypeLabel, type));
        genAi.Add(Names.TokenTypeLabel, type);
        TokenUsage.Record(count, genAi);
    }

    private static KeyValuePair<string, object?> Model(string? model) => new(Names.ModelLabel, model ?? "");

    private static TagList GenAi(string? model) => new()
    {
        { TelemetryNames.GenAi.OperationName, TelemetryNames.Values.GenAiChat },
        { TelemetryNames.GenAi.ProviderName, TelemetryNames.Values.Ollama },
        { TelemetryNames.GenAi.RequestModel, model },
    };
}
