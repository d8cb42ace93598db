using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Benchmarks.Turns;

/// <summary>What runs a turn, with the settings of a first start, and nobody to show it to.</summary>
internal sealed class Studio : ISettings, ITurnSink
{
    private readonly TurnRunner _runner;
    private readonly TurnRequest _request;

    /// <summary>Puts it together over a reply that is there.</summary>
    public Studio(IReadOnlyList<ChatResponseUpdate> updates, string model)
        : this(new UpdatesInMemory(updates), model, new StudioSettings())
    {
    }

    /// <summary>Puts it together.</summary>
    public Studio(IChatClient client, string model, StudioSettings settings)
    {
        Current = settings;
        var capture = new ContentCapture(this);
        _runner = new TurnRunner(this, capture, TimeProvider.System, NullLogger<TurnRunner>.Instance);
        _request = new TurnRequest
        {
            SessionId = "benchmark",
            Model = model,
            Messages = [new ChatMessage(ChatRole.User, "Why is the sky blue?")],
            Client = new InstrumentedChatClient(client, this, capture, TimeProvider.System),
        };
    }

    /// <summary>Never: the settings stay.</summary>
    public event Action? Changed
    {
        add { }
        remove { }
    }

    public StudioSettings Current { get; }

    /// <summary>Runs one turn.</summary>
    public async Task<TurnOutcome> RunAsync() => (await _runner.RunAsync(_request, this, CancellationToken.None)).Outcome;

    public void Started(string? traceId, bool sampled, CaptureLevel capture)
    {
    }

    public void Received(ChatResponseUpdate update)
    {
    }

    public (string Thinking, string Text) LatestAnswer() => ("", "");

    public ValueTask LogAsync(TurnResult result, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
