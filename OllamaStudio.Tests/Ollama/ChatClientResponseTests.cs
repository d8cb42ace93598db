using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>What the chat client makes of Ollama's answers.</summary>
public class ChatClientResponseTests
{
    [Fact]
    public async Task A_streamed_answer_has_one_identity_no_empty_text_and_its_usage_at_the_end()
    {
        List<ChatResponseUpdate> updates = await StreamAsync([Lines.Thinking("Hm."), Lines.Text("Hel"), Lines.Text("lo"), Lines.Done]);

        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.Single(updates.Select(update => update.MessageId).Distinct());
        Assert.All(updates, update => Assert.Equal((ChatRole.Assistant, "m"), (update.Role!.Value, update.ModelId)));
        Assert.Equal(["TextReasoningContent", "TextContent", "TextContent", "UsageContent"], updates.SelectMany(update => update.Contents).Select(content => content.GetType().Name));
        Assert.Equal([null, null, null, ChatFinishReason.Stop], updates.Select(update => update.FinishReason));

        ChatResponse response = updates.ToChatResponse();
        Assert.Equal(("Hello", 26, 298, 324), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        AssertTimes(updates[^1].AdditionalProperties);
        AssertTimes(response.Messages[0].AdditionalProperties);
    }

    [Fact]
    public async Task A_whole_answer_has_the_same_contents()
    {
        ChatResponse response = await GetAsync(
            """{"model":"m","created_at":"2025-06-01T10:00:00Z","message":{"role":"assistant","content":"Hello","thinking":"Hm.","tool_calls":[{"id":"c1","function":{"name":"now","arguments":{}}}]},"done":true,"done_reason":"stop","total_duration":5000000000,"load_duration":1000000000,"prompt_eval_count":26,"prompt_eval_duration":500000000,"eval_count":298,"eval_duration":3400000000}""");

        ChatMessage message = Assert.Single(response.Messages);
        Assert.Equal(["TextReasoningContent", "TextContent", "FunctionCallContent"], message.Contents.Select(content => content.GetType().Name));
        Assert.Equal((ChatFinishReason.ToolCalls, 324), (response.FinishReason, response.Usage!.TotalTokenCount));
        Assert.Equal(new DateTimeOffset(2025, 6, 1, 10, 0, 0, TimeSpan.Zero), response.CreatedAt);
        AssertTimes(response.AdditionalProperties);
    }

    [Fact]
    public async Task Thinking_and_text_in_one_chunk_keep_their_order()
    {
        ChatResponseUpdate update = (await StreamAsync([Lines.Message("""{"content":"Hi","tool_calls":[{"function":{"name":"f"}}],"thinking":"Hm."}"""), Lines.Done]))[0];

        Assert.Equal(["TextReasoningContent", "TextContent", "FunctionCallContent"], update.Contents.Select(content => content.GetType().Name));
    }

    [Fact]
    public async Task Counts_that_Ollama_leaves_out_stay_unknown()
    {
        ChatResponse none = (await StreamAsync(["""{"message":{"content":"Hi"},"done":true}"""])).ToChatResponse();
        ChatResponse half = (await StreamAsync(["""{"message":{"content":"Hi"},"done":true,"eval_count":7}"""])).ToChatResponse();

        Assert.Null(none.Usage);
        Assert.Null(none.FinishReason);
        Assert.Null(none.AdditionalProperties);
        Assert.Equal((null, 7, null), (half.Usage!.InputTokenCount, half.Usage.OutputTokenCount, half.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Cached_tokens_are_part_of_the_usage()
    {
        ChatResponse answer = await GetAsync("""{"message":{"content":"Hi"},"done":true,"prompt_eval_count":26,"prompt_eval_cached_count":0,"eval_count":2}""");

        Assert.Equal((26, 0, 28), (answer.Usage!.InputTokenCount, answer.Usage.CachedInputTokenCount, answer.Usage.TotalTokenCount));
    }

    [Fact]
    public async Task Counts_too_large_to_be_added_have_no_total()
    {
        ChatResponse answer = await GetAsync("""{"message":{"content":"Hi"},"done":true,"prompt_eval_count":9223372036854775807,"eval_count":2}""");

        Assert.Equal((long.MaxValue, 2, null), (answer.Usage!.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
    }

    [Theory]
    [InlineData("stop", "stop")]
    [InlineData("length", "length")]
    [InlineData("load", "load")]
    [InlineData("bored", "bored")]
    public async Task The_reason_why_it_ended_is_passed_on(string reason, string finish)
    {
        ChatResponse response = await GetAsync($$"""{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"{{reason}}"}""");

        Assert.Equal(finish, response.FinishReason!.Value.Value);
        Assert.Equal(reason, response.AdditionalProperties![ResponseProperties.DoneReason]);
        Assert.Empty(response.Messages[0].Contents);
    }

    [Fact]
    public async Task Calls_over_several_chunks_and_in_the_last_one_are_all_there_each_with_an_id_of_its_own()
    {
        ChatResponse response = (await StreamAsync(
            [
                Lines.Calls("""[{"id":"same","function":{"name":"a","arguments":{"x":1}}},{"id":"same","function":{"name":"b","arguments":{}}}]"""),
                Lines.Calls("""[{"function":{"name":"c","arguments":{}}},{"id":"","function":{"name":"d"}}]"""),
                """{"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"id":"old","function":{"name":"e","arguments":{"y":null,"z":[1]}}}]},"done":true,"done_reason":"stop"}""",
            ],
            [new(ChatRole.Assistant, [new FunctionCallContent("old", "a")]), new(ChatRole.Tool, [new FunctionResultContent("old", "1")])])).ToChatResponse();

        FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
        Assert.Equal(["a", "b", "c", "d", "e"], calls.Select(call => call.Name));
        Assert.Equal("same", calls[0].CallId);
        Assert.Equal(6, calls.Select(call => call.CallId).Append("old").Distinct().Count());
        Assert.DoesNotContain(calls, call => string.IsNullOrEmpty(call.CallId));
        Assert.Equal(1, ((JsonElement)calls[0].Arguments!["x"]!).GetInt32());
        Assert.Null(calls[4].Arguments!["y"]);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
    }

    [Fact]
    public async Task Arguments_that_are_no_object_are_told_to_whoever_runs_the_tool()
    {
        ChatResponse response = await GetAsync("""{"message":{"tool_calls":[{"function":{"name":"f","arguments":"five and three"}}]},"done":true}""");

        var call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents));
        Assert.Null(call.Arguments);
        Assert.IsType<JsonException>(call.Exception);
    }

    [Fact]
    public async Task Thinking_that_the_caller_does_not_want_is_left_out()
    {
        List<ChatResponseUpdate> updates = await StreamAsync(
            [Lines.Thinking("Hm."), Lines.Text("Hi"), Lines.Done], options: new ChatOptions { Reasoning = new ReasoningOptions { Output = ReasoningOutput.None } });

        Assert.DoesNotContain(updates.SelectMany(update => update.Contents), content => content is TextReasoningContent);
    }

    [Fact]
    public async Task An_error_in_the_middle_comes_after_the_text_before_it()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Text("Hel"), """{"error":"runner died"}""");
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");
        var updates = new List<ChatResponseUpdate>();

        var error = await Assert.ThrowsAsync<OllamaException>(() => chat.GetStreamingResponseAsync("a").CollectAsync(updates));

        Assert.Equal((OllamaErrorKind.FailedMidStream, "runner died"), (error.Kind, error.Message));
        Assert.Equal("Hel", updates.ToChatResponse().Text);
    }

    [Fact]
    public async Task Ids_differ_between_answers()
    {
        ChatResponseUpdate first = (await StreamAsync([Lines.Done]))[0], second = (await StreamAsync([Lines.Done]))[0];

        Assert.NotEqual(first.ResponseId, second.ResponseId);
        Assert.NotEqual(first.MessageId, second.MessageId);
    }

    private static void AssertTimes(AdditionalPropertiesDictionary? properties)
    {
        Assert.NotNull(properties);
        Assert.Equal("stop", properties[ResponseProperties.DoneReason]);
        Assert.Equal(TimeSpan.FromSeconds(5), properties[ResponseProperties.TotalDuration]);
        Assert.Equal(TimeSpan.FromSeconds(1), properties[ResponseProperties.LoadDuration]);
        Assert.Equal(TimeSpan.FromSeconds(0.5), properties[ResponseProperties.PromptEvalDuration]);
        Assert.Equal(TimeSpan.FromSeconds(3.4), properties[ResponseProperties.EvalDuration]);
    }

    private static async Task<List<ChatResponseUpdate>> StreamAsync(string[] lines, IEnumerable<ChatMessage>? messages = null, ChatOptions? options = null)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(lines);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");
        return await chat.GetStreamingResponseAsync(messages ?? [new(ChatRole.User, "a")], options).ToListAsync();
    }

    private static async Task<ChatResponse> GetAsync(string json)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(json);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");
        return await chat.GetResponseAsync("a");
    }
}
