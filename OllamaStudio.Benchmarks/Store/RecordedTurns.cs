using System.Collections.Immutable;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Simulator;

namespace OllamaStudio.Benchmarks.Store;

/// <summary>
/// The spans of real turns, at Preview and with the settings of a first start: asked of the simulator over HTTP, through all the
/// instrumentation. What is made of them in great number has their attributes and their size.
/// </summary>
internal static class RecordedTurns
{
    /// <summary>The kinds of turns: a plain one, one that thinks, one with a tool, one that fails.</summary>
    private static readonly ImmutableArray<(string Model, string Prompt, bool HasTools)> s_turns =
    [
        ("demo-small", "Why is the sky blue? Explain it in two paragraphs, and say what changes at sunset.", false),
        ("demo-thinking", "Which of these three plans is the cheapest over two years, and what does it leave out?", false),
        ("demo-tools", "What is (17 + 4) * 12?", true),
        ("demo-faults", "Please fail: error-mid-stream=5", false),
    ];

    /// <summary>Runs each once.</summary>
    public static async Task<IReadOnlyList<TraceRecord>> RecordAsync()
    {
        await using var server = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 2_000, LoadDelay = TimeSpan.FromMilliseconds(5) });
        using var feed = new SpanFeed(TimeProvider.System);
        using var listener = new SpanListener(feed);
        using var client = new OllamaClient(OllamaEndpoint.Parse(server.Address.ToString()));
        var settings = new FirstStart();
        var capture = new ContentCapture(settings);
        var runner = new TurnRunner(settings, capture, TimeProvider.System, NullLogger<TurnRunner>.Instance);
        var facts = new ModelFacts(8_192, "0.33.3", "sha256:" + new string('a', 64));
        foreach (var (model, prompt, hasTools) in s_turns)
        {
            await runner.RunAsync(
                new TurnRequest
                {
                    SessionId = Guid.NewGuid().ToString("N"),
                    Model = model,
                    Messages = [new ChatMessage(ChatRole.User, prompt)],
                    Client = new InstrumentedChatClient(new OllamaChatClient(client), settings, capture, TimeProvider.System, _ => facts),
                    Tools = hasTools ? new TurnTools { Tools = [.. new BuiltInTools(TimeProvider.System).Tools] } : null,
                },
                new Nobody(),
                CancellationToken.None);
        }

        return [.. feed.Traces.Reverse()];
    }

    /// <summary>The settings of a first start, which stay.</summary>
    private sealed class FirstStart : ISettings
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public StudioSettings Current { get; } = new();
    }

    /// <summary>Nobody is shown the reply.</summary>
    private sealed class Nobody : ITurnSink
    {
        public void Started(string? traceId, bool sampled, CaptureLevel capture)
        {
        }

        public void Received(ChatResponseUpdate update)
        {
        }

        public (string Thinking, string Text) LatestAnswer() => ("", "");

        public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
