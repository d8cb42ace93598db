using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// Any number of traces out of <see cref="RecordedTurns"/>: other ids, times, models, sessions, words, durations and counts, the same
/// attributes in the same order. The same seed gives the same traces.
/// </summary>
/// <param name="turns">The recorded ones: of seven, three call a tool, which makes 6.7 spans a trace and a million of 150,000; every hundredth is the last of them, which failed.</param>
/// <param name="end">When the newest one began, UTC.</param>
/// <param name="span">The time over which they are spread.</param>
/// <param name="seed">Another one makes others.</param>
internal sealed class GeneratedTraces(IReadOnlyList<TraceRecord> turns, DateTimeOffset end, TimeSpan span, int seed = 11)
{
    private const int TurnsPerSession = 15;

    private static readonly string[] s_models = ["qwen3:8b", "llama3.1:8b", "gemma3:4b", "mistral-small:24b", "phi4:14b"];
    private static readonly SpanResource[] s_services = [.. new[] { "ollama-client", "ollama-client", "ollama-client", "gateway" }.Select(static name => new SpanResource([new(ResourceNames.ServiceName, name)]))];

    private static readonly string[] s_words =
    [
        "failing", "migration", "endpoint", "billing", "invoice", "retry", "queue", "parser", "index", "snapshot", "onboarding", "translate",
        "summary", "incident", "deploy", "release", "notes", "regular", "expression", "calendar", "offline", "cache", "token", "prompt", "model",
        "latency", "median", "telescope", "orchard", "violin", "harbour", "glacier", "lantern", "compass", "saffron", "meadow", "quartz",
    ];

    // What stands in several places of a trace and is the same there.
    private static readonly HashSet<string> s_texts =
    [
        TelemetryNames.Llm.LastMessagePreview, TelemetryNames.Llm.Prompt, TelemetryNames.OpenInference.InputValue, TelemetryNames.Turn.AgentTask,
    ];

    private static readonly HashSet<string> s_modelNames =
    [
        TelemetryNames.Llm.Model, TelemetryNames.GenAi.RequestModel, TelemetryNames.GenAi.ResponseModel, TelemetryNames.OpenInference.ModelName,
    ];

    private static readonly HashSet<string> s_sessions = [TelemetryNames.Turn.SessionId, TelemetryNames.GenAi.ConversationId];

    private readonly TraceRecord[] _mix = turns.Count == 1
        ? [.. turns]
        : [.. turns.SkipLast(1).SelectMany(static turn => Enumerable.Repeat(turn, TraceSummary.Of(turn.Spans).Tools.IsEmpty ? 2 : 3))];

    /// <summary>The first so many, the oldest first.</summary>
    public IEnumerable<TraceRecord> Take(int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var turn = i % 100 == 99 ? turns[^1] : _mix[i % _mix.Length];
            yield return Make(turn, i, end - span + (span * ((i + 1.0) / count)), random);
        }
    }

    private static TraceRecord Make(TraceRecord turn, int number, DateTimeOffset start, Random random)
    {
        var traceId = Hex(random, 16);
        var ids = turn.Spans.ToDictionary(static each => each.SpanId, _ => Hex(random, 8), StringComparer.Ordinal);
        var model = s_models[random.Next(s_models.Length)];
        var session = string.Create(CultureInfo.InvariantCulture, $"{number / TurnsPerSession:x32}");
        var prompt = string.Join(' ', Enumerable.Range(0, 8 + random.Next(12)).Select(_ => s_words[random.Next(s_words.Length)]));
        var stretch = Math.Exp(random.NextDouble() * 3); // 1 to 20 times as long
        var service = s_services[random.Next(s_services.Length)];
        return new TraceRecord(
            traceId,
            [
                .. turn.Spans.Select(each => each with
                {
                    TraceId = traceId,
                    SpanId = ids[each.SpanId],
                    ParentSpanId = each.ParentSpanId is null ? null : ids[each.ParentSpanId],
                    StartTime = start + ((each.StartTime - turn.StartTime) * stretch),
                    Duration = each.Duration * stretch,
                    Resource = service,
                    Attributes = [.. each.Attributes.Select(attribute => Change(attribute, model, session, prompt, stretch))],
                }),
            ]);
    }

    private static KeyValuePair<string, object?> Change(KeyValuePair<string, object?> attribute, string model, string session, string prompt, double stretch) =>
        new(attribute.Key, attribute.Value switch
        {
            string when s_modelNames.Contains(attribute.Key) => model,
            string when s_sessions.Contains(attribute.Key) => session,
            string when s_texts.Contains(attribute.Key) => prompt,
            double number when attribute.Key.EndsWith("_ms", StringComparison.Ordinal) => number * stretch,
            long number when number > 10 => (long)(number * stretch),
            var same => same,
        });

    private static string Hex(Random random, int bytes)
    {
        Span<byte> id = stackalloc byte[bytes];
        random.NextBytes(id);
        return Convert.ToHexStringLower(id);
    }
}
