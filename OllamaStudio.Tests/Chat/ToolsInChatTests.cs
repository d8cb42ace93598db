using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>Tools in a chat as the studio runs it: the real client, a real socket, the simulator's model that calls tools.</summary>
[Collection("telemetry")]
public sealed class ToolsInChatTests : IAsyncLifetime, IDemoServer, IChatPipeline, IToolSource
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly SpanCollector _spans = new();
    private readonly List<string> _notes = [];
    private readonly TaskCompletionSource _napping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeSettings _settings = null!;
    private SimulatorServer _ollama = null!;
    private OllamaServers _servers = null!;
    private Conversations _store = null!;
    private ChatService _chat = null!;
    private Conversation _conversation = null!;

    public event Action? Changed
    {
        add { }
        remove { }
    }

    public IReadOnlyList<StudioTool> Tools =>
    [
        new() { Function = AIFunctionFactory.Create((string text) => Note(text), "write_note"), Source = "notes" },
        new() { Function = AIFunctionFactory.Create(NapAsync, "take_nap"), Source = "notes", IsReadOnly = true },
    ];

    public async Task InitializeAsync()
    {
        _ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        _settings = new FakeSettings(new StudioSettings { Ollama = new OllamaSettings { Host = _ollama.Address.ToString(), Server = ServerChoice.Ollama } });
        _servers = new OllamaServers(
            _settings, this, endpoint => new OllamaClient(endpoint, new OllamaRequestHandler()), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        await _servers.RefreshAsync(CancellationToken.None);
        _store = new Conversations(TimeProvider.System);
        _conversation = _store.Create();
        var tools = new ChatTools(new ToolBox([new BuiltInTools(TimeProvider.System), this]), new ModelCapabilities(_servers));
        var runner = new TurnRunner(_settings, new ContentCapture(_settings), TimeProvider.System, NullLogger<TurnRunner>.Instance);
        _chat = new ChatService(_store, _servers, this, tools, runner, _settings, TimeProvider.System, NullLogger<ChatService>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _chat.StopAsync(CancellationToken.None);
        _servers.Dispose();
        _store.Dispose();
        _conversation.Dispose();
        await _ollama.DisposeAsync();
        _spans.Dispose();
    }

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("There is no demo here.");

    IChatClient IChatPipeline.Create(OllamaClient client, IProgress<OllamaSilence>? silence) =>
        new InstrumentedChatClient(new OllamaChatClient(client) { Silence = silence }, _settings, new ContentCapture(_settings), TimeProvider.System);

    [Fact]
    public async Task What_is_5_plus_3_is_calculated_by_the_tool_and_answered()
    {
        var reply = await SendAsync("What is 5 + 3?");

        var call = Assert.Single(reply.ToolCalls);
        Assert.Equal(("calculate", "built in", ToolCallState.Succeeded, "8"), (call.Name, call.Source, call.State, call.Result));
        Assert.Equal("""{"expression":"5 + 3"}""", call.Arguments);
        Assert.NotNull(call.Duration);
        Assert.Contains("8", ReplyRound.Of(reply)[^1].Text, StringComparison.Ordinal);
        var iteration = _spans["execute_tool calculate"].Parent;
        Assert.Equal("generate_response", iteration?.OperationName);
        Assert.Equal("chat_interaction", iteration?.Parent?.OperationName);
        Assert.Equal(2, _spans["chat_interaction"].GetTagItem("agent.iterations"));
        Assert.Equal(2, _spans.Ended.Count(span => span.OperationName == "ollama_request"));
    }

    [Fact]
    public async Task Later_turns_replay_calls_and_results_to_the_model()
    {
        await SendAsync("What is 5 + 3?");
        var reply = await SendAsync("What is 6 times 7?");

        Assert.Equal("42", Assert.Single(reply.ToolCalls).Result);
        var last = _spans.Ended.Last(span => span.OperationName == "ollama.chat_streaming");
        // prompt, call, result, answer; prompt, call, result
        Assert.Equal(7, last.GetTagItem("llm.message_count"));
    }

    [Fact]
    public async Task A_model_that_calls_no_tools_is_offered_none()
    {
        var reply = await SendAsync("What is 5 + 3?", "demo-small:latest");

        Assert.Equal(MessageState.Complete, reply.State);
        Assert.Empty(reply.ToolCalls);
        Assert.Null(_spans["ollama.chat_streaming"].GetTagItem("llm.available_tools"));
    }

    [Fact]
    public async Task A_tool_that_is_switched_off_is_not_offered()
    {
        _conversation.SwitchTool("built in/calculate", enabled: false);

        var reply = await SendAsync("What is 5 + 3?");

        Assert.Empty(reply.ToolCalls);
        Assert.DoesNotContain("calculate", (string)_spans.Ended.First(span => span.OperationName == "ollama.chat_streaming").GetTagItem("llm.available_tools")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ToolAnswer.AllowOnce, ToolCallState.Succeeded, 1)]
    [InlineData(ToolAnswer.Deny, ToolCallState.Denied, 0)]
    public async Task A_tool_that_writes_asks_first(ToolAnswer answer, ToolCallState state, int notes)
    {
        Send("Use the tool write_note with the text \"milk\"");
        var asking = await UntilAsync(reply => reply.ToolCalls is [{ State: ToolCallState.AwaitingApproval }]);
        Assert.Equal(TurnPhase.UsingTools, asking.Phase);
        Assert.Contains("milk", asking.ToolCalls[0].Arguments, StringComparison.Ordinal);

        _conversation.Answer(asking.ToolCalls[0].Id, answer);
        var reply = await UntilAsync(reply => !reply.IsStreaming);

        Assert.Equal(state, reply.ToolCalls[0].State);
        Assert.Equal(notes, _notes.Count);
    }

    [Fact]
    public async Task Stopping_while_a_tool_runs_or_asks_leaves_it_cancelled()
    {
        Send("Use the tool take_nap");
        await _napping.Task.WaitAsync(Guard);
        _chat.Stop(_conversation);
        var napping = await UntilAsync(reply => !reply.IsStreaming);
        Assert.Equal((MessageState.Stopped, ToolCallState.Cancelled), (napping.State, napping.ToolCalls[0].State));

        Send("Use the tool write_note with the text \"milk\"");
        await UntilAsync(reply => reply.ToolCalls is [{ State: ToolCallState.AwaitingApproval }]);
        _chat.Stop(_conversation);
        var asking = await UntilAsync(reply => !reply.IsStreaming);
        Assert.Equal((MessageState.Stopped, ToolCallState.Cancelled), (asking.State, asking.ToolCalls[0].State));
        Assert.Empty(_notes);
    }

    private string Note(string text)
    {
        _notes.Add(text);
        return "written";
    }

    private async Task NapAsync(CancellationToken cancellationToken)
    {
        _napping.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private void Send(string prompt, string model = "demo-tools:latest") => Assert.True(_chat.Send(_conversation, prompt, model));

    private Task<MessageRecord> SendAsync(string prompt, string model = "demo-tools:latest")
    {
        Send(prompt, model);
        return UntilAsync(reply => !reply.IsStreaming);
    }

    private async Task<MessageRecord> UntilAsync(Func<MessageRecord, bool> reached)
    {
        var signal = new TaskCompletionSource<MessageRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _conversation.Subscribe(Look);
        Look();
        var reply = await signal.Task.WaitAsync(Guard);
        if (!reply.IsStreaming)
        {
            // The spans end just after the conversation has been told.
            await _chat.StopAsync(CancellationToken.None);
        }

        return reply;

        void Look()
        {
            if (_conversation.Messages[^1] is var reply && reached(reply))
            {
                signal.TrySetResult(reply);
            }
        }
    }
}
