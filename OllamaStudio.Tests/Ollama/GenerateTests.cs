using System.Text.Json;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Completion without the roles of a chat.</summary>
public class GenerateTests
{
    private const string Done = """{"model":"m","created_at":"2025-06-01T10:00:00Z","response":"","done":true,"done_reason":"stop","context":[1,2,3],"eval_count":2,"eval_duration":1000000}""";

    [Fact]
    public async Task A_completion_streams_its_thinking_its_text_and_its_context()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(
            """{"model":"m","response":"","thinking":"Hm.","done":false}""", """{"model":"m","response":"Blue","done":false,"logprobs":[{"token":"Blue","logprob":-0.5}]}""", Done);
        using var client = new OllamaClient(server.Endpoint);

        List<OllamaGenerateChunk> chunks = await client.GenerateStreamAsync(new OllamaGenerateRequest { Model = "m", Prompt = "Why is the sky" }).ToListAsync();

        Assert.Equal(["Hm.", null, null], chunks.Select(chunk => chunk.Thinking));
        Assert.Equal("Blue", string.Concat(chunks.Select(chunk => chunk.Response)));
        Assert.Equal("Blue", Assert.Single(chunks[1].Logprobs).Token);
        Assert.Equal([1, 2, 3], chunks[2].Context.ToArray());
        Assert.Equal((true, "stop"), (chunks[2].Done, chunks[2].DoneReason));
        Assert.Equal(new OllamaStats { EvalCount = 2, EvalDuration = TimeSpan.FromMilliseconds(1) }, chunks[2].Stats);
        Assert.Equal("""{"model":"m","prompt":"Why is the sky","stream":true}""", server.Request.Body);
    }

    [Fact]
    public async Task Everything_that_can_be_asked_is_sent()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Done);
        using var client = new OllamaClient(server.Endpoint);

        OllamaGenerateChunk answer = await client.GenerateAsync(new OllamaGenerateRequest
        {
            Model = "m",
            Prompt = "def f(",
            Suffix = "return x",
            System = "s",
            Template = "t",
            Raw = true,
            Images = [new byte[] { 1, 2, 3 }],
            Context = [4, 5],
            Format = JsonElement.Parse("""{"type":"object"}"""),
            Think = OllamaThink.Low,
            KeepAlive = OllamaKeepAlive.Parse("10m"),
            Options = new OllamaOptions { NumPredict = 5 },
            Truncate = false,
            Shift = false,
            Logprobs = true,
            TopLogprobs = 2,
        });

        Assert.True(answer.Done);
        Assert.Equal(
            """{"model":"m","prompt":"def f(","suffix":"return x","system":"s","template":"t","raw":true,"images":["AQID"],"context":[4,5],"format":{"type":"object"},"think":"low","keep_alive":"10m","options":{"num_predict":5},"truncate":false,"shift":false,"logprobs":true,"top_logprobs":2,"stream":false}""",
            server.Request.Body);
    }

    [Theory]
    [InlineData("""{"response":null,"done":true,"context":null}""")]
    [InlineData("""{"done":true,"context":{}}""")]
    [InlineData("""{"response":5,"thinking":"","done":true,"context":[1,"2"]}""")]
    public async Task What_is_missing_or_wrong_is_empty(string line)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(line);
        using var client = new OllamaClient(server.Endpoint);

        OllamaGenerateChunk chunk = await client.GenerateAsync(new OllamaGenerateRequest { Model = "m" });

        Assert.Equal(("", null, null), (chunk.Response, chunk.Thinking, chunk.Stats));
        Assert.Empty(chunk.Context);
    }

    [Fact]
    public async Task An_error_in_the_middle_and_an_end_without_done_are_errors_here_too()
    {
        await using ScriptedServer failing = await ScriptedServer.StreamAsync("""{"response":"Bl"}""", """{"error":"runner died"}""");
        await using ScriptedServer ending = await ScriptedServer.StreamAsync("""{"response":"Bl"}""");
        using var first = new OllamaClient(failing.Endpoint);
        using var second = new OllamaClient(ending.Endpoint);
        var request = new OllamaGenerateRequest { Model = "m" };

        Assert.Equal(OllamaErrorKind.FailedMidStream, (await Assert.ThrowsAsync<OllamaException>(() => first.GenerateStreamAsync(request).CollectAsync())).Kind);
        Assert.Equal(OllamaErrorKind.StreamIncomplete, (await Assert.ThrowsAsync<OllamaException>(() => second.GenerateStreamAsync(request).CollectAsync())).Kind);
    }
}
