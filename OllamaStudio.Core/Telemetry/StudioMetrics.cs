using System.Diagnostics;
using System.Diagnostics.Metrics;
using OllamaStudio.Core.Telemetry.ModelCalls;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Metrics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Every instrument of the studio: the GenAI conventions' and its own. Labels are model, status, error type, token type and tool
/// only, so that the number of series stays bounded.
/// </summary>
internal static class StudioMetrics
{
    // The conventions' advice: seconds, 0.01 · 2^n; tokens, 4^n.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 0.01 * (1 << n))] };
    private static readonly InstrumentAdvice<long> TokenCounts = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 1L << (2 * n))] };
    private static readonly InstrumentAdvice<double> Shares = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1] };

    private static readonly InstrumentAdvice<long> Few = new() { HistogramBucketBoundaries = [1, 2, 3, 4, 5, 7, 10, 20] };

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

    private static readonly Histogram<long> AgentIterations =
        StudioDiagnostics.Meter.CreateHistogram(Names.AgentIterations, "{iteration}", "Iterations of the agent loop in a turn.", tags: null, Few);

    private static readonly Counter<long> Iterations =
        StudioDiagnostics.Meter.CreateCounter<long>(Names.ReasoningIterations, "{iteration}", "Iterations of the agent loop.");

    private static readonly Counter<long> CallsAskedFor =
        StudioDiagnostics.Meter.CreateCounter<long>(Names.ReasoningToolCalls, "{call}", "Tool calls that models asked for.");

    private static readonly Counter<long> ToolCalls = StudioDiagnostics.Meter.CreateCounter<long>(Names.ToolCalls, "{call}", "Tool calls that ended.");

    /// <summary>A turn ended.</summary>
    public static void TurnEnded(string model, int iterations, int toolCalls)
    {
        var label = Model(model);
        AgentIterations.Record(iterations, label);
        Iterations.Add(iterations, label);
        if (toolCalls > 0)
        {
            CallsAskedFor.Add(toolCalls, label);
        }
    }

    /// <summary>A tool call ended.</summary>
    /// <param name="tool">The tool's name; null for one that does not exist, counted under one name, for what models make up has no bound.</param>
    /// <param name="success">Whether it returned a result.</param>
    public static void ToolCallEnded(string? tool, bool success) => ToolCalls.Add(
        1, new KeyValuePair<string, object?>(Names.ToolLabel, tool ?? TelemetryNames.Values.UnknownTool), new KeyValuePair<string, object?>(Names.SuccessLabel, success ? "true" : "false"));

    /// <summary>A model call was sent.</summary>
    public static void CallSent(string? model) => QueueSize.Add(1, Model(model));

    /// <summary>Its first chunk came, or it ended without one.</summary>
    public static void CallAnswered(string? model) => QueueSize.Add(-1, Model(model));

    /// <summary>A chunk came.</summary>
    public static void ChunkReceived(string? model, ReplyRecorder reply)
    {
        if (reply.TimeBetweenChunks is { } gap && TimePerOutputChunk.Enabled)
        {
            TimePerOutputChunk.Record(gap.TotalSeconds, GenAi(model));
        }
    }

    /// <summary>A model call ended.</summary>
    public static void CallEnded(string? model, string status, string? errorType, ReplyRecorder reply, int? contextWindow)
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
