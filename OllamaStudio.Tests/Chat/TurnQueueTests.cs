using OllamaStudio.Core.Chat;
using OllamaStudio.Simulator;

namespace OllamaStudio.Tests.Chat;

/// <summary>What a turn is said to wait for, on a server that answers one request of a model at a time, as Ollama does by default.</summary>
[Collection("telemetry")]
public sealed class TurnQueueTests : IAsyncLifetime
{
    private const string Model = "demo-small:latest";

    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

    public async Task InitializeAsync()
    {
        // What is long here lasts longer than any test waits for the next step.
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 50, LoadDelay = TimeSpan.Zero, Slots = 1 });
        _rig = await ChatRig.StartAsync(_ollama.Address);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task A_turn_that_waits_behind_another_says_behind_which_until_its_own_begins()
    {
        var first = Send("long", Model);
        await UntilAsync(first, reply => reply.Text.Length > 0);

        var second = Send("short", "demo-small");
        Assert.Equal(new TurnAhead(first.Id, first.Title, 0), _rig.Chat.AheadOf(IdOf(second)));
        var third = Send("short", Model);
        Assert.Equal(1, _rig.Chat.AheadOf(IdOf(third))?.Others);
        var elsewhere = Send("short", "demo-thinking:latest");
        Assert.Null(_rig.Chat.AheadOf(IdOf(elsewhere)));
        Assert.Null(_rig.Chat.AheadOf(IdOf(first)));
        await UntilAsync(elsewhere, reply => !reply.IsStreaming);

        _rig.Chat.Stop(first);
        await UntilAsync(second, reply => reply.Text.Length > 0);
        Assert.Null(_rig.Chat.AheadOf(IdOf(second)));
        await UntilAsync(second, reply => !reply.IsStreaming);
        await UntilAsync(third, reply => !reply.IsStreaming);
        Assert.Null(_rig.Chat.AheadOf(IdOf(third)));

        // It waited for the others, and for no loading: the bar below it must tell the two apart.
        var stats = third.Messages[^1].Stats!;
        Assert.True(stats.QueueDuration > stats.LoadDuration, $"queue {stats.QueueDuration}, load {stats.LoadDuration}");
    }

    [Fact]
    public async Task Before_the_first_token_a_model_in_memory_is_not_said_to_load_or_to_read()
    {
        var first = Send("long", Model);
        await UntilAsync(first, reply => reply.Text.Length > 0);
        await _rig.Servers.RefreshAsync(default);

        var second = Send("short", Model);
        await UntilAsync(second, reply => reply.Phase is not TurnPhase.Connecting);

        Assert.Equal(TurnPhase.WaitingForFirstToken, second.Messages[^1].Phase);
        var other = Send("slow-load=3000", "demo-faults:latest");
        await UntilAsync(other, reply => reply.Phase is not TurnPhase.Connecting);
        Assert.Equal(TurnPhase.LoadingModel, other.Messages[^1].Phase);
    }

    private static string IdOf(Conversation conversation) => conversation.Messages[^1].Id;

    private Conversation Send(string prompt, string model)
    {
        var conversation = _rig.Store.Create();
        Assert.True(_rig.Chat.Send(conversation, prompt, model));
        return conversation;
    }

    private Task UntilAsync(Conversation conversation, Predicate<MessageRecord> reached) => _rig.UntilAsync(messages => reached(messages[^1]), conversation);
}
