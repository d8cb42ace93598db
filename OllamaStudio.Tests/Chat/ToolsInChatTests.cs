using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.BuiltIn;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Chat;

/// <summary>Tools in a chat as the studio runs it: the real client, a real socket, the simulator's model that calls tools.</summary>
[Collection("telemetry")]
public sealed class ToolsInChatTests : IAsyncLifetime, IToolSource
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly SpanCollector _spans = new();
    private readonly List<string> _notes = [];
    private readonly TaskCompletionSource _napping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SimulatorServer _ollama = null!;
    private ChatRig _rig = null!;

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
        _rig = await ChatRig.StartAsync(_ollama.Address, [new BuiltInTools(TimeProvider.System), this]);
    }

    public async Task DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _ollama.DisposeAsync();
        _spans.Dispose();
    }

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
        _rig.Conversation.SwitchTool("built in/calculate", enabled: false);

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

        _rig.Conversation.Answer(asking.ToolCalls[0].Id, answer);
        var reply = await UntilAsync(reply => !reply.IsStreaming);

        Assert.Equal(state, reply.ToolCalls[0].State);
        Assert.Equal(notes, _notes.Count);
    }

    [Fact]
    public async Task Stopping_while_a_tool_runs_or_asks_leaves_it_cancelled()
    {
        Send("Use the tool take_nap");
        await _napping.Task.WaitAsync(Guard);
        _rig.Chat.Stop(_rig.Conversation);
        var napping = await UntilAsync(reply => !reply.IsStreaming);
        Assert.Equal((MessageState.Stopped, ToolCallState.Cancelled), (napping.State, napping.ToolCalls[0].State));

        Send("Use the tool write_note with the text \"milk\"");
        await UntilAsync(reply => reply.ToolCalls is [{ State: ToolCallState.AwaitingApproval }]);
        _rig.Chat.Stop(_rig.Conversation);
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

    private void Send(string prompt, string model = "demo-tools:latest") => Assert.True(_rig.Chat.Send(_rig.Conversation, prompt, model));

    private Task<MessageRecord> SendAsync(string prompt, string model = "demo-tools:latest")
    {
        Send(prompt, model);
        return UntilAsync(reply => !reply.IsStreaming);
    }

    private async Task<MessageRecord> UntilAsync(Func<MessageRecord, bool> reached)
    {
        await _rig.UntilAsync(messages => reached(messages[^1]));
        var reply = _rig.Conversation.Messages[^1];
        if (!reply.IsStreaming)
        {
            // The spans end just after the conversation has been told.
            await _rig.Chat.StopAsync(CancellationToken.None);
        }

        return reply;
    }
}
