using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights;

/// <summary>Spans of turns as they end, with what is counted of them.</summary>
internal static class CallSamples
{
    public static readonly SpanOrigin Chat = new("chat", "qwen3:8b");

    /// <summary>A model call of the turn with that number, which began so many seconds after the epoch.</summary>
    public static SpanRecord Call(
        int number, double atSeconds, string model = "qwen3:8b", double durationMs = 3_000, string? version = "0.33.3", string? digest = "aaa", int? context = 8192,
        string? think = null, int tokensIn = 1_000, int? cached = 400, int tokensOut = 200, double loadMs = 20, double readingMs = 400, string source = "chat", SpanStatus status = SpanStatus.Ok, double? cost = null) =>
        Span(
            (number * 10) + 3, (number * 10) + 1, "ollama.chat_streaming", number, atSeconds * 1000, durationMs, status, attributes: Known(
            [
                ("gen_ai.operation.name", "chat"), ("llm.model", model), ("llm.tokens_input", tokensIn), ("llm.tokens_output", tokensOut), ("llm.tokens_cached", cached),
                ("llm.load_duration_ms", loadMs), ("llm.prompt_eval_duration_ms", readingMs), ("llm.eval_duration_ms", durationMs - loadMs - readingMs - 10), ("llm.queue_duration_ms", 0.0),
                ("llm.time_to_first_chunk_ms", loadMs + readingMs), ("llm.context_window", context), ("llm.context_utilization", context is null ? null : (tokensIn + tokensOut) / (double)context),
                ("llm.server.version", version), ("llm.model.digest", digest), ("llm.think", think), ("llm.cost.total", cost), ("error.type", status is SpanStatus.Error ? "out_of_memory" : null),
            ])) with { Origin = new SpanOrigin(source, model) };

    /// <summary>The root of that turn.</summary>
    public static SpanRecord Root(int number, double atSeconds, string model = "qwen3:8b", double durationMs = 3_200, SpanStatus status = SpanStatus.Ok, string source = "chat", bool stopped = false) =>
        Span(
            (number * 10) + 1, null, "chat_interaction", number, atSeconds * 1000, durationMs, status, attributes: Known(
            [
                ("gen_ai.operation.name", "invoke_agent"), ("studio.source", source), ("llm.model", model), ("llm.tokens_input", 1_000), ("llm.tokens_output", 200),
                ("llm.finish_reason", stopped ? "cancelled" : "stop"), ("error.type", status is SpanStatus.Error ? "out_of_memory" : null),
            ]));

    /// <summary>A tool call of that turn; a denied one tells no success.</summary>
    public static SpanRecord Tool(int number, double atSeconds, bool? success = true) =>
        Span(
            (number * 10) + 5, (number * 10) + 1, "execute_tool add", number, atSeconds * 1000, 12, success is false ? SpanStatus.Error : SpanStatus.Ok,
            attributes: Known([("gen_ai.operation.name", "execute_tool"), ("gen_ai.tool.name", "add"), ("tool.success", success)])) with { Origin = Chat };

    /// <summary>When it is so many seconds after the epoch.</summary>
    public static DateTimeOffset At(double seconds) => ManualTime.Epoch.AddSeconds(seconds);


    private static (string, object?)[] Known((string Key, object? Value)[] attributes) => [.. attributes.Where(static attribute => attribute.Value is not null)];
}
