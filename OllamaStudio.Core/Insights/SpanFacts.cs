using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Insights;

/// <summary>What a span's attributes say of it, read in one place.</summary>
public static class SpanFacts
{
    /// <summary>Below this many tokens a rate means nothing.</summary>
    private const long FewestTokensForRate = 10;

    /// <summary>Below this the person was not waited for: they had answered before, for the whole chat.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>What the span is about: what it says itself, or, where it has not said so yet, what its name tells.</summary>
    public static SpanCategory Category(SpanRecord span) => span[TelemetryNames.OpenInference.SpanKind] switch
    {
        TelemetryNames.Values.KindAgent => SpanCategory.Agent,
        TelemetryNames.Values.KindChain => SpanCategory.Chain,
        TelemetryNames.Values.KindLlm => SpanCategory.Llm,
        TelemetryNames.Values.KindTool => SpanCategory.Tool,
        null => CategoryOfName(span.Name) is var named and not SpanCategory.Other ? named : CategoryOfOperation(span),
        _ => SpanCategory.Other,
    };

    /// <summary>What a span of that name is called: a word for the studio's own, the tool's name, else the name itself.</summary>
    public static string Label(string name) => name switch
    {
        TelemetryNames.Spans.ChatInteraction => "Turn",
        TelemetryNames.Spans.GenerateResponse => "Iteration",
        TelemetryNames.Spans.ChatStreaming or TelemetryNames.Spans.ChatWithTools => "model call",
        TelemetryNames.Spans.Request => "request",
        TelemetryNames.Spans.ProcessStreamingResponse => "stream",
        TelemetryNames.Spans.LogInteraction => "save",
        TelemetryNames.Spans.VerifyConnection => "Connection check",
        _ when name.StartsWith(TelemetryNames.Spans.ExecuteToolPrefix, StringComparison.Ordinal) => name[TelemetryNames.Spans.ExecuteToolPrefix.Length..],
        _ => name,
    };

    /// <summary>Whether a span of that name stands below another one of the studio's, whatever happens: it is part of a turn, and no trace of its own.</summary>
    public static bool IsPartOfTurn(string name) => PartsOfTurn.Contains(name) || name.StartsWith(TelemetryNames.Spans.ExecuteToolPrefix, StringComparison.Ordinal);

    /// <summary>The names of <see cref="IsPartOfTurn"/> that are no tool's.</summary>
    internal static ImmutableArray<string> PartsOfTurn { get; } =
    [
        TelemetryNames.Spans.GenerateResponse, TelemetryNames.Spans.ChatStreaming, TelemetryNames.Spans.ChatWithTools, TelemetryNames.Spans.Request,
        TelemetryNames.Spans.ProcessStreamingResponse, TelemetryNames.Spans.LogInteraction,
    ];

    /// <summary>The span's own token counts.</summary>
    public static TokenCounts Tokens(SpanRecord span) =>
        new(
            Integer(span[TelemetryNames.Llm.TokensInput] ?? span[TelemetryNames.GenAi.UsageInputTokens]),
            Integer(span[TelemetryNames.Llm.TokensOutput] ?? span[TelemetryNames.GenAi.UsageOutputTokens]));

    /// <summary>Prompt tokens that the server still had from the call before; null where it did not tell.</summary>
    public static long? CachedTokens(SpanRecord span) => Integer(span[TelemetryNames.Llm.TokensCached] ?? span[TelemetryNames.GenAi.UsageCacheReadInputTokens]);

    /// <summary>Milliseconds of writing, as Ollama told them; null where it did not.</summary>
    public static double? WritingMilliseconds(SpanRecord span) => Number(span[TelemetryNames.Llm.EvalDuration]);

    /// <summary>Tokens written per second of writing; null below 10 tokens or where Ollama did not tell the time.</summary>
    public static double? TokensPerSecond(SpanRecord span) => TokensPerSecond([span]);

    /// <summary>The same of several spans together, each counted by what it took.</summary>
    public static double? TokensPerSecond(IEnumerable<SpanRecord> spans)
    {
        var (tokens, milliseconds) = (0L, 0.0);
        foreach (var span in spans)
        {
            if (Tokens(span).Output is { } written && WritingMilliseconds(span) is { } took)
            {
                (tokens, milliseconds) = (tokens + written, milliseconds + took);
            }
        }

        return tokens >= FewestTokensForRate && milliseconds > 0 ? tokens / (milliseconds / 1000) : null;
    }

    /// <summary>The first words of what was asked, on one line; null where they were not captured.</summary>
    public static string? Prompt(SpanRecord span) =>
        span[TelemetryNames.Turn.AgentTask] is string { Length: > 0 } task && !string.IsNullOrWhiteSpace(task) ? string.Join(' ', task.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) : null;

    /// <summary>The model asked; null where the span names none, or one that a connection check looked for and has not found: nobody asked it.</summary>
    public static string? Model(SpanRecord span) =>
        span.Name == TelemetryNames.Spans.VerifyConnection && span[TelemetryNames.Llm.ModelAvailable] is not true ? null : (span[TelemetryNames.Llm.Model] ?? span[TelemetryNames.GenAi.RequestModel]) as string;

    /// <summary>The conversation's id; null where the span names none.</summary>
    public static string? SessionId(SpanRecord span) => (span[TelemetryNames.Turn.SessionId] ?? span[TelemetryNames.GenAi.ConversationId]) as string;

    /// <summary>Whether the span is of a sort that carries message content, and carries none: it was not captured.</summary>
    public static bool ContentIsMissing(SpanRecord span) =>
        Category(span) is SpanCategory.Agent or SpanCategory.Llm or SpanCategory.Tool && span[TelemetryNames.OpenInference.InputValue] is null;

    /// <summary>How long the span took, or has taken by <paramref name="now"/>. Never negative.</summary>
    public static TimeSpan Elapsed(SpanRecord span, DateTimeOffset now)
    {
        var elapsed = span.Duration ?? now - span.StartTime;
        return elapsed < TimeSpan.Zero ? TimeSpan.Zero : elapsed;
    }

    /// <summary>Whether the person stopped it: no error, and no success either.</summary>
    public static bool IsStopped(SpanRecord span) =>
        span.Status is SpanStatus.Ok && span[TelemetryNames.Llm.FinishReason] is TelemetryNames.Values.Cancelled;

    /// <summary>Whether it is a tool call that the person did not allow.</summary>
    public static bool IsDenied(SpanRecord span) => span[TelemetryNames.Turn.ToolDenied] is true;

    /// <summary>The stretches in which the span waited for the person's word on a tool call, in order of their ends.</summary>
    public static IEnumerable<(DateTimeOffset Start, TimeSpan Duration)> ApprovalWaits(SpanRecord span) =>
        from happened in span.Events
        where happened.Name == TelemetryNames.Approval.Event
        let wait = TimeSpan.FromMilliseconds(Number(happened.Attributes.FirstOrDefault(attribute => attribute.Key == TelemetryNames.Approval.Wait).Value) ?? 0)
        where wait >= ShortestWait
        select (happened.Time - wait, wait);

    /// <summary>The status as the page's attributes and words have it: <c>running</c>, <c>ok</c>, <c>error</c>, <c>unset</c>.</summary>
    public static string StatusWord(SpanStatus status) => status switch
    {
        SpanStatus.Running => "running",
        SpanStatus.Ok => "ok",
        SpanStatus.Error => "error",
        _ => "unset",
    };

    /// <summary>Whether a span is exported, as the page's attributes and the store have it: <c>true</c>, <c>false</c>, <c>pending</c>.</summary>
    public static string SampledWord(bool? isSampled) => isSampled switch
    {
        true => "true",
        false => "false",
        null => "pending",
    };

    // A span that has only just started carries the attributes it was started with, which need not include its kind.
    private static SpanCategory CategoryOfName(string name) => name switch
    {
        TelemetryNames.Spans.ChatInteraction => SpanCategory.Agent,
        TelemetryNames.Spans.ChatStreaming or TelemetryNames.Spans.ChatWithTools => SpanCategory.Llm,
        TelemetryNames.Spans.GenerateResponse or TelemetryNames.Spans.Request or TelemetryNames.Spans.ProcessStreamingResponse
            or TelemetryNames.Spans.LogInteraction or TelemetryNames.Spans.VerifyConnection => SpanCategory.Chain,
        _ when name.StartsWith(TelemetryNames.Spans.ExecuteToolPrefix, StringComparison.Ordinal) => SpanCategory.Tool,
        _ => SpanCategory.Other,
    };

    // What other programs say of their spans, by the conventions for GenAI alone.
    private static SpanCategory CategoryOfOperation(SpanRecord span) => span[TelemetryNames.GenAi.OperationName] switch
    {
        TelemetryNames.Values.GenAiChat or TelemetryNames.Values.GenAiTextCompletion or TelemetryNames.Values.GenAiGenerateContent => SpanCategory.Llm,
        TelemetryNames.Values.GenAiInvokeAgent => SpanCategory.Agent,
        TelemetryNames.Values.GenAiExecuteTool => SpanCategory.Tool,
        _ => SpanCategory.Other,
    };

    private static long? Integer(object? value) => value switch
    {
        long number => number,
        int number => number,
        _ => null,
    };

    /// <summary>An attribute that is a number; null where it is none.</summary>
    public static double? Number(object? value) => value switch
    {
        double number => number,
        float or int or long or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => null,
    };
}
