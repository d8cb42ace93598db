using CsCheck;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Support;

/// <summary>Spans of all sorts, from few values, so that they often have something in common.</summary>
internal static class SpanGen
{
    public static readonly DateTimeOffset Start = ManualTime.Epoch;

    private static readonly (string, object?)[] RootTokens = [("llm.tokens_input", 77), ("llm.tokens_output", 11L)];

    private static readonly Gen<(string, object?)[]> Attributes = Gen.OneOf<(string, object?)[]>(
        Gen.Const<(string, object?)[]>([]),
        Gen.Select(Gen.OneOf("qwen3:8b", "qwen3:14b", "demo-small:latest", "Llama3.1"), Gen.Int[0, 3000], Gen.Int[0, 40], Gen.Double[0, 900], Gen.Int[0, 5])
            .Select((model, read, written, took, cached) => new (string, object?)[]
            {
                ("openinference.span.kind", "LLM"), ("llm.model", model), ("llm.tokens_input", (long)read), ("llm.tokens_output", written), ("llm.eval_duration_ms", took),
                ("llm.tokens_cached", cached), ("llm.load_duration_ms", took / 3), ("llm.queue_duration_ms", took / 7), ("llm.finish_reason", cached > 3 ? "length" : "stop"),
            }),
        Gen.Select(Gen.OneOf("Why is the sky blue?", "Add \"these\" numbers", "Grüße an 東京 %_"), Gen.Bool, Gen.Int[1, 4])
            .Select((task, told, session) => new (string, object?)[]
            {
                ("openinference.span.kind", "AGENT"), ("agent.task", task), ("session.id", $"session-{session}"), RootTokens[0], (told ? RootTokens[1] : ("llm.streamed", true)), ("studio.source", session == 4 ? "lab" : "chat"),
            }),
        Gen.OneOf<(string, object?)[]>([("openinference.span.kind", "TOOL")], [("llm.finish_reason", "cancelled")]));

    /// <summary>A span of one of those traces, and one of that many ids; running ones only where asked for.</summary>
    public static Gen<SpanRecord> Span(int traces = 1, int ids = 8, bool running = false) =>
        Gen.Select(
            Gen.Select(Gen.Int[1, traces], Gen.Int[1, ids], Gen.Int[0, ids]),
            Gen.Select(Gen.OneOf("chat_interaction", "generate_response", "ollama.chat_streaming", "execute_tool add", "execute_tool Divide", "other"), Gen.Int[0, 50], Gen.Int[running ? -1 : 0, 40]),
            Gen.Select(Gen.OneOf(SpanStatus.Unset, SpanStatus.Ok, SpanStatus.Error), Gen.OneOf<string?>(null, "out of memory", "refused"), Gen.Bool),
            Attributes)
        .Select((who, what, how, attributes) => new SpanRecord
        {
            TraceId = TraceId(who.Item1),
            SpanId = SpanId(who.Item2),
            ParentSpanId = who.Item3 == 0 ? null : SpanId(who.Item3),
            Name = what.Item1,
            StartTime = Start.AddMilliseconds(what.Item2 * 1000),
            Duration = what.Item3 < 0 ? null : TimeSpan.FromMilliseconds(what.Item3 * 100),
            Status = what.Item3 < 0 ? SpanStatus.Running : how.Item1,
            StatusDescription = how.Item2,
            Sampled = how.Item3,
            Resource = how.Item3 ? Service : SpanResource.Unknown,
            Attributes = [.. attributes.Select(static attribute => KeyValuePair.Create(attribute.Item1, attribute.Item2))],
        });

    /// <summary>The same every time: a generator that is told its stream alone begins with the clock.</summary>
    public static T Pick<T>(this Gen<T> gen, uint seed) => gen.Generate(new PCG(seed, 1UL), null, out _);

    public static SpanResource Service { get; } = new([new("service.name", "ollama-client")]);

    // Ids that differ at their ends, in an order that is not that of their numbers.
    public static string TraceId(int trace) => (trace * 7 % 97).ToString("x2", System.Globalization.CultureInfo.InvariantCulture).PadLeft(32, 'a');

    public static string SpanId(int span) => span.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
