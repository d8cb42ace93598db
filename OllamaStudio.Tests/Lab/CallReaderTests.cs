using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Lab;
using OllamaStudio.Core.Ollama.Json;
using OllamaStudio.Core.Ollama.Mapping;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Chat.Attachments;
using OllamaStudio.Tests.Telemetry;

namespace OllamaStudio.Tests.Lab;

/// <summary>What a model call asked, put together again from its span or from its conversation.</summary>
[Collection("telemetry")]
public sealed class CallReaderTests : IDisposable
{
    private readonly SpanFeed _feed = new(TimeProvider.System);
    private readonly SpanListener _listener;

    public CallReaderTests() => _listener = new SpanListener(_feed, StudioDiagnostics.Name);

    public void Dispose()
    {
        _listener.Dispose();
        _feed.Dispose();
    }

    [Fact]
    public async Task With_everything_captured_the_request_is_the_one_that_was_sent()
    {
        using var turn = Captured(CaptureLevel.Full);
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be \"brief\"."),
            new(ChatRole.User, "What time is it?"),
            new(ChatRole.Assistant, [new TextReasoningContent("Ask the clock."), new TextContent("One moment."), new FunctionCallContent("c1", "get_time", new Dictionary<string, object?> { ["zone"] = "UTC" }), new FunctionCallContent("c2", "get_time", null)]),
            new(ChatRole.Tool, [new FunctionResultContent("c1", "12:00"), new FunctionResultContent("c2", "")]),
        ];
        var options = new ChatOptions
        {
            Temperature = 0.7f, TopK = 40, Seed = 42, MaxOutputTokens = 100, StopSequences = ["END"], ModelId = "llama3.1:8b",
            ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"type":"object"}""")),
            AdditionalProperties = new() { ["num_ctx"] = 4096, ["think"] = "low", ["keep_alive"] = "5m", ["truncate"] = true, ["meant_for_others"] = 1 },
            Tools = [AIFunctionFactory.Create((string zone) => zone, "get_time", "Tells the time.")],
        };
        await turn.RunAsync(new ScriptedChatClient(ScriptedChatClient.Say("It is noon."), ScriptedChatClient.Done()), options: options, messages: messages);

        var call = Read(turn);

        Assert.True(call.IsWhole);
        Assert.Empty(call.Notes);
        Assert.Equal(Wire.Show(RequestMapper.Map(messages, options, null, client: null).As(stream: true)), call.Request.ToJson());
        Assert.Equal("http://models.example:11434/", call.Server?.AbsoluteUri);
        Assert.Equal(("It is noon.", true), (call.Reply.Text, call.Reply.IsWhole));
    }

    [Fact]
    public async Task What_was_redacted_is_said()
    {
        using var turn = Captured(CaptureLevel.Full);
        await turn.RunAsync(new ScriptedChatClient(ScriptedChatClient.Say("Yes.")), messages: [new(ChatRole.User, "Write to jane@example.com")]);

        var call = Read(turn);

        Assert.False(call.IsWhole);
        Assert.Equal("Write to [redacted:email]", Assert.Single(call.Request.Messages).Text);
        Assert.Contains("redacted", Assert.Single(call.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_capture_it_says_what_is_missing_and_keeps_the_rest()
    {
        using var turn = Captured(CaptureLevel.Off);
        await turn.RunAsync(new ScriptedChatClient(ScriptedChatClient.Say("Yes.")), options: new ChatOptions { Temperature = 0.5f });

        var call = Read(turn);

        Assert.False(call.IsWhole);
        Assert.Empty(call.Request.Messages);
        Assert.Contains("Set Capture to Full", Assert.Single(call.Notes), StringComparison.Ordinal);
        Assert.Equal(("llama3.1:8b", "{\"temperature\":0.5}"), (call.Request.Model, call.Request.Options.ToJsonString()));
        Assert.False(call.Reply.IsWhole);
    }

    [Theory]
    [InlineData(1, 10, true)]
    [InlineData(1, 2_000, false)]
    [InlineData(2, 10, false)]
    public async Task A_preview_is_the_whole_request_where_nothing_else_was_sent(int count, int length, bool isWhole)
    {
        using var turn = Captured(CaptureLevel.Preview);
        await turn.RunAsync(new ScriptedChatClient(ScriptedChatClient.Say("Yes.")), messages: [.. Enumerable.Repeat(new ChatMessage(ChatRole.User, new string('x', length)), count)]);

        var call = Read(turn);

        Assert.Equal(isWhole, call.IsWhole);
        Assert.Equal(isWhole, call.Notes.IsEmpty);
        Assert.Single(call.Request.Messages);
    }

    [Fact]
    public async Task At_Preview_the_conversation_has_what_the_span_has_not()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        rig.Chat.Send(rig.Conversation, "short", "demo-small:latest");
        var first = await rig.EndAsync();
        rig.Chat.Send(rig.Conversation, "Write to jane@example.com, short", "demo-small:latest");
        var second = await rig.EndAsync();
        var (trace, span) = Call(second.TraceId!);

        var call = new CallReader(rig.Store, rig.Settings).Read(trace, span);
        Assert.True(call.IsWhole);
        Assert.Equal([("user", "short"), ("assistant", first.Text), ("user", "Write to jane@example.com, short")], call.Request.Messages.Select(static message => (message.Role.Value, message.Text)));
        Assert.Equal(second.Text, call.Reply.Text);

        // Where the reply was moved to, too.
        Assert.NotNull((await rig.Store.MoveOutAsync(rig.Conversation.Id, rig.Conversation.Messages[^2].Id)).Branch);
        var moved = new CallReader(rig.Store, rig.Settings).Read(trace, span);
        Assert.True(moved.IsWhole);
        Assert.Equal(call.Request.Messages.Select(static message => message.Text), moved.Request.Messages.Select(static message => message.Text));

        rig.Settings.Update(static settings => settings with { Chat = settings.Chat with { MaxConversationHistory = 1 } });
        var changed = new CallReader(rig.Store, rig.Settings).Read(trace, span);
        Assert.False(changed.IsWhole);
        Assert.Contains("3 then, 1 now", Assert.Single(changed.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_prompt_that_is_another_now_is_said_to_be_though_it_is_as_long()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        Tell("Be brief.");
        rig.Chat.Send(rig.Conversation, "short", "demo-small:latest");
        var (trace, span) = Call((await rig.EndAsync()).TraceId!);
        Assert.True(new CallReader(rig.Store, rig.Settings).Read(trace, span).IsWhole);

        Tell("Be broad.");

        var changed = new CallReader(rig.Store, rig.Settings).Read(trace, span);
        Assert.False(changed.IsWhole);
        Assert.EndsWith("another was sent. Look it over.", Assert.Single(changed.Notes), StringComparison.Ordinal);

        // As earlier versions of the studio kept it.
        ChatMessage[] now = [new(ChatRole.System, "Be broad."), new(ChatRole.User, "short")];
        Assert.EndsWith("is not known. Look it over.", CallReader.SystemFault(then: null, now, isCounted: true), StringComparison.Ordinal);
        Assert.Null(CallReader.SystemFault(then: null, now[1..], isCounted: true));
        Assert.NotNull(CallReader.SystemFault(then: null, now[1..], isCounted: false));

        void Tell(string system) => rig.Conversation.SetParameters(ChatParameters.None.With(ChatParameter.System, System.Text.Json.Nodes.JsonValue.Create(system)));
    }

    [Fact]
    public async Task Images_that_a_model_was_not_shown_are_not_in_what_it_was_asked()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var rig = await ChatRig.StartAsync(ollama.Address);
        rig.Chat.Send(rig.Conversation, "Look", "demo-vision:latest", [AttachmentFile.Read("cat.png", SamplePng.Of(), out _)!]);
        var (seen, asked) = Call((await rig.EndAsync()).TraceId!);
        rig.Chat.Send(rig.Conversation, "short", "demo-small:latest");
        var (trace, span) = Call((await rig.EndAsync()).TraceId!);

        var call = new CallReader(rig.Store, rig.Settings).Read(trace, span);
        Assert.True(call.IsWhole);
        Assert.Empty(call.Request.Messages[0].Contents.OfType<DataContent>());
        Assert.Contains("cat.png cannot be shown to you", call.Request.Messages[0].Text, StringComparison.Ordinal);
        Assert.Single(new CallReader(rig.Store, rig.Settings).Read(seen, asked).Request.Messages[0].Contents.OfType<DataContent>());
    }

    [Fact]
    public void Only_calls_of_models_of_Ollama_can_be_made_again()
    {
        Assert.True(CallReader.IsModelCall(Span(("openinference.span.kind", "LLM"), ("gen_ai.provider.name", "ollama"), ("llm.model", "m"))));
        Assert.False(CallReader.IsModelCall(Span(("openinference.span.kind", "LLM"), ("gen_ai.provider.name", "openai"), ("llm.model", "m"))));
        Assert.False(CallReader.IsModelCall(Span(("openinference.span.kind", "CHAIN"), ("gen_ai.provider.name", "ollama"), ("llm.model", "m"))));

        static SpanRecord Span(params (string Key, object? Value)[] attributes) => Web.Traces.SpanSamples.Span(1, attributes: attributes);
    }

    private static TurnFixture Captured(CaptureLevel level)
    {
        var turn = new TurnFixture();
        turn.Settings.Update(settings => settings with { Telemetry = settings.Telemetry with { Capture = level } });
        return turn;
    }

    private RecordedCall Read(TurnFixture turn)
    {
        var (trace, span) = Call(turn.TraceId!);
        return new CallReader(new Core.Chat.Conversations(TimeProvider.System), turn.Settings).Read(trace, span);
    }

    private (TraceRecord Trace, SpanRecord Span) Call(string traceId)
    {
        var trace = _feed.FindTrace(traceId)!;
        return (trace, trace.Spans.Single(CallReader.IsModelCall));
    }
}
