using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>What a turn is said to wait for, on a server that answers one request of a model at a time, as Ollama does by default.</summary>
[Collection("telemetry")]
public sealed class TurnQueueTests : IAsyncLifetime, IChatPipeline, IDemoServer
{
    private const string Model = "demo-small:latest";

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly FakeSettings _settings = new();
    private readonly Conversations _store = new(TimeProvider.System);
    private SimulatorServer _ollama = null!;
    private OllamaServers _servers = null!;
    private ChatService _chat = null!;

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200, LoadDelay = TimeSpan.Zero, Slots = 1 });
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.ToString() } });
        _servers = new OllamaServers(_settings, this, endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        await _servers.RefreshAsync(default);
        var runner = new TurnRunner(_settings, new ContentCapture(_settings), TimeProvider.System, NullLogger<TurnRunner>.Instance);
        _chat = new ChatService(
            _store, _servers, this, new ChatTools(new ToolBox([]), new ModelCapabilities(_servers)), runner, _settings, TimeProvider.System, NullLogger<ChatService>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _chat.StopAsync(default);
        _servers.Dispose();
        _store.Dispose();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_that_waits_behind_another_says_behind_which_until_its_own_begins()
    {
        var first = Send("long", Model);
        await UntilAsync(first, reply => reply.Text.Length > 0);

        var second = Send("short", "demo-small");
        Assert.Equal(new TurnAhead(first.Id, first.Title, 0), _chat.AheadOf(IdOf(second)));
        var third = Send("short", Model);
        Assert.Equal(1, _chat.AheadOf(IdOf(third))?.Others);
        var elsewhere = Send("short", "demo-thinking:latest");
        Assert.Null(_chat.AheadOf(IdOf(elsewhere)));
        Assert.Null(_chat.AheadOf(IdOf(first)));
        await UntilAsync(elsewhere, reply => !reply.IsStreaming);

        _chat.Stop(first);
        await UntilAsync(second, reply => reply.Text.Length > 0);
        Assert.Null(_chat.AheadOf(IdOf(second)));
        await UntilAsync(second, reply => !reply.IsStreaming);
        await UntilAsync(third, reply => !reply.IsStreaming);
        Assert.Null(_chat.AheadOf(IdOf(third)));

        // It waited for the others, and for no loading: the bar below it must tell the two apart.
        var stats = third.Messages[^1].Stats!;
        Assert.True(stats.QueueDuration > stats.LoadDuration, $"queue {stats.QueueDuration}, load {stats.LoadDuration}");
    }

    [Fact]
    public async Task Before_the_first_token_a_model_in_memory_is_not_said_to_load_or_to_read()
    {
        var first = Send("long", Model);
        await UntilAsync(first, reply => reply.Text.Length > 0);
        await _servers.RefreshAsync(default);

        var second = Send("short", Model);
        await UntilAsync(second, reply => reply.Phase is not TurnPhase.Connecting);

        Assert.Equal(TurnPhase.WaitingForFirstToken, second.Messages[^1].Phase);
        var other = Send("slow-load=3000", "demo-faults:latest");
        await UntilAsync(other, reply => reply.Phase is not TurnPhase.Connecting);
        Assert.Equal(TurnPhase.LoadingModel, other.Messages[^1].Phase);
    }

    IChatClient IChatPipeline.Create(OllamaClient client, IProgress<OllamaSilence>? silence) =>
        new InstrumentedChatClient(new OllamaChatClient(client) { Silence = silence }, _settings, new ContentCapture(_settings), TimeProvider.System);

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new IOException("There is no demo here.");

    private static string IdOf(Conversation conversation) => conversation.Messages[^1].Id;

    private Conversation Send(string prompt, string model)
    {
        var conversation = _store.Create();
        Assert.True(_chat.Send(conversation, prompt, model));
        return conversation;
    }

    private static async Task UntilAsync(Conversation conversation, Predicate<MessageRecord> reached)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = conversation.Subscribe(Look);
        Look();
        await done.Task.WaitAsync(Guard);

        void Look()
        {
            if (reached(conversation.Messages[^1]))
            {
                done.TrySetResult();
            }
        }
    }
}
