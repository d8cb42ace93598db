using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>Everything that a turn needs, over a model that says what it is told to.</summary>
internal sealed class TurnFixture : ITurnSink, IDisposable
{
    public TurnFixture(CaptureOptions? options = null)
    {
        Capture = new ContentCapture(Settings, options);
        Runner = new TurnRunner(Settings, Capture, Clock, NullLogger<TurnRunner>.Instance);
    }

    public SpanCollector Spans { get; } = new();

    public FakeSettings Settings { get; } = new();

    public ManualTime Clock { get; } = new();

    public ContentCapture Capture { get; }

    public TurnRunner Runner { get; }

    public List<ChatResponseUpdate> Received { get; } = [];

    public TurnResult? Logged { get; private set; }

    public string? TraceId { get; private set; }

    public bool Sampled { get; private set; }

    /// <summary>Runs within the sink, if set.</summary>
    public Action? OnStarted { get; init; }

    public Action<ChatResponseUpdate>? OnReceived { get; init; }

    public Action? OnLog { get; init; }

    /// <summary>What is known of a model; null for nothing.</summary>
    public Func<string, ModelFacts>? Facts { get; init; }

    /// <summary>What models cost; null for nothing.</summary>
    public IPriceList? Prices { get; init; }

    /// <summary>The client as the studio composes it.</summary>
    public IChatClient Instrument(IChatClient model, Func<string, ModelFacts>? facts = null) =>
        new InstrumentedChatClient(model, Settings, Capture, Clock, facts ?? Facts, Prices);

    public Task<TurnResult> RunAsync(params ScriptedChatClient.Step[] steps) => RunAsync(new ScriptedChatClient(steps));

    public Task<TurnResult> RunAsync(
        IChatClient model, bool stream = true, ChatOptions? options = null, IReadOnlyList<ChatMessage>? messages = null, CancellationToken cancellationToken = default) =>
        Runner.RunAsync(
            new TurnRequest
            {
                SessionId = "session-1",
                Model = "llama3.1:8b",
                Messages = messages ?? [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "Why is the sky blue?")],
                Options = options,
                Stream = stream,
                Client = Instrument(model),
            },
            this,
            cancellationToken);

    public void Started(string? traceId, bool sampled, CaptureLevel capture)
    {
        TraceId = traceId;
        Sampled = sampled;
        OnStarted?.Invoke();
    }

    void ITurnSink.Received(ChatResponseUpdate update)
    {
        Received.Add(update);
        OnReceived?.Invoke(update);
    }

    public (string Thinking, string Text) LatestAnswer() => ("", "");

    public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Logged = result;
        OnLog?.Invoke();
        return ValueTask.CompletedTask;
    }

    public void Dispose() => Spans.Dispose();
}
