using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>Models that write a call instead of calling.</summary>
public class TextToolCallTests
{
    private static readonly ChatOptions WithAdd = new() { Tools = [AIFunctionFactory.Create((int a, int b) => a + b, "add")] };

    [Theory]
    [InlineData("""{"name":"add","arguments":{"a":5,"b":3}}""")]
    [InlineData("""{"name": "add", "parameters": {"a": 5, "b": 3}}""")]
    [InlineData("""  [{"name":"add","arguments":"{\"a\":5,\"b\":3}"}]  """)]
    [InlineData("""{"type":"function","function":{"name":"add","arguments":{"a":5,"b":3}}}""")]
    [InlineData("```json\n{\"name\":\"add\",\"arguments\":{\"a\":5,\"b\":3}}\n```")]
    [InlineData("<tool_call>\n{\"name\":\"add\",\"arguments\":{\"a\":5,\"b\":3}}\n</tool_call>")]
    public async Task A_call_that_is_all_of_the_text_is_taken_for_one_and_marked_on_the_span(string text)
    {
        using var span = new Activity("call").Start();
        ChatResponse response = (await StreamAsync([.. Pieces(text), Lines.Done])).ToChatResponse();

        var call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages.SelectMany(message => message.Contents)));
        Assert.Equal(("add", 5), (call.Name, ((JsonElement)call.Arguments!["a"]!).GetInt32()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        Assert.Equal("ollama.tool_call_recovered", Assert.Single(span.Events).Name);
    }

    [Theory]
    [InlineData("""{"name":"subtract","arguments":{}}""")]
    [InlineData("""{"name":"add"}""")]
    [InlineData("""{"name":"add","arguments":{"a":5}} is what I would call.""")]
    [InlineData("""I would call {"name":"add","arguments":{"a":5}}""")]
    [InlineData("""[{"name":"add","arguments":{}},{"name":"subtract","arguments":{}}]""")]
    [InlineData("{\"name\":\"add\",\"arguments\":{\"a\":")]
    [InlineData("[1,2,3]")]
    [InlineData("```\nadd\n```")]
    [InlineData("Hello.")]
    [InlineData("")]
    public async Task Anything_else_stays_text_to_the_letter(string text)
    {
        List<ChatResponseUpdate> updates = await StreamAsync([.. Pieces(text), Lines.Done]);

        Assert.Equal(text, string.Concat(updates.Select(update => update.Text)));
        Assert.DoesNotContain(updates.SelectMany(update => update.Contents), content => content is FunctionCallContent);
    }

    // The bar stands behind the letter by which it is known that no call begins like this: what comes up to there is one piece, the rest streams.
    [Theory]
    [InlineData("H|ello")]
    [InlineData("```p|ython\nprint(1)")]
    [InlineData("```\na|dd")]
    [InlineData("```json\n{\"c|ity\":1}")]
    [InlineData("```json5|\n{}")]
    [InlineData("``x|y")]
    [InlineData("{x|y")]
    [InlineData("{\"c|ity\":\"Paris\"}")]
    [InlineData("{\"name\": \"A|lice\"}")]
    [InlineData("{\"name\": \"add\"}|")]
    [InlineData("{\"name\" =|>")]
    [InlineData("[1|, 2]")]
    [InlineData("[ {\"b|\":1}]")]
    [InlineData("<tool_call>a|dd")]
    [InlineData("<td|>")]
    public async Task Text_is_held_back_no_longer_than_until_it_cannot_be_a_call(string text)
    {
        string[] parts = text.Split('|');
        List<ChatResponseUpdate> updates = await StreamAsync([.. string.Concat(parts).Select(letter => Lines.Text($"{letter}")), Lines.Done]);

        string[] pieces = [.. updates.Select(update => update.Text).Where(piece => piece.Length > 0)];
        Assert.Equal([parts[0], .. parts[1].Select(letter => $"{letter}")], pieces);
    }

    [Fact]
    public async Task What_was_held_back_comes_before_the_failure_that_ends_the_stream()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Text("{\"name\":"), """{"error":"runner died"}""");
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };
        var updates = new List<ChatResponseUpdate>();

        await Assert.ThrowsAsync<OllamaException>(() => chat.GetStreamingResponseAsync("a", WithAdd).CollectAsync(updates));

        Assert.Equal("{\"name\":", string.Concat(updates.Select(update => update.Text)));
    }

    [Fact]
    public async Task A_whole_answer_is_recovered_too()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Lines.Text("""{"name":"add","arguments":{}}""").Replace("\"done\":false", "\"done\":true", StringComparison.Ordinal));
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = true };

        ChatResponse response = await chat.GetResponseAsync("a", WithAdd);

        Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents));
    }

    [Fact]
    public async Task It_happens_only_when_asked_for_and_never_where_json_was()
    {
        string[] lines = [Lines.Text("""{"name":"add","arguments":{}}"""), Lines.Done];
        ChatOptions json = WithAdd.Clone();
        json.ResponseFormat = ChatResponseFormat.Json;

        Assert.NotEmpty(string.Concat((await StreamAsync(lines, recovers: false)).Select(update => update.Text)));
        Assert.NotEmpty(string.Concat((await StreamAsync(lines, options: json)).Select(update => update.Text)));
    }

    private static IEnumerable<string> Pieces(string text) => text.Chunk(5).Select(piece => Lines.Text(new string(piece)));

    private static async Task<List<ChatResponseUpdate>> StreamAsync(string[] lines, bool recovers = true, ChatOptions? options = null)
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(lines);
        using var client = new OllamaClient(server.Endpoint);
        using var chat = new OllamaChatClient(client, "m") { RecoversTextToolCalls = recovers };
        return await chat.GetStreamingResponseAsync("a", options ?? WithAdd).ToListAsync();
    }
}
