using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry.ModelCalls;
using Names = OllamaStudio.Core.Telemetry.TelemetryNames.Metrics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>
/// Every instrument of the studio: the GenAI conventions', in the names of both generations, and its own. Labels are model, operation, status,
/// error type, token type and tool only, of which models and tools are bounded, so that the number of series is.
/// </summary>
internal static class StudioMetrics
{
    // With the few values of the other labels that stays below the 2,000 series of an instrument at which the SDK begins to merge them.
    private const int MostModels = 200;
    private const int MostTools = 500;

    // Below so many tokens a rate means nothing.
    private const long FewestTokensForRate = 10;

    // The conventions' advice: seconds, 0.01 · 2^n; tokens, 4^n.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 0.01 * (1 << n))] };
    private static readonly InstrumentAdvice<long> TokenCounts = new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(n => 1L << (2 * n))] };
    private static readonly InstrumentAdvice<double> Shares = new() { HistogramBucketBoundaries = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1] };
    private static readonly InstrumentAdvice<double> Rates = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 500] };
    private static readonly InstrumentAdvice<long> Few = new() { HistogramBucketBoundaries = [0, 1, 2, 3, 4, 5, 6, 8, 10, 20] };

    private static readonly RenamedHistogram Duration = new(Names.InferenceDuration, Names.OperationDuration, "Duration of a model call.");
    private static readonly RenamedHistogram TimeToFirstChunk = new(Names.InferenceTimeToFirstChunk, Names.OperationTimeToFirstChunk, "Sending to the first chunk.");
    private static readonly RenamedHistogram TimePerOutputChunk = new(Names.InferenceTimePerOutputChunk, Names.OperationTimePerOutputChunk, "Between two chunks.");
    private static readonly Histogram<long> TokenUsage = StudioDiagnostics.Meter.CreateHistogram(Names.TokenUsage, "{token}", "Tokens of a model call.", tags: null, TokenCounts);
    private static readonly Counter<long> InferenceInputTokens = Counter(Names.InferenceInputTokens, "{token}", "Prompt tokens.");
    private static readonly Counter<long> InferenceOutputTokens = Counter(Names.InferenceOutputTokens, "{token}", "Generated tokens.");
    private static readonly Counter<long> InferenceCacheReadTokens = Counter(Names.InferenceCacheReadTokens, "{token}", "Prompt tokens that the server still had.");
    private static readonly Histogram<double> AgentDuration = SecondsOf(Names.InvokeAgentDuration, "Duration of a turn.");
    private static readonly Histogram<long> AgentInferenceCalls = FewOf(Names.InvokeAgentInferenceCalls, "{call}", "Model calls of a turn.");
    private static readonly Histogram<long> AgentToolCalls = FewOf(Names.InvokeAgentToolCalls, "{call}", "Tool calls of a turn.");
    private static readonly Histogram<double> ToolDuration = SecondsOf(Names.ExecuteToolDuration, "Duration of a tool call.");

    private static readonly Histogram<double> RequestDuration = SecondsOf(Names.RequestDuration, "Duration of a model call.");
    private static readonly Histogram<double> LoadDuration = SecondsOf(Names.LoadDuration, "Loading the model before it answered.");

    private static readonly Histogram<double> OutputTokensPerSecond =
        StudioDiagnostics.Meter.CreateHistogram(Names.OutputTokensPerSecond, unit: null, "Tokens that a model generated in a second.", tags: null, Rates);

    private static readonly Histogram<double> ContextUtilization =
        StudioDiagnostics.Meter.CreateHistogram(Names.ContextUtilization, "1", "Share of the context window in use after a reply.", tags: null, Shares);

    private static readonly Counter<long> Requests = Counter(Names.Requests, "{request}", "Model calls.");
    private static readonly Counter<long> Failed = Counter(Names.RequestsFailed, "{request}", "Model calls that failed.");
    private static readonly Counter<long> Errors = Counter(Names.Errors, "{error}", "Errors by type.");
    private static readonly Counter<long> Tokens = Counter(Names.Tokens, "{token}", "Tokens by type.");
    private static readonly Counter<long> InputTokens = Counter(Names.TokensInput, "{token}", "Prompt tokens.");
    private static readonly Counter<long> OutputTokens = Counter(Names.TokensOutput, "{token}", "Generated tokens.");
    private static readonly Counter<long> CacheReadTokens = Counter(Names.CacheReadTokens, "{token}", "Prompt tokens that the server still had.");
    private static readonly Counter<double> Cost = StudioDiagnostics.Meter.CreateCounter<double>(Names.Cost, "{USD}", "What model calls cost, in USD, where their model has a price.");

    private static readonly Histogram<long> AgentIterations =
        StudioDiagnostics.Meter.CreateHistogram(Names.AgentIterations, "{iteration}", "Iterations of the agent loop in a turn.", tags: null, Few);

    private static readonly Counter<long> Iterations = Counter(Names.ReasoningIterations, "{iteration}", "Iterations of the agent loop.");
    private static readonly Counter<long> CallsAskedFor = Counter(Names.ReasoningToolCalls, "{call}", "Tool calls that models asked for.");
    private static readonly Counter<long> ToolCalls = Counter(Names.ToolCalls, "{call}", "Tool calls that ended.");

    private static readonly LabelBound s_models = new(MostModels);
    private static readonly LabelBound s_tools = new(MostTools);
    private static readonly ConcurrentDictionary<string, double> s_costs = new(StringComparer.Ordinal); // bounded as its keys are
    private static readonly ConcurrentDictionary<string, StrongBox<long>> s_queued = new(StringComparer.Ordinal); // as well
    private static ImmutableArray<Func<IEnumerable<ModelInMemory>>> s_inMemory = [];

    static StudioMetrics()
    {
        StudioDiagnostics.Meter.CreateObservableGauge(
            Names.CostGauge, static () => s_costs.Select(static cost => new Measurement<double>(cost.Value, Label(Names.ModelLabel, cost.Key))), unit: null, "What model calls cost, in USD: the same number as a gauge.");

        // Asked for and not told: whoever begins to listen while calls are under way would be told of their ends alone.
        StudioDiagnostics.Meter.CreateObservableUpDownCounter(
            Names.QueueSize,
            static () => s_queued.Select(static queued => new Measurement<long>(Volatile.Read(ref queued.Value.Value), Label(Names.ModelLabel, queued.Key))),
            "{request}",
            "Model calls sent and not yet answered.");
        StudioDiagnostics.Meter.CreateObservableGauge(
            Names.ModelLoaded, static () => InMemory(static model => model.IsLoaded ? 1 : 0), unit: null, "Whether a model is in the server's memory.");
        StudioDiagnostics.Meter.CreateObservableGauge(
            Names.ModelVram, static () => InMemory(static model => model.VramBytes), "By", "Video memory that a model takes.");
    }

    /// <summary>Asks for the models of a server at every collection, until the result is disposed.</summary>
    public static IDisposable WatchModels(Func<IEnumerable<ModelInMemory>> ask)
    {
        ImmutableInterlocked.Update(ref s_inMemory, static (all, one) => all.Add(one), ask);
        return new Watch(() => ImmutableInterlocked.Update(ref s_inMemory, static (all, one) => all.Remove(one), ask));
    }

    /// <summary>A turn ended.</summary>
    public static void TurnEnded(string model, int iterations, int toolCalls, TimeSpan duration, string? errorType, MetricNaming naming)
    {
        var label = Model(model);
        AgentIterations.Record(iterations, label);
        Iterations.Add(iterations, label);
        if (toolCalls > 0)
        {
            CallsAskedFor.Add(toolCalls, label);
        }

        if (naming is not MetricNaming.Old)
        {
            var genAi = GenAi(TelemetryNames.Values.GenAiInvokeAgent, model);
            AgentInferenceCalls.Record(iterations, genAi);
            AgentToolCalls.Record(toolCalls, genAi);
            AgentDuration.Record(duration.TotalSeconds, WithError(genAi, errorType));
        }
    }

    /// <summary>A tool call ended.</summary>
    /// <param name="tool">The tool's name, redacted; null for one that does not exist, counted under one name, for what models make up has no bound.</param>
    /// <param name="success">Whether it returned a result.</param>
    /// <param name="duration">How long it ran; null where it did not.</param>
    /// <param name="errorType">What went wrong; null where nothing did, or the tool says only that something did.</param>
    /// <param name="naming">Which names of the conventions to use.</param>
    public static void ToolCallEnded(string? tool, bool success, TimeSpan? duration, string? errorType, MetricNaming naming)
    {
        var name = tool is null ? TelemetryNames.Values.UnknownTool : s_tools.Of(tool);
        ToolCalls.Add(1, Label(Names.ToolLabel, name), Label(Names.SuccessLabel, success ? "true" : "false"));
        if (duration is { } ran && naming is not MetricNaming.Old)
        {
            TagList labels = [Label(TelemetryNames.GenAi.OperationName, TelemetryNames.Values.GenAiExecuteTool), Label(TelemetryNames.GenAi.ToolName, name)];
            ToolDuration.Record(ran.TotalSeconds, WithError(labels, errorType ?? (success ? null : TelemetryNames.Values.OtherError)));
        }
    }

    /// <summary>A model call was sent.</summary>
    public static void CallSent(string? model) => Interlocked.Increment(ref Queued(model).Value);

    /// <summary>Its first chunk came, or it ended without one.</summary>
    public static void CallAnswered(string? model) => Interlocked.Decrement(ref Queued(model).Value);

    /// <summary>Whether somebody wants to know of the chunks.</summary>
    public static bool CountsChunks => TimePerOutputChunk.Enabled;

    /// <summary>Chunks came, each that long after the one before it.</summary>
    public static void ChunksReceived(string? model, ReadOnlySpan<TimeSpan> gaps, MetricNaming naming)
    {
        var labels = GenAi(TelemetryNames.Values.GenAiChat, model);
        foreach (var gap in gaps)
        {
            TimePerOutputChunk.Record(gap, labels, naming);
        }
    }

    /// <summary>A model call ended.</summary>
    public static void CallEnded(
        string? model, string status, string? errorType, ReplyRecorder reply, ContextUse? context, CallCost cost, MetricNaming naming)
    {
        var own = Model(model);
        Requests.Add(1, own, Label(Names.StatusLabel, status));
        RequestDuration.Record(reply.Elapsed.TotalSeconds, own);
        var genAi = GenAi(TelemetryNames.Values.GenAiChat, model);
        if (reply.TimeToFirstChunk is { } first)
        {
            TimeToFirstChunk.Record(first, genAi, naming);
        }

        RecordTokens(own, genAi, Names.TypeInput, reply.InputTokens, InputTokens, InferenceInputTokens, naming);
        RecordTokens(own, genAi, Names.TypeOutput, reply.OutputTokens, OutputTokens, InferenceOutputTokens, naming);
        RecordServer(own, genAi, reply, naming);
        if (context?.Utilization is { } share)
        {
            ContextUtilization.Record(share, own);
        }

        if (cost.Total is { } total)
        {
            Cost.Add(total, own);
            s_costs.AddOrUpdate((string)own.Value!, static (_, next) => next, static (_, sum, next) => sum + next, total);
        }

        if (errorType is not null)
        {
            Failed.Add(1, own);
            Errors.Add(1, own, Label(Names.ErrorTypeLabel, errorType));
        }

        Duration.Record(reply.Elapsed, WithError(genAi, errorType), naming);
    }

    private static void RecordTokens(
        KeyValuePair<string, object?> own, TagList genAi, string type, long? tokens, Counter<long> counter, Counter<long> inference, MetricNaming naming)
    {
        if (tokens is not { } count)
        {
            return;
        }

        counter.Add(count, own);
        Tokens.Add(count, own, Label(Names.TypeLabel, type));
        if (naming is not MetricNaming.Old)
        {
            inference.Add(count, genAi);
        }

        if (naming is not MetricNaming.New)
        {
            genAi.Add(Names.TokenTypeLabel, type);
            TokenUsage.Record(count, genAi);
        }
    }

    // What a server says of its own work, as far as it does.
    private static void RecordServer(KeyValuePair<string, object?> own, TagList genAi, ReplyRecorder reply, MetricNaming naming)
    {
        if (reply.LoadDuration is { } load)
        {
            LoadDuration.Record(load.TotalSeconds, own);
        }

        if (reply is { OutputTokens: >= FewestTokensForRate and var tokens, EvalDuration: { } writing } && writing > TimeSpan.Zero)
        {
            OutputTokensPerSecond.Record(tokens / writing.TotalSeconds, own);
        }

        if (reply.CachedTokens is { } cached)
        {
            CacheReadTokens.Add(cached, own);
            if (naming is not MetricNaming.Old)
            {
                InferenceCacheReadTokens.Add(cached, genAi);
            }
        }
    }

    private static IEnumerable<Measurement<long>> InMemory(Func<ModelInMemory, long> value) =>
        from ask in s_inMemory from model in ask() select new Measurement<long>(value(model), Model(model.Name));

    private static Counter<long> Counter(string name, string unit, string description) => StudioDiagnostics.Meter.CreateCounter<long>(name, unit, description);

    private static Histogram<double> SecondsOf(string name, string description) => StudioDiagnostics.Meter.CreateHistogram(name, "s", description, tags: null, Seconds);

    private static Histogram<long> FewOf(string name, string unit, string description) => StudioDiagnostics.Meter.CreateHistogram(name, unit, description, tags: null, Few);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static StrongBox<long> Queued(string? model) => s_queued.GetOrAdd(s_models.Of(model ?? ""), static _ => new StrongBox<long>());

    private static KeyValuePair<string, object?> Model(string? model) => Label(Names.ModelLabel, s_models.Of(model ?? ""));

    private static TagList GenAi(string operation, string? model) => new()
    {
        { TelemetryNames.GenAi.OperationName, operation },
        { TelemetryNames.GenAi.ProviderName, TelemetryNames.Values.Ollama },
        { TelemetryNames.GenAi.RequestModel, model is null ? null : s_models.Of(model) },
    };

    private static TagList WithError(TagList labels, string? errorType)
    {
        if (errorType is not null)
        {
            labels.Add(TelemetryNames.Error.Type, errorType);
        }

        return labels;
    }

    /// <summary>A histogram of seconds that has a new and an old name.</summary>
    private sealed class RenamedHistogram(string name, string oldName, string description)
    {
        private readonly Histogram<double> _now = SecondsOf(name, description);
        private readonly Histogram<double> _before = SecondsOf(oldName, description);

        public bool Enabled => _now.Enabled || _before.Enabled;

        public void Record(TimeSpan value, in TagList labels, MetricNaming naming)
        {
            if (naming is not MetricNaming.Old)
            {
                _now.Record(value.TotalSeconds, labels);
            }

            if (naming is not MetricNaming.New)
            {
                _before.Record(value.TotalSeconds, labels);
            }
        }
    }

    private sealed class Watch(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>A model of a server, as a gauge tells of it.</summary>
/// <param name="Name">Name with tag.</param>
/// <param name="IsLoaded">Whether it is in memory.</param>
/// <param name="VramBytes">Bytes of video memory that it takes.</param>
internal readonly record struct ModelInMemory(string Name, bool IsLoaded, long VramBytes);
