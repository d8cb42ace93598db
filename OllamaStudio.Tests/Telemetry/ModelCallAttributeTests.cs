using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

[Collection("telemetry")]
public sealed class ModelCallAttributeTests : IDisposable
{
    private readonly TurnFixture _turn = new();

    public void Dispose() => _turn.Dispose();

    [Theory]
    [InlineData(true, "ollama.chat_streaming", "chat_streaming")]
    [InlineData(false, "ollama.chat_with_tools", "chat_with_tools")]
    public async Task Who_is_asked_stands_in_all_three_vocabularies(bool stream, string name, string operation)
    {
        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), stream);

        var span = _turn.Spans[name];
        Assert.Equal(operation, span.GetTagItem("llm.operation"));
        foreach (var key in new[] { "llm.vendor", "gen_ai.provider.name", "llm.system", "llm.provider" })
        {
            Assert.Equal("ollama", span.GetTagItem(key));
        }

        foreach (var key in new[] { "llm.model", "gen_ai.request.model", "llm.model_name", "gen_ai.response.model" })
        {
            Assert.Equal("llama3.1:8b", span.GetTagItem(key));
        }

        Assert.Equal("http://models.example:11434", span.GetTagItem("llm.host"));
        Assert.Equal("models.example", span.GetTagItem("server.address"));
        Assert.Equal(11434, span.GetTagItem("server.port"));
        Assert.Equal("resp_1", span.GetTagItem("gen_ai.response.id"));
        Assert.DoesNotContain("pa55word", _turn.Spans.Everything(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_core_attributes_come_before_those_that_may_be_many()
    {
        _turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Full });

        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: Tools());

        var keys = _turn.Spans["ollama.chat_streaming"].TagObjects.Select(tag => tag.Key).ToList();
        var core = new[] { "openinference.span.kind", "gen_ai.operation.name", "session.id", "llm.model", "input.value" };
        Assert.All(core, key => Assert.InRange(keys.IndexOf(key), 0, 24));
        Assert.True(keys.IndexOf("llm.tools.0.tool.json_schema") > keys.IndexOf("input.value"));
    }

    [Fact]
    public async Task The_last_message_is_told_by_role_length_and_preview()
    {
        await _turn.RunAsync(Say("Hello"), Done());

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(2, span.GetTagItem("llm.message_count"));
        Assert.Equal("user", span.GetTagItem("llm.last_message_role"));
        Assert.Equal("Why is the sky blue?".Length, span.GetTagItem("llm.last_message_length"));
        foreach (var key in new[] { "llm.last_message_preview", "llm.prompt", "input.value" })
        {
            Assert.Equal("Why is the sky blue?", span.GetTagItem(key));
        }
    }

    [Fact]
    public async Task Options_are_written_as_typed()
    {
        var options = new ChatOptions
        {
            Temperature = 0.7f, TopP = 0.9f, TopK = 40, MaxOutputTokens = 256, Seed = 7, FrequencyPenalty = 0.1f, PresencePenalty = 0.2f,
            StopSequences = ["END"], ResponseFormat = ChatResponseFormat.Json,
            AdditionalProperties = new() { ["num_ctx"] = 8192, ["min_p"] = 0.05, ["keep_alive"] = "5m", ["model"] = 1 },
        };

        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: options);

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(0.7, span.GetTagItem("llm.temperature"));
        Assert.Equal(0.7, span.GetTagItem("gen_ai.request.temperature"));
        Assert.Equal(0.9, span.GetTagItem("gen_ai.request.top_p"));
        Assert.Equal(40, span.GetTagItem("gen_ai.request.top_k"));
        Assert.Equal(256, span.GetTagItem("gen_ai.request.max_tokens"));
        Assert.Equal(7L, span.GetTagItem("gen_ai.request.seed"));
        Assert.Equal(0.1, span.GetTagItem("gen_ai.request.frequency_penalty"));
        Assert.Equal(0.2, span.GetTagItem("gen_ai.request.presence_penalty"));
        Assert.Equal(["END"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.request.stop_sequences")));
        Assert.Equal("json", span.GetTagItem("gen_ai.output.type"));
        Assert.Equal(8192, span.GetTagItem("llm.num_ctx"));
        Assert.Equal(0.05, span.GetTagItem("llm.min_p"));
        Assert.Equal("llama3.1:8b", span.GetTagItem("llm.model"));
        var parameters = JsonNode.Parse((string)span.GetTagItem("llm.invocation_parameters")!)!;
        Assert.Equal("0.7", parameters["temperature"]!.ToJsonString());
        Assert.Equal("8192", parameters["num_ctx"]!.ToJsonString());
        Assert.Equal("5m", (string?)parameters["keep_alive"]);
        Assert.Equal("END", (string?)parameters["stop"]![0]);
    }

    [Fact]
    public async Task Tools_offered_are_named_and_described()
    {
        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: Tools());

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(1, span.GetTagItem("llm.tool_count"));
        Assert.Equal("""["add"]""", span.GetTagItem("llm.available_tools"));
        var schema = JsonNode.Parse((string)span.GetTagItem("llm.tools.0.tool.json_schema")!)!;
        Assert.Equal("add", (string?)schema["function"]!["name"]);
        Assert.NotNull(schema["function"]!["parameters"]!["properties"]!["a"]);
        var definition = JsonNode.Parse((string)span.GetTagItem("gen_ai.tool.definitions")!)![0]!;
        Assert.Equal("function", (string?)definition["type"]);
        Assert.Equal("Adds two numbers.", (string?)definition["description"]);
    }

    [Fact]
    public async Task The_reply_is_told_by_length_preview_tokens_and_reason()
    {
        await _turn.RunAsync(Say("Hello "), Say("there"), Done());

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(11L, span.GetTagItem("llm.response_length"));
        foreach (var key in new[] { "llm.response_preview", "llm.response", "output.value" })
        {
            Assert.Equal("Hello there", span.GetTagItem(key));
        }

        foreach (var key in new[] { "llm.tokens_input", "llm.tokens.input", "gen_ai.usage.input_tokens", "llm.token_count.prompt" })
        {
            Assert.Equal(26L, span.GetTagItem(key));
        }

        foreach (var key in new[] { "llm.tokens_output", "llm.tokens.output", "gen_ai.usage.output_tokens", "llm.token_count.completion" })
        {
            Assert.Equal(100L, span.GetTagItem(key));
        }

        Assert.Equal(126L, span.GetTagItem("llm.tokens.total"));
        Assert.Equal(126L, span.GetTagItem("llm.token_count.total"));
        Assert.Equal("stop", span.GetTagItem("llm.finish_reason"));
        Assert.Equal(["stop"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
        Assert.Null(span.GetTagItem("llm.tool_calls_count"));
        Assert.Null(span.GetTagItem("llm.called_tools"));
    }

    [Fact]
    public async Task Durations_are_in_milliseconds_and_the_rest_is_the_queue()
    {
        await _turn.RunAsync(
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Think("hm"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Say("42"),
            Do(() => _turn.Clock.Advance(TimeSpan.FromSeconds(1))), Done());

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(3000.0, span.GetTagItem("llm.duration_ms"));
        Assert.Equal(1000.0, span.GetTagItem("llm.total_duration_ms"));
        Assert.Equal(300.0, span.GetTagItem("llm.load_duration_ms"));
        Assert.Equal(100.0, span.GetTagItem("llm.prompt_eval_duration_ms"));
        Assert.Equal(500.0, span.GetTagItem("llm.eval_duration_ms"));
        Assert.Equal(100.0, span.GetTagItem("llm.queue_duration_ms"));
        Assert.Equal(1000.0, span.GetTagItem("llm.time_to_first_chunk_ms"));
        Assert.Equal(2000.0, span.GetTagItem("llm.time_to_first_answer_ms"));
        Assert.Equal(1.0, span.GetTagItem("gen_ai.response.time_to_first_chunk"));
    }

    [Fact]
    public async Task Tool_calls_are_counted_named_and_carry_their_arguments()
    {
        await _turn.RunAsync(Call("add", "call_1", ("a", 5), ("b", 3)), Call("time", "call_2"), Done(finish: ChatFinishReason.ToolCalls));

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(2, span.GetTagItem("llm.tool_calls_count"));
        Assert.Equal("""["add","time"]""", span.GetTagItem("llm.called_tools"));
        Assert.Equal("assistant", span.GetTagItem("llm.output_messages.0.message.role"));
        Assert.Equal("call_1", span.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.id"));
        Assert.Equal("add", span.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.function.name"));
        Assert.Equal("""{"a":5,"b":3}""", span.GetTagItem("llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments"));
        Assert.Equal("time", span.GetTagItem("llm.output_messages.0.message.tool_calls.1.tool_call.function.name"));
        Assert.Equal("stop", span.GetTagItem("llm.finish_reason"));
        Assert.Equal(["tool_calls"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
    }

    [Fact]
    public async Task Unknown_tokens_and_durations_are_absent_and_never_zero()
    {
        await _turn.RunAsync(Say("Hello"), Done(input: null, output: null, reason: null, durations: false));

        var keys = _turn.Spans["ollama.chat_streaming"].TagObjects.Select(tag => tag.Key).ToList();
        Assert.DoesNotContain(keys, key => key.Contains("token", StringComparison.Ordinal) || key.Contains("usage", StringComparison.Ordinal));
        Assert.DoesNotContain(keys, key => key is "llm.total_duration_ms" or "llm.load_duration_ms" or "llm.prompt_eval_duration_ms" or "llm.eval_duration_ms" or "llm.queue_duration_ms");
    }

    [Fact]
    public async Task With_one_count_unknown_there_is_no_total()
    {
        await _turn.RunAsync(Say("Hello"), Done(input: null, output: 5));

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Null(span.GetTagItem("llm.tokens_input"));
        Assert.Equal(5L, span.GetTagItem("llm.tokens_output"));
        Assert.Null(span.GetTagItem("llm.tokens.total"));
        Assert.Null(span.GetTagItem("llm.token_count.total"));
    }

    [Fact]
    public async Task Cached_tokens_are_told_apart_from_those_that_had_to_be_read()
    {
        await _turn.RunAsync(Say("Hello"), Done(input: 26, cached: 20));
        await _turn.RunAsync(Say("Hello"), Done(input: 26, cached: 0));

        var calls = _turn.Spans.Ended.Where(span => span.OperationName == "ollama.chat_streaming").ToList();
        foreach (var (call, cached) in calls.Zip([20L, 0L]))
        {
            Assert.Equal(cached, call.GetTagItem("llm.tokens_cached"));
            Assert.Equal(26 - cached, call.GetTagItem("llm.prompt_tokens_evaluated"));
            Assert.Equal(cached, call.GetTagItem("gen_ai.usage.cache_read.input_tokens"));
            Assert.Equal(cached, call.GetTagItem("llm.token_count.prompt_details.cache_read"));
        }
    }

    [Theory]
    [InlineData(ReasoningEffort.None, "false", "none")]
    [InlineData(ReasoningEffort.Low, "low", "low")]
    [InlineData(ReasoningEffort.ExtraHigh, "max", "max")]
    [InlineData(true, "true", null)]
    [InlineData("High", "high", "high")]
    [InlineData("my secret", null, null)]
    [InlineData(null, null, null)]
    public async Task Thinking_is_told_as_it_is_sent(object? asked, string? think, string? level)
    {
        var options = asked is ReasoningEffort effort ? new ChatOptions { Reasoning = new() { Effort = effort } }
            : asked is null ? null : new ChatOptions { AdditionalProperties = new() { ["think"] = asked } };

        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: options);

        var span = _turn.Spans["ollama.chat_streaming"];
        Assert.Equal(think, span.GetTagItem("llm.think"));
        Assert.Equal(level, span.GetTagItem("gen_ai.request.reasoning.level"));
    }

    [Fact]
    public async Task A_value_that_cannot_be_told_breaks_nothing()
    {
        var options = new ChatOptions { AdditionalProperties = new() { ["broken"] = new Unspeakable() } };

        var result = await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done()), options: options);

        Assert.Equal(Core.Chat.TurnOutcome.Completed, result.Outcome);
        Assert.Equal("Hello", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.response_preview"));
    }

    private static ChatOptions Tools() => new() { Tools = [AIFunctionFactory.Create(Add, "add")] };

    [Description("Adds two numbers.")]
    private static double Add(double a, double b) => a + b;

    private sealed class Unspeakable
    {
        public string Value => throw new InvalidOperationException("unspeakable");
    }
}
