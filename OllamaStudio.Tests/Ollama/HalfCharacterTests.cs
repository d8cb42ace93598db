using System.Text;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Half of a surrogate pair, as an escape: a model's token ended within an emoji. It costs one character, never the answer.</summary>
public class HalfCharacterTests
{
    private static readonly OllamaChatRequest Hello = new() { Model = "m" };

    [Theory]
    [InlineData("""a\ud83eb""", "a\uFFFDb")]
    [InlineData("""\uDD99""", "\uFFFD")]
    [InlineData("""\ud83e\ud83e\udd99\udd99""", "\uFFFD🦙\uFFFD")]
    [InlineData("""\ud83e\n\u00e9""", "\uFFFD\n\u00e9")]
    [InlineData("""\\ud83e""", "\\ud83e")]
    [InlineData("""\\\ud83e""", "\\\uFFFD")]
    [InlineData("""\ud7ff\ue000""", "\ud7ff\ue000")]
    public async Task It_becomes_a_replacement_in_text_and_thinking_alike(string escaped, string expected)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(
            Lines.Message($$"""{"role":"assistant","content":"first"}"""),
            Lines.Message($$"""{"role":"assistant","content":"{{escaped}}"}"""),
            Lines.Message($$"""{"role":"assistant","content":"","thinking":"{{escaped}}"}"""),
            Lines.Done);
        using var client = new OllamaClient(server.Endpoint);

        List<OllamaChatChunk> chunks = await client.ChatStreamAsync(Hello).ToListAsync();

        Assert.Equal((expected, expected), (chunks[1].Content, chunks[2].Thinking));
        Assert.True(chunks[^1].Done);
    }

    [Fact]
    public async Task It_becomes_a_replacement_in_names_and_reasons_too()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(
            """{"model":"m\ud83e","message":{"role":"r\ud83e","tool_calls":[{"id":"i\ud83e","function":{"name":"f\ud83e"}}]},"done":true,"done_reason":"d\ud83e"}""");
        using var client = new OllamaClient(server.Endpoint);

        OllamaChatChunk chunk = await client.ChatAsync(Hello);

        Assert.Equal(("m\uFFFD", "r\uFFFD", "d\uFFFD"), (chunk.Model, chunk.Role, chunk.DoneReason));
        Assert.Equal(("i\uFFFD", "f\uFFFD"), (chunk.ToolCalls[0].Id, chunk.ToolCalls[0].Name));
    }

    [Theory]
    [InlineData("""{"a\ud83e":"b\ud83e"}""")]
    [InlineData("""
        "{\"a\\ud83e\":\"b\\ud83e\"}"
        """)]
    public async Task Arguments_with_one_reach_the_tool_and_go_back_into_history(string arguments)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(
            Lines.Calls($$$"""[{"id":"c1","function":{"name":"f","arguments":{{{arguments}}}}}]"""), Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m");

        ChatResponse answer = await chat.GetStreamingResponseAsync("a").ToChatResponseAsync();
        var call = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        Assert.Equal("{\"a\uFFFD\":\"b\uFFFD\"}", ToolJson.Arguments(call));

        await chat.GetStreamingResponseAsync([.. answer.Messages, new(ChatRole.User, "b")]).ToListAsync();
        Assert.Contains("\"arguments\":{\"a\uFFFD\":\"b\uFFFD\"}", server.Requests.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_written_as_text_with_one_is_as_good_as_any()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(
            Lines.Text("""{"name":"f","arguments":{"a":"b\ud83e"}}"""), Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };

        ChatResponse answer = await chat.GetStreamingResponseAsync(
            "a", new ChatOptions { Tools = [AIFunctionFactory.Create((string a) => a, "f")] }).ToChatResponseAsync();

        var call = answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        Assert.Equal("{\"a\":\"b\uFFFD\"}", ToolJson.Arguments(call));
    }

    [Fact]
    public async Task An_error_with_one_keeps_its_words()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"cut \ud83e"}""", 500);
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal("cut \uFFFD", (await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(Hello))).Message);
    }

    [Fact]
    public void A_line_without_one_is_not_copied()
    {
        byte[] line = Encoding.UTF8.GetBytes(Lines.Text("a\n\"🦙\"") + """{"x":"\ud83e\udd99\\ud83e"}""");

        Assert.True(WellFormed.Of(line) == line);
    }
}
