using System.ComponentModel;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>The list of what a model call's span says, in all vocabularies, against the spans of turns that have all of it to say.</summary>
[Collection("telemetry")]
public sealed class AttributeContractTests : IDisposable
{
    // What every streamed call of a plain turn writes at the default level.
    private static readonly string[] Always =
    [
        "openinference.span.kind", "gen_ai.operation.name", "session.id", "gen_ai.conversation.id",
        "llm.vendor", "gen_ai.provider.name", "llm.system", "llm.provider",
        "llm.model", "gen_ai.request.model", "llm.model_name", "gen_ai.response.model", "gen_ai.response.id",
        "llm.operation", "llm.host", "server.address", "server.port",
        "llm.message_count", "llm.tool_count",
        "llm.last_message_role", "llm.last_message_length", "llm.last_message_preview", "llm.prompt", "input.value", "input.mime_type",
        "llm.response_length", "llm.response_preview", "llm.response", "output.value", "output.mime_type",
        "llm.tokens_input", "llm.tokens_output", "llm.tokens.input", "llm.tokens.output", "llm.tokens.total",
        "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens",
        "llm.token_count.prompt", "llm.token_count.completion", "llm.token_count.total",
        "llm.tokens_cached", "llm.prompt_tokens_evaluated", "gen_ai.usage.cache_read.input_tokens", "llm.token_count.prompt_details.cache_read",
        "llm.duration_ms", "llm.total_duration_ms", "llm.load_duration_ms", "llm.prompt_eval_duration_ms", "llm.eval_duration_ms", "llm.queue_duration_ms",
        "llm.time_to_first_chunk_ms", "llm.time_to_first_answer_ms", "gen_ai.response.time_to_first_chunk",
        "llm.chunk_count", "llm.total_content_length", "llm.has_tool_calls",
        "llm.finish_reason", "gen_ai.response.finish_reasons",
        "llm.streamed", "gen_ai.request.stream",
        "llm.context_window", "llm.context_utilization",
        "llm.server.version", "llm.model.digest",
    ];

    // What options and tools add.
    private static readonly string[] Asked =
    [
        "llm.think", "gen_ai.request.reasoning.level",
        "llm.temperature", "gen_ai.request.temperature", "llm.top_p", "gen_ai.request.top_p", "llm.top_k", "gen_ai.request.top_k",
        "llm.max_tokens", "gen_ai.request.max_tokens", "llm.seed", "gen_ai.request.seed",
        "llm.frequency_penalty", "gen_ai.request.frequency_penalty", "llm.presence_penalty", "gen_ai.request.presence_penalty",
        "gen_ai.request.stop_sequences", "gen_ai.output.type", "llm.num_ctx", "llm.invocation_parameters",
        "llm.available_tools", "llm.tools.0.tool.json_schema", "gen_ai.tool.definitions",
        "llm.tool_calls_count", "llm.called_tools",
        "llm.output_messages.0.message.role",
        "llm.output_messages.0.message.tool_calls.0.tool_call.id",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.name",
        "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments",
        "llm.context_truncated",
    ];

    // What full capture adds.
    private static readonly string[] Messages =
    [
        "gen_ai.input.messages", "gen_ai.output.messages",
        "llm.input_messages.0.message.role", "llm.input_messages.0.message.content",
        "llm.output_messages.0.message.contents.0.message_content.type", "llm.output_messages.0.message.contents.0.message_content.text",
    ];

    private readonly TurnFixture _turn = new() { Facts = _ => new(8192, "0.40.1", "sha256:abc") };

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task A_plain_turn_says_all_that_it_knows_in_fewer_than_90_attributes()
    {
        await _turn.RunAsync(Say("Hello"), Done(cached: 0));

        var keys = KeysOf("ollama.chat_streaming");
        Assert.Equal(Always.Order(StringComparer.Ordinal), keys.Order(StringComparer.Ordinal));
        Assert.True(keys.Count < 90, $"{keys.Count} attributes");
        Assert.Equal("0.40.1", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.server.version"));
        Assert.Equal("sha256:abc", _turn.Spans["ollama.chat_streaming"].GetTagItem("llm.model.digest"));
        Assert.Equal(true, _turn.Spans["ollama.chat_streaming"].GetTagItem("gen_ai.request.stream"));
        Assert.Equal("chat", _turn.Spans["chat_interaction"].GetTagItem("studio.source"));
    }

    [Fact]
    public async Task A_turn_with_all_options_tools_and_messages_says_those_too()
    {
        _turn.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Full });
        var options = new ChatOptions
        {
            Temperature = 0.7f, TopP = 0.9f, TopK = 40, MaxOutputTokens = 256, Seed = 7, FrequencyPenalty = 0.1f, PresencePenalty = 0.2f,
            StopSequences = ["END"], ResponseFormat = ChatResponseFormat.Json, Reasoning = new() { Effort = ReasoningEffort.Low },
            AdditionalProperties = new() { ["num_ctx"] = 26 }, Tools = [AIFunctionFactory.Create(Add, "add")],
        };

        await _turn.RunAsync(
            new ScriptedChatClient(Think("Hm."), Say("Let me see."), Call("add", "call_1", ("a", 5), ("b", 3)), Done(finish: ChatFinishReason.ToolCalls, cached: 20)), options: options);

        Assert.Empty(Always.Concat(Asked).Concat(Messages).Except(KeysOf("ollama.chat_streaming"), StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_call_that_is_not_streamed_says_so_and_no_more_than_it_knows()
    {
        await _turn.RunAsync(new ScriptedChatClient(Say("Hello"), Done(cached: 0)), stream: false);

        var keys = KeysOf("ollama.chat_with_tools");
        Assert.Equal(false, _turn.Spans["ollama.chat_with_tools"].GetTagItem("llm.streamed"));
        Assert.Equal(
            ["gen_ai.response.time_to_first_chunk", "llm.chunk_count", "llm.has_tool_calls", "llm.time_to_first_answer_ms", "llm.time_to_first_chunk_ms", "llm.total_content_length"],
            Always.Except(keys, StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    private List<string> KeysOf(string span) => [.. _turn.Spans[span].TagObjects.Select(tag => tag.Key)];

    [Description("Adds two numbers.")]
    private static double Add(double a, double b) => a + b;
}
