using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>Spans as the studio makes them, for tests of what shows them.</summary>
internal static class SpanSamples
{
    public static readonly DateTimeOffset Start = ManualTime.Epoch;

    /// <summary>A span that ended well after 100 ms, the first of trace 1.</summary>
    public static SpanRecord Span(
        int id,
        int? parent = null,
        string name = "chat_interaction",
        int trace = 1,
        double startMs = 0,
        double? durationMs = 100,
        SpanStatus status = SpanStatus.Ok,
        bool sampled = true,
        string? description = null,
        SpanEventRecord[]? events = null,
        params (string Key, object? Value)[] attributes) => new()
        {
            TraceId = TraceId(trace),
            SpanId = SpanId(id),
            ParentSpanId = parent is { } above ? SpanId(above) : null,
            Name = name,
            StartTime = Start.AddMilliseconds(startMs),
            Duration = durationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Status = durationMs is null ? SpanStatus.Running : status,
            StatusDescription = description,
            Sampled = sampled,
            Attributes = [.. attributes.Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value))],
            Events = [.. events ?? []],
        };

    public static TraceRecord Trace(params SpanRecord[] spans) => new(spans[0].TraceId, [.. spans]);

    /// <summary>A whole turn of one second: 1 chat_interaction, 2 generate_response, 3 the model call, 4 and 5 its parts, 6 log_interaction.</summary>
    public static SpanRecord[] Turn(int trace = 1, double startMs = 0, string model = "demo-small", bool sampled = true)
    {
        var first = trace * 100;
        return
        [
            Span(first + 1, null, "chat_interaction", trace, startMs, 1000, sampled: sampled, attributes: [("openinference.span.kind", "AGENT"), ("input.value", "hi"), ("session.id", $"session-{trace}")]),
            Span(first + 2, first + 1, "generate_response", trace, startMs + 10, 900, sampled: sampled, attributes: [("openinference.span.kind", "CHAIN")]),
            Span(first + 3, first + 2, "ollama.chat_streaming", trace, startMs + 20, 880, sampled: sampled, attributes:
            [
                ("openinference.span.kind", "LLM"), ("llm.model", model), ("input.value", "hi"),
                ("llm.tokens_input", 1234L), ("llm.tokens_output", 356L), ("llm.eval_duration_ms", 8460.0),
            ]),
            Span(first + 4, first + 3, "ollama_request", trace, startMs + 30, 300, sampled: sampled, attributes: [("openinference.span.kind", "CHAIN")]),
            Span(first + 5, first + 3, "process_streaming_response", trace, startMs + 330, 570, sampled: sampled, attributes: [("openinference.span.kind", "CHAIN")]),
            Span(first + 6, first + 1, "log_interaction", trace, startMs + 920, 5, sampled: sampled, attributes: [("openinference.span.kind", "CHAIN")]),
        ];
    }

    public static string TraceId(int trace) => trace.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);

    public static string SpanId(int span) => span.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
