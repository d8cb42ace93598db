using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Ollama;

/// <summary>What stands in a chunk, and what is made of fields that are missing, odd or wrong.</summary>
public class ChatChunkTests
{
    private static readonly OllamaChatRequest Hello = new() { Model = "m" };

    [Fact]
    public async Task Fields_and_reasons_of_later_versions_do_no_harm()
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync(
            """{"model":"m","new":{"a":[1,{"b":2}]},"message":{"role":"assistant","content":"Hi","mood":[]},"done":true,"done_reason":"bored"}"""));

        Assert.Equal(("Hi", "bored"), (chunk.Content, chunk.DoneReason));
    }

    [Theory]
    [InlineData("""{"message":null,"done":true}""")]
    [InlineData("""{"done":true}""")]
    [InlineData("""{"message":{},"done":true}""")]
    [InlineData("""{"message":{"role":null,"content":null,"thinking":null,"tool_calls":null},"done":true}""")]
    [InlineData("""{"model":null,"created_at":7,"message":{"role":5,"content":{},"thinking":[],"tool_calls":{}},"done":true,"done_reason":1}""")]
    public async Task A_chunk_without_content_message_or_role_is_an_empty_one(string line)
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync(line));

        Assert.Equal(("assistant", "", null), (chunk.Role, chunk.Content, chunk.Thinking));
        Assert.Empty(chunk.ToolCalls);
        Assert.Null(chunk.Stats);
        Assert.Null(chunk.DoneReason);
    }

    [Theory]
    [InlineData("""{"a":{"b":[1,2]}}""", """{"a":{"b":[1,2]}}""")]
    [InlineData("\"{\\\"a\\\":1}\"", """{"a":1}""")]
    [InlineData("null", "{}")]
    [InlineData("\"\"", "{}")]
    [InlineData("\"nonsense\"", "\"nonsense\"")]
    [InlineData("[1]", "[1]")]
    public async Task Arguments_are_an_object_where_they_can_be(string sent, string arguments)
    {
        OllamaChatChunk[] chunks = [.. await ReadAsync(Lines.Calls($$$"""[{"id":"c1","function":{"index":2,"name":"f","arguments":{{{sent}}}}}]""") + "\n" + Lines.Done)];

        OllamaToolCall call = Assert.Single(chunks[0].ToolCalls);
        Assert.Equal(("c1", 2, "f", arguments), (call.Id, call.Index, call.Name, call.Arguments.GetRawText()));
    }

    [Fact]
    public async Task A_call_without_arguments_or_without_anything_is_kept()
    {
        OllamaChatChunk chunk = (await ReadAsync(Lines.Calls("""[{"function":{"name":"now"}},{},null]""") + "\n" + Lines.Done))[0];

        Assert.Equal(["now", "", ""], chunk.ToolCalls.Select(call => call.Name));
        Assert.All(chunk.ToolCalls, call => Assert.Equal(JsonValueKind.Object, call.Arguments.ValueKind));
    }

    [Theory]
    [InlineData("\"26\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("-1")]
    [InlineData("1e99")]
    [InlineData("2.5")]
    public async Task A_count_or_duration_that_is_none_is_missing_and_the_answer_stays(string value)
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync(
            $$$"""{"message":{"content":"Hi"},"done":true,"prompt_eval_count":{{{value}}},"eval_duration":{{{value}}},"eval_count":3.0,"load_duration":0}"""));

        Assert.Equal(new OllamaStats { EvalCount = 3, LoadDuration = TimeSpan.Zero }, chunk.Stats);
    }

    [Theory]
    [InlineData(",\"prompt_eval_cached_count\":20", 20L)]
    [InlineData(",\"prompt_eval_cached_count\":0", 0L)]
    [InlineData("", null)]
    public async Task Cached_tokens_are_told_apart_from_those_of_which_nothing_is_known(string field, long? cached)
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync($$$"""{"done":true,"prompt_eval_count":26{{{field}}}}"""));

        Assert.Equal(new OllamaStats { PromptEvalCount = 26, PromptEvalCachedCount = cached }, chunk.Stats);
    }

    [Fact]
    public async Task Chunks_of_a_cloud_model_are_read_like_any_other()
    {
        List<OllamaChatChunk> chunks = await ReadAsync(
            """
            {"model":"m","remote_model":"big:120b","remote_host":"https://ollama.com:443","message":{"role":"assistant","content":"Hi"},"done":false}
            {"model":"m","remote_model":"big:120b","remote_host":"https://ollama.com:443","message":{"role":"assistant","content":""},"done":true,"eval_count":2}
            """);

        Assert.Equal([("m", "Hi", false), ("m", "", true)], chunks.Select(chunk => (chunk.Model, chunk.Content, chunk.Done)));
        Assert.Equal(2, chunks[1].Stats!.EvalCount);
    }

    [Theory]
    [InlineData("load_progress")]
    [InlineData("prompt_eval_progress")]
    public async Task Progress_with_an_empty_role_is_a_chunk_that_says_nothing(string field)
    {
        List<OllamaChatChunk> chunks = await ReadAsync(
            $$$"""
            {"model":"m","message":{"role":"","content":""},"{{{field}}}":0.5,"done":false}
            {"model":"m","message":{"role":"assistant","content":"Hi"},"done":true}
            """);

        Assert.Equal([("assistant", ""), ("assistant", "Hi")], chunks.Select(chunk => (chunk.Role, chunk.Content)));
    }

    [Fact]
    public async Task Times_with_nine_digits_and_in_far_away_years_are_read()
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync("""{"created_at":"2318-03-11T14:05:06.123456789+02:00","done":true}"""));

        Assert.Equal(new DateTimeOffset(2318, 3, 11, 14, 5, 6, TimeSpan.FromHours(2)).AddTicks(1234567), chunk.CreatedAt);
    }

    [Fact]
    public async Task Of_a_doubled_key_the_last_one_counts()
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync(
            """{"message":{"content":"a","content":"b"},"done":false,"done":true,"eval_count":1,"eval_count":2}"""));

        Assert.Equal(("b", 2), (chunk.Content, chunk.Stats!.EvalCount));
    }

    [Fact]
    public async Task Log_probabilities_are_read_and_nonsense_in_their_place_is_none()
    {
        OllamaChatChunk chunk = Assert.Single(await ReadAsync(
            """{"message":{"content":"Hi"},"logprobs":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Ho","logprob":-1.5}]}],"done":true}"""));
        OllamaChatChunk broken = Assert.Single(await ReadAsync("""{"logprobs":[{"token":5}],"done":true}"""));

        OllamaLogprob token = Assert.Single(chunk.Logprobs);
        Assert.Equal(("Hi", -0.25, "Ho"), (token.Token, token.Logprob, Assert.Single(token.TopLogprobs).Token));
        Assert.Empty(broken.Logprobs);
    }

    [Fact]
    public async Task An_answer_nested_beyond_reason_is_a_bad_one()
    {
        string deep = string.Concat(Enumerable.Repeat("[", 100_000));

        var error = await Assert.ThrowsAsync<OllamaException>(() => ReadAsync($$"""{"x":{{deep}}}""" + "\n"));

        Assert.Equal(OllamaErrorKind.BadAnswer, error.Kind);
    }

    private static async Task<List<OllamaChatChunk>> ReadAsync(string body)
    {
        using var client = new OllamaClient(OllamaEndpoint.Default, new PiecesHandler(Encoding.UTF8.GetBytes(body), () => 1000));
        return await client.ChatStreamAsync(Hello).ToListAsync();
    }
}
