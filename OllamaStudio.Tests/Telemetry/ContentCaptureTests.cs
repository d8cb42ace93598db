using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

[Collection("telemetry")]
public sealed class ContentCaptureTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task With_capture_off_no_content_reaches_any_span(bool stream)
    {
        using var turn = new TurnFixture { OnLog = () => throw new InvalidOperationException("store choked on SECRET-STORE") };
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Off });
        ChatMessage[] messages =
        [
            new(ChatRole.System, "SECRET-SYSTEM"),
            new(ChatRole.User, "SECRET-HISTORY"),
            new(ChatRole.Assistant, [new TextReasoningContent("SECRET-OLD-THOUGHT"), new FunctionCallContent("c0", "lookup", new Dictionary<string, object?> { ["q"] = "SECRET-OLD-ARGUMENT" })]),
            new(ChatRole.Tool, [new FunctionResultContent("c0", "SECRET-RESULT")]),
            new(ChatRole.User, "SECRET-QUESTION"),
        ];
        var options = new ChatOptions
        {
            Instructions = "SECRET-INSTRUCTIONS", StopSequences = ["SECRET-STOP"],
            AdditionalProperties = new() { ["note"] = "SECRET-OPTION" },
            ResponseFormat = ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement.Parse("""{"title":"SECRET-SCHEMA"}""")),
            Tools = [AIFunctionFactory.Create((string text) => text, "echo", "SECRET-DESCRIPTION")],
        };

        await turn.RunAsync(
            new ScriptedChatClient(
                Think("SECRET-THOUGHT"), Say("SECRET-ANSWER"), Call("echo", "call_1", ("text", "SECRET-ARGUMENT")),
                Throw(new OllamaException(OllamaErrorKind.ServerFailed, "error parsing tool call: raw='{\"text\":\"SECRET-ECHO\"}', err=unexpected end", innerException: new InvalidOperationException("SECRET-INNER")))),
            stream, options, messages);

        Assert.DoesNotContain("SECRET", turn.Spans.Everything(), StringComparison.Ordinal);
        var call = turn.Spans[stream ? "ollama.chat_streaming" : "ollama.chat_with_tools"];
        Assert.Equal(15, call.GetTagItem("llm.last_message_length"));
        Assert.StartsWith("error parsing tool call:", call.StatusDescription, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", turn.Spans["log_interaction"].StatusDescription);
        if (stream)
        {
            Assert.Equal(13L, call.GetTagItem("llm.response_length"));
            Assert.Equal("""["echo"]""", call.GetTagItem("llm.called_tools"));
        }
    }

    [Fact]
    public async Task An_image_that_a_tool_returned_is_named_by_kind_and_size_only()
    {
        Set(CaptureLevel.Full);
        var image = new byte[300_000];
        ChatMessage[] messages =
        [
            new(ChatRole.User, "Draw"),
            new(ChatRole.Assistant, [new FunctionCallContent("c0", "draw")]),
            new(ChatRole.Tool, [new FunctionResultContent("c0", new List<AIContent> { new TextContent("A dot."), new DataContent(image, "image/png") })]),
        ];

        await _turn.RunAsync(new ScriptedChatClient(Say("Nice"), Done()), messages: messages);

        var call = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal("A dot.\n[image/png, 300000 bytes]", call.GetTagItem("llm.last_message_preview"));
        Assert.DoesNotContain("AAAA", _turn.Spans.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_capture_off_an_error_still_names_the_model()
    {
        Set(CaptureLevel.Off);

        await _turn.RunAsync(Throw(new OllamaException(OllamaErrorKind.ModelMissing, "model 'llama3.1:8b' not found")));

        Assert.Equal("model 'llama3.1:8b' not found", _turn.Spans["ollama.chat_streaming"].StatusDescription);
    }

    [Fact]
    public async Task A_preview_ends_at_a_thousand_characters_and_splits_none()
    {
        // The 1000th UTF-16 unit is the first half of an emoji.
        var text = new string('a', 999) + "😀" + new string('b', 500);

        await _turn.RunAsync(new ScriptedChatClient(Say(text), Done()), messages: [new ChatMessage(ChatRole.User, text)]);

        var span = _turn.Spans["ollama.chat_streaming"];
        foreach (var key in new[] { "llm.last_message_preview", "llm.prompt", "input.value", "llm.response_preview", "llm.response", "output.value" })
        {
            Assert.Equal(new string('a', 999), span.GetTagItem(key));
        }

        Assert.Equal(1501, span.GetTagItem("llm.last_message_length"));
        Assert.Equal(1501L, span.GetTagItem("llm.response_length"));
        Assert.DoesNotContain(_turn.Spans.Ended.SelectMany(ended => ended.TagObjects), tag => tag.Value is string { Length: > 1000 });
    }

    [Fact]
    public async Task Previews_carry_no_messages()
    {
        await _turn.RunAsync(Say("Hello"), Done());

        Assert.DoesNotContain(
            _turn.Spans["ollama.chat_streaming"].TagObjects,
            tag => tag.Key.Contains("messages", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_full_capture_messages_stand_in_both_vocabularies()
    {
        Set(CaptureLevel.Full);
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be brief."),
            new(ChatRole.User, "What is 5 + 3?"),
            new(ChatRole.Assistant, [new FunctionCallContent("c0", "add", new Dictionary<string, object?> { ["a"] = 5 })]),
            new(ChatRole.Tool, [new FunctionResultContent("c0", "8")]),
        ];

        await _turn.RunAsync(new ScriptedChatClient(Think("Easy."), Say("It is 8."), Done()), messages: messages);

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal("system", span.GetTagItem("llm.input_messages.0.message.role"));
        Assert.Equal("What is 5 + 3?", span.GetTagItem("llm.input_messages.1.message.content"));
        Assert.Equal("add", span.GetTagItem("llm.input_messages.2.message.tool_calls.0.tool_call.function.name"));
        Assert.Equal("tool", span.GetTagItem("llm.input_messages.3.message.role"));
        Assert.Equal("8", span.GetTagItem("llm.input_messages.3.message.content"));
        Assert.Equal("c0", span.GetTagItem("llm.input_messages.3.message.tool_call_id"));
        Assert.Equal("reasoning", span.GetTagItem("llm.output_messages.0.message.contents.0.message_content.type"));
        Assert.Equal("Easy.", span.GetTagItem("llm.output_messages.0.message.contents.0.message_content.text"));
        Assert.Equal("text", span.GetTagItem("llm.output_messages.0.message.contents.1.message_content.type"));
        Assert.Equal("It is 8.", span.GetTagItem("llm.output_messages.0.message.contents.1.message_content.text"));
        Assert.Equal(
            """[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"What is 5 + 3?"}]},{"role":"assistant","parts":[{"type":"tool_call","id":"c0","name":"add","arguments":{"a":5}}]},{"role":"tool","parts":[{"type":"tool_call_response","id":"c0","response":"8"}]}]""",
            span.GetTagItem("gen_ai.input.messages"));
        Assert.Equal(
            """[{"role":"assistant","parts":[{"type":"reasoning","content":"Easy."},{"type":"text","content":"It is 8."}],"finish_reason":"stop"}]""",
            span.GetTagItem("gen_ai.output.messages"));
        Assert.Equal("8", span.GetTagItem("llm.last_message_preview"));
        Assert.Equal("tool", span.GetTagItem("llm.last_message_role"));
    }

    [Fact]
    public async Task Instructions_stand_before_the_messages_as_they_are_sent()
    {
        Set(CaptureLevel.Full);

        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: new ChatOptions { Instructions = "Be kind." });

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.StartsWith("""[{"role":"system","parts":[{"type":"text","content":"Be kind."}]},""", (string?)span.GetTagItem("gen_ai.input.messages"), StringComparison.Ordinal);
        Assert.Equal("Be kind.", span.GetTagItem("llm.input_messages.0.message.content"));
        Assert.Null(span.GetTagItem("gen_ai.system_instructions"));
    }

    [Fact]
    public async Task A_broken_off_reply_has_a_finish_reason_in_its_message_too()
    {
        Set(CaptureLevel.Full);

        await _turn.RunAsync(Say("Half"), Throw(new OllamaException(OllamaErrorKind.StreamIncomplete, "The reply ended early.")));

        var message = JsonNode.Parse((string)_turn.Spans["ollama.chat_streaming"].GetTagItem("gen_ai.output.messages")!)![0]!;
        Assert.Equal("error", (string?)message["finish_reason"]);
        Assert.Null(_turn.Spans["ollama.chat_streaming"].GetTagItem("llm.finish_reason"));
    }

    [Fact]
    public async Task A_long_conversation_is_captured_by_its_newest_messages()
    {
        Set(CaptureLevel.Full);
        var messages = Enumerable.Range(0, 1000).Select(i => new ChatMessage(ChatRole.User, $"message {i}")).ToList();

        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), messages: messages);

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(1000, span.GetTagItem("llm.message_count"));
        Assert.Equal("message 800", span.GetTagItem("llm.input_messages.0.message.content"));
        Assert.Equal("message 999", span.GetTagItem("llm.input_messages.199.message.content"));
        Assert.Null(span.GetTagItem("llm.input_messages.200.message.content"));
    }

    [Fact]
    public async Task Secrets_are_hidden_everywhere_and_captured_messages_stay_JSON()
    {
        Set(CaptureLevel.Full);
        _turn.Settings.UpdateTelemetry(settings => settings with { RedactionPatterns = ["PROJECT-[0-9]+"] });
        const string Secrets = "Mail jane.doe@example.com, card 4111 1111 1111 1111, key sk-abcdefghijklmnopqrstuvwx, PROJECT-42, -----BEGIN PRIVATE KEY-----\nMIIabc";
        var arguments = Call("send", "call_1", ("to", "jane.doe@example.com"), ("card", 4111111111111111L));

        await _turn.RunAsync(
            new ScriptedChatClient(Think(Secrets), Say(Secrets), arguments, Throw(new OllamaException(OllamaErrorKind.Refused, $"cannot take {Secrets}"))),
            messages: [new ChatMessage(ChatRole.System, Secrets), new ChatMessage(ChatRole.User, Secrets)]);

        var everything = _turn.Spans.Everything();
        foreach (var secret in new[] { "jane.doe", "4111", "sk-abc", "PROJECT-42", "MIIabc" })
        {
            Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
        }

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Contains("[redacted:email]", (string)span.GetTagItem("llm.response_preview")!, StringComparison.Ordinal);
        Assert.Contains("[redacted:card]", span.StatusDescription, StringComparison.Ordinal);
        var parts = JsonNode.Parse((string)span.GetTagItem("gen_ai.output.messages")!)![0]!["parts"]!;
        Assert.Equal("[redacted:card]", (string?)parts[2]!["arguments"]!["card"]);
    }

    [Fact]
    public async Task The_level_of_a_turn_is_the_one_it_began_with()
    {
        var result = await _turn.RunAsync(Do(() => Set(CaptureLevel.Off)), Say("Hello"), Done());
        var next = await _turn.RunAsync(Say("Hello"), Done());

        Assert.Equal(CaptureLevel.Preview, result.Capture);
        Assert.Equal(CaptureLevel.Off, next.Capture);
        var roots = _turn.Spans.Ended.Where(span => span.OperationName == "chat_interaction").ToList();
        Assert.Equal("Hello", roots[0].GetTagItem("output.value"));
        Assert.Null(roots[1].GetTagItem("output.value"));
    }

    [Fact]
    public async Task A_pattern_that_cannot_be_used_captures_nothing_rather_than_too_much()
    {
        _turn.Settings.UpdateTelemetry(settings => settings with { RedactionPatterns = ["(unclosed"] });

        var result = await _turn.RunAsync(Say("Hello"), Done());

        Assert.Equal(CaptureLevel.Off, result.Capture);
        Assert.DoesNotContain("Hello", _turn.Spans.Everything(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OPENINFERENCE_HIDE_INPUTS", new[] { "input.value", "llm.prompt", "llm.last_message_preview", "agent.task", "gen_ai.input.messages", "llm.input_messages.0.message.role" }, "output.value")]
    [InlineData("OPENINFERENCE_HIDE_OUTPUTS", new[] { "output.value", "llm.response", "llm.response_preview", "gen_ai.output.messages", "llm.output_messages.0.message.role" }, "input.value")]
    [InlineData("OPENINFERENCE_HIDE_INPUT_TEXT", new[] { "input.value", "llm.prompt", "llm.last_message_preview", "agent.task", "gen_ai.input.messages", "llm.input_messages.0.message.content" }, "output.value")]
    [InlineData("OPENINFERENCE_HIDE_OUTPUT_TEXT", new[] { "output.value", "llm.response", "llm.response_preview", "gen_ai.output.messages", "llm.output_messages.0.message.content" }, "input.value")]
    [InlineData("OPENINFERENCE_HIDE_INPUT_MESSAGES", new[] { "gen_ai.input.messages", "llm.input_messages.0.message.role" }, "input.value")]
    [InlineData("OPENINFERENCE_HIDE_OUTPUT_MESSAGES", new[] { "gen_ai.output.messages", "llm.output_messages.0.message.role" }, "output.value")]
    [InlineData("OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS", new[] { "llm.invocation_parameters" }, "llm.temperature")]
    [InlineData("OPENINFERENCE_HIDE_LLM_TOOLS", new[] { "llm.tools.0.tool.json_schema", "gen_ai.tool.definitions" }, "llm.available_tools")]
    public async Task What_the_environment_hides_is_hidden_and_the_rest_is_not(string variable, string[] hidden, string shown)
    {
        using var turn = new TurnFixture(CaptureOptions.From(name => name == variable ? "true" : null));
        turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Full });
        var options = new ChatOptions { Temperature = 0.5f, Tools = [AIFunctionFactory.Create((string text) => text, "echo")] };

        await turn.RunAsync(new ScriptedChatClient(Say("Hello"), Call("echo", "call_1", ("text", "hidden?")), Done()), options: options);

        var keys = turn.Spans.Ended.SelectMany(span => span.TagObjects).Select(tag => tag.Key).ToHashSet();
        Assert.All(hidden, key => Assert.DoesNotContain(key, keys));
        Assert.Contains(shown, keys);
    }

    private void Set(CaptureLevel level) => _turn.Settings.UpdateTelemetry(settings => settings with { Capture = level });
}
