using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Tools;

/// <summary>What telemetry tells of turns with tools, whatever the person, the model and its tools write, and wherever they write it.</summary>
[Collection("telemetry")]
public sealed class ContentOfTurnsTests
{
    private const string Marker = "hush";

    /// <summary>Turns of each level; each is another mixture of answers, calls, results and ends.</summary>
    private const int Turns = 150;

    [Theory]
    [InlineData(CaptureLevel.Off)]
    [InlineData(CaptureLevel.Preview)]
    [InlineData(CaptureLevel.Full)]
    public async Task No_secret_reaches_a_span_or_a_log_wherever_it_stands(CaptureLevel level)
    {
        var ends = new HashSet<TurnOutcome>();
        for (var seed = 0; seed < Turns; seed++)
        {
            using var agent = new AgentFixture();
            agent.Settings.UpdateTelemetry(settings => settings with { Capture = level, RedactionPatterns = ["HUSH-[0-9]+"] });
            var turn = new SecretTurn(new Random(seed), agent);

            ends.Add((await turn.RunAsync()).Outcome);

            var told = $"{agent.Spans.Everything()}\n{string.Join('\n', agent.Log.Messages)}";
            Assert.True(turn.Secrets > 5, $"Seed {seed} hid nothing.");
            Assert.True(agent.Spans.Ended.Count > 3, $"Seed {seed} has no spans.");
            Assert.False(told.Contains(Marker, StringComparison.OrdinalIgnoreCase), $"Seed {seed}: {LineWithMarker(told)}");
        }

        Assert.Equal([TurnOutcome.Completed, TurnOutcome.Stopped, TurnOutcome.Failed], ends.Order());
    }

    [Fact]
    public async Task Without_capture_only_names_of_tools_that_were_offered_are_told()
    {
        using var agent = Agent(CaptureLevel.Off);

        await agent.RunAsync([.. AgentFixture.Call("add", "id-of-the-model"), .. AgentFixture.Call("tell jane", "c2")], AgentFixture.Say("ok"));

        var call = agent.Spans.Ended.First(span => span.OperationName == "ollama.chat_streaming");
        Assert.Equal(2, call.GetTagItem("llm.tool_calls_count"));
        Assert.Equal("""["add"]""", call.GetTagItem("llm.called_tools"));
        Assert.Equal("add", call.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.function.name"));
        Assert.Equal("add", agent.Spans["execute_tool add"].GetTagItem("gen_ai.tool.name"));
        Assert.Equal("unknown", agent.Spans["execute_tool unknown"].GetTagItem("gen_ai.tool.name"));
        Assert.DoesNotContain("jane", agent.Spans.Everything(), StringComparison.Ordinal);
        Assert.DoesNotContain("id-of-the-model", agent.Spans.Everything(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CaptureLevel.Preview)]
    [InlineData(CaptureLevel.Full)]
    public async Task A_name_that_a_model_made_up_is_told_with_its_secrets_hidden(CaptureLevel level)
    {
        using var agent = Agent(level);

        await agent.RunAsync(AgentFixture.Call("mail jane@example.com", "to jane@example.com"), AgentFixture.Say("ok"));

        var call = agent.Spans.Ended.First(span => span.OperationName == "ollama.chat_streaming");
        Assert.Equal("mail [redacted:email]", call.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.function.name"));
        Assert.Equal("to [redacted:email]", call.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.id"));
        Assert.Equal("to [redacted:email]", agent.Spans["execute_tool mail [redacted:email]"].GetTagItem("gen_ai.tool.call.id"));
    }

    [Fact]
    public async Task The_log_says_where_a_store_failed_and_without_capture_not_in_its_words()
    {
        using var agent = Agent(CaptureLevel.Off);
        agent.OnLog = () => throw new InvalidDataException("cannot store hunter2");

        await agent.RunAsync(AgentFixture.Say("ok"));

        var line = Assert.Single(agent.Log.Lines, static line => line.Level > LogLevel.Debug).Text;
        Assert.Contains("System.IO.InvalidDataException", line, StringComparison.Ordinal);
        Assert.Contains(nameof(The_log_says_where_a_store_failed_and_without_capture_not_in_its_words), line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    private static AgentFixture Agent(CaptureLevel level)
    {
        var agent = new AgentFixture();
        agent.Settings.UpdateTelemetry(settings => settings with { Capture = level });
        agent.Offer("add", () => 1);
        return agent;
    }

    private static string? LineWithMarker(string told) =>
        told.Split('\n').FirstOrDefault(line => line.Contains(Marker, StringComparison.OrdinalIgnoreCase));

    /// <summary>A turn drawn at random, in which everything that somebody writes holds a secret.</summary>
    private sealed class SecretTurn(Random random, AgentFixture agent)
    {
        private readonly CancellationTokenSource _stop = new();

        public int Secrets { get; private set; }

        public async Task<TurnResult> RunAsync()
        {
            agent.Messages = History();
            agent.Offer("keep", (string text) => $"kept {text} and {Secret()}");
            agent.Offer("fail", string (string text) => throw new IOException($"no {text}, no {Secret()}"));
            agent.Offer("write", () => Secret(), readOnly: false);
            agent.Person = (_, _) => Task.FromResult((ToolAnswer)random.Next(3));
            if (random.Next(4) == 0)
            {
                agent.OnLog = () => throw new InvalidOperationException($"the store refused {Secret()}");
            }

            var answers = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Answer()).Append(End()).ToArray();
            return await agent.RunAsync(new ScriptedChatClient(answers), stream: random.Next(2) == 0, cancellationToken: _stop.Token);
        }

        private List<ChatMessage> History() =>
        [
            new(ChatRole.System, $"You know {Secret()}."),
            new(ChatRole.User, $"I am {Secret()}."),
            new(ChatRole.Assistant, [new TextReasoningContent(Text()), new TextContent(Text()), Call(id: "c0")]),
            new(ChatRole.Tool, [new FunctionResultContent("c0", Secret())]),
            new(ChatRole.User, $"And {Secret()}?"),
        ];

        private ScriptedChatClient.Step[] Answer() =>
        [
            ScriptedChatClient.Think(Text()),
            ScriptedChatClient.Say(Text()),
            .. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => ScriptedChatClient.Give(Call())),
            ScriptedChatClient.Done(),
        ];

        private ScriptedChatClient.Step[] End() => random.Next(3) switch
        {
            0 => [ScriptedChatClient.Say(Text()), ScriptedChatClient.Done()],
            1 => [ScriptedChatClient.Say(Text()), ScriptedChatClient.Do(_stop.Cancel), ScriptedChatClient.Say(Text())],
            _ => [ScriptedChatClient.Say(Text()), ScriptedChatClient.Throw(new OllamaException(OllamaErrorKind.ServerFailed, $"cannot parse '{Secret()}'"))],
        };

        private FunctionCallContent Call(string? id = null) => new(
            id ?? $"id {random.Next()} {Secret()}",
            random.Next(4) switch { 0 => "keep", 1 => "fail", 2 => "write", _ => $"send {Secret()}" },
            new Dictionary<string, object?> { ["text"] = Secret(), [$"to {Secret()}"] = new[] { Secret() } })
        {
            Exception = random.Next(5) == 0 ? new FormatException($"not JSON: {Secret()}") : null,
        };

        private string Text() => random.Next(2) == 0 ? Secret() : $"It is {Secret()}, you know. ";

        private string Secret() => (++Secrets % 3) switch
        {
            0 => $"{Marker}{Secrets}@secrets.example",
            1 => $"sk-{Marker}{Secrets:D16}",
            _ => $"HUSH-{Secrets}",
        };
    }
}
