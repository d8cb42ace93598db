using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;

namespace OllamaStudio.Tests.Ollama.Servers;

/// <summary>A window that one chat asked for is not taken for another's.</summary>
[Collection("telemetry")]
public sealed class AskedWindowTests
{
    private const string Model = "qwen3:8b";

    [Fact]
    public void Nothing_was_asked_so_what_is_in_memory_is_the_servers_own()
    {
        Assert.Equal(4096, Server(4096).OwnWindowOf("QWEN3:8B"));
        Assert.Equal(4096, Server(4096).Sending(Model, null).OwnWindowOf(Model));
        Assert.Null(new ServerStatus { Kind = ServerKind.Ollama }.OwnWindowOf(Model));
    }

    [Fact]
    public void A_chat_that_asks_for_none_has_what_the_model_had_before_another_asked()
    {
        var asked = Look(Server(4096).Sending(Model, 400).Answering(Model), 400);

        Assert.Equal(4096, asked.OwnWindowOf(Model));
        Assert.Equal(4096, Look(asked.Sending(Model, null), 400).OwnWindowOf(Model)); // not reloaded yet
        Assert.Equal(4096, Look(asked.Sending(Model, null).Answering(Model), 4096).Sending(Model, 400).OwnWindowOf(Model));
    }

    [Fact]
    public void Where_the_first_call_asks_it_is_not_known_before_one_that_does_not_was_answered()
    {
        var asked = Look(new ServerStatus { Kind = ServerKind.Ollama, State = ServerState.Up }.Sending(Model, 400).Answering(Model), 400);
        Assert.Null(asked.OwnWindowOf(Model));

        var plain = asked.Sending(Model, null);
        Assert.Null(plain.OwnWindowOf(Model));
        Assert.Null(Look(plain, 400).OwnWindowOf(Model));
        Assert.Equal(4096, Look(plain.Answering(Model), 4096).OwnWindowOf(Model));
        Assert.Equal(400, Look(plain.Answering(Model), 400).OwnWindowOf(Model)); // they are the same
    }

    [Fact]
    public void A_look_that_began_before_the_answer_teaches_nothing()
    {
        var before = Look(Server(4096).Sending(Model, 400).Answering(Model), 400).Sending(Model, null);
        var now = before.Answering(Model);

        Assert.Equal(4096, Found(before, 400).Beside(now, before).OwnWindowOf(Model));
    }

    [Fact]
    public void What_somebody_else_loaded_since_is_the_best_guess()
    {
        var asked = new ServerStatus { Kind = ServerKind.Ollama, State = ServerState.Up }.Sending(Model, 400).Answering(Model);

        Assert.Equal(8192, Look(asked, 8192).OwnWindowOf(Model));
    }

    [Fact]
    public void More_than_a_model_was_made_for_is_still_what_was_asked()
    {
        var made = new ServerStatus { Kind = ServerKind.Ollama, State = ServerState.Up, Models = [new OllamaModel { Name = Model, ContextLength = 2048 }] };

        Assert.Null(Look(made.Sending(Model, 9999).Answering(Model), 2048).OwnWindowOf(Model));
    }

    [Fact]
    public void A_server_that_was_away_or_is_another_may_have_another()
    {
        var asked = Look(Server(4096).Sending(Model, 400).Answering(Model), 400);
        var away = (asked with { State = ServerState.Down }).Beside(asked, asked);

        Assert.Equal(4096, away.OwnWindowOf(Model));
        Assert.Equal(400, Found(away, 400).Beside(away, away).OwnWindowOf(Model));
        Assert.Equal(400, (Found(asked, 400) with { Address = "http://127.0.0.1:2" }).Beside(asked, asked).OwnWindowOf(Model));
    }

    [Fact]
    public async Task In_the_studio_a_new_chat_is_told_of_no_window_of_another_chats()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { LoadDelay = TimeSpan.Zero, TokensPerSecond = 0 });
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        const string small = "demo-small:latest";
        var own = rig.Servers.Status.Current.OwnWindowOf(small);
        Assert.Null(own);

        rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.NumCtx, 400));
        Assert.True(rig.Chat.Send(rig.Conversation, "Hello", small));
        await rig.EndAsync();
        await rig.Servers.RefreshAsync(CancellationToken.None);
        Assert.Equal(400, rig.Servers.Status.Current.FindRunning(small)!.ContextLength);
        Assert.Null(rig.Servers.Status.Current.OwnWindowOf(small));

        var plain = rig.Store.Create();
        Assert.True(rig.Chat.Send(plain, "Hello", small));
        await rig.UntilAsync(static messages => !messages[^1].IsStreaming, plain);
        await rig.Servers.RefreshAsync(CancellationToken.None);
        Assert.Equal(4096, rig.Servers.Status.Current.OwnWindowOf(small));

        Assert.True(rig.Chat.Send(rig.Conversation, "Hello again", small));
        await rig.EndAsync();
        await rig.Servers.RefreshAsync(CancellationToken.None);
        Assert.Equal((400, 4096), (rig.Servers.Status.Current.FindRunning(small)!.ContextLength, rig.Servers.Status.Current.OwnWindowOf(small)));
    }

    private static ServerStatus Server(int window) => Found(new ServerStatus { Kind = ServerKind.Ollama, State = ServerState.Up }, window);

    private static ServerStatus Found(ServerStatus server, int window) => server with { State = ServerState.Up, Asked = AskedWindows.None, Running = [new OllamaRunningModel { Name = Model, ContextLength = window }] };

    private static ServerStatus Look(ServerStatus now, int window) => (Found(now, window) with { Models = now.Models }).Beside(now, now);
}
