using System.Text;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>What arrives on a chat's stream, well formed and not.</summary>
public class ChatStreamTests
{
    private static readonly OllamaChatRequest Hello = new() { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }] };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task An_answer_is_the_same_however_its_bytes_are_split(int size)
    {
        // A 4-byte character, an escape, a number: each is cut in the middle at one of the sizes.
        string[] lines = [Lines.Text("Grüße 🦙"), Lines.Text("a\n\"b\" é").Replace("é", "\\u00e9", StringComparison.Ordinal), Lines.Done];
        List<OllamaChatChunk> chunks = await ReadAsync(string.Join('\n', lines) + "\n", size);

        Assert.Equal("Grüße 🦙a\n\"b\" é", string.Concat(chunks.Select(chunk => chunk.Content)));
        Assert.Equal(298, chunks[^1].Stats!.EvalCount);
        Assert.Equal(TimeSpan.FromSeconds(5), chunks[^1].Stats!.TotalDuration);
    }

    [Fact]
    public async Task A_character_dripped_byte_by_byte_through_a_real_socket_arrives_whole()
    {
        byte[] body = Encoding.UTF8.GetBytes(Lines.Text("🦙") + "\n" + Lines.Done + "\n");
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            for (int i = 0; i < body.Length; i++)
            {
                await context.Response.Body.WriteAsync(body.AsMemory(i, 1));
                await context.Response.Body.FlushAsync();
            }
        });
        using var client = new OllamaClient(server.Endpoint);

        List<OllamaChatChunk> chunks = await client.ChatStreamAsync(Hello).ToListAsync();

        Assert.Equal(["🦙", ""], chunks.Select(chunk => chunk.Content));
    }

    [Fact]
    public async Task A_chunk_is_there_before_the_next_one_is_sent()
    {
        var seen = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteLinesAsync(Lines.Text("first"));
            await seen.Task;
            await context.Response.WriteLinesAsync(Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint);

        await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello))
        {
            seen.TrySetResult();
        }

        Assert.True(seen.Task.IsCompleted);
        Assert.Equal(("POST", "/api/chat"), (server.Request.Method, server.Request.Path));
        Assert.Equal("""{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true}""", server.Request.Body);
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n\n\r\n  \n", "")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("\n", "\n\n")]
    public async Task Line_ends_blank_lines_and_a_byte_order_mark_make_no_difference(string lineEnd, string start)
    {
        List<OllamaChatChunk> chunks = await ReadAsync(start + Lines.Text("Hi") + lineEnd + Lines.Done + lineEnd, 1000);

        Assert.Equal(["Hi", ""], chunks.Select(chunk => chunk.Content));
    }

    [Fact]
    public async Task A_last_line_without_its_end_counts()
    {
        List<OllamaChatChunk> chunks = await ReadAsync(Lines.Text("Hi") + "\n" + Lines.Done, 1000);

        Assert.True(chunks[^1].Done);
    }

    [Theory]
    [InlineData("""{"error":"an error was encountered while running the model"}""", "an error was encountered while running the model")]
    [InlineData("""{"error":"{\"error\":{\"code\":500,\"message\":\"CUDA out of memory\"}}"}""", "CUDA out of memory")]
    [InlineData("""{"error":"{\"error\":\"{\\\"error\\\":\\\"inner\\\"}\"}"}""", """{"error":"inner"}""")]
    [InlineData("""{"error":{"message":"upstream failed"}}""", "upstream failed")]
    [InlineData("""{"model":"m","message":{"role":"assistant","content":"lost"},"error":"runner died","done":true}""", "runner died")]
    public async Task An_error_line_ends_the_stream_in_Ollamas_own_words_and_keeps_what_came_before(string line, string words)
    {
        var chunks = new List<OllamaChatChunk>();
        await using ScriptedServer server = await ScriptedServer.StreamAsync(
            Lines.Text("Hel"), Lines.Calls("""[{"function":{"name":"add","arguments":{"a":1}}}]"""), line);
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync(chunks));

        Assert.Equal(OllamaErrorKind.FailedMidStream, error.Kind);
        Assert.Equal(words, error.Message);
        Assert.NotNull(error.NextStep);
        Assert.Equal(["Hel", ""], chunks.Select(chunk => chunk.Content));
        Assert.Equal("add", Assert.Single(chunks[1].ToolCalls).Name);
    }

    [Fact]
    public async Task An_error_as_the_first_line_is_no_less_an_error()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync("""{"error":"model requires more system memory (9.1 GiB) than is available (4.0 GiB)"}""");
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync());

        Assert.Equal(OllamaErrorKind.FailedMidStream, error.Kind);
        Assert.Contains("smaller", error.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":null,"message":{"content":"Hi"},"done":true}""")]
    [InlineData("""{"error":"","message":{"content":"Hi"},"done":true}""")]
    public async Task An_error_that_is_none_is_ignored(string line) =>
        Assert.Equal("Hi", Assert.Single(await ReadAsync(line + "\n", 1000)).Content);

    [Fact]
    public async Task A_stream_that_ends_without_done_is_an_error_of_its_own_and_keeps_its_text()
    {
        var chunks = new List<OllamaChatChunk>();
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Text("Hel"));
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync(chunks));

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
        Assert.Equal("Hel", Assert.Single(chunks).Content);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_cut_in_the_middle_is_an_incomplete_stream(bool insideLine)
    {
        var chunks = new List<OllamaChatChunk>();
        var seen = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Response.WriteLinesAsync(Lines.Text("Hel"));
            await context.Response.WriteAsync(insideLine ? "{\"model\":\"m\",\"mess" : "");
            await context.Response.Body.FlushAsync();
            await seen.Task;
            context.Abort();
        });
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(async () =>
        {
            await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello))
            {
                chunks.Add(chunk);
                seen.SetResult();
            }
        });

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
        Assert.Equal("Hel", Assert.Single(chunks).Content);
    }

    [Fact]
    public async Task A_line_that_the_end_cuts_off_is_an_incomplete_stream_not_bad_json()
    {
        var error = await Assert.ThrowsAsync<OllamaException>(() => ReadAsync(Lines.Text("Hel") + "\n{\"model\":\"m\",\"mess", 1000));

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("42")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"message\":}")]
    [InlineData("{}{}")]
    public async Task A_line_that_is_no_answer_is_a_bad_answer_whose_message_tells_nothing_of_it(string line)
    {
        var error = await Assert.ThrowsAsync<OllamaException>(() => ReadAsync(line + "\n" + Lines.Done + "\n", 1000));

        Assert.Equal(OllamaErrorKind.BadAnswer, error.Kind);
        Assert.DoesNotContain(line, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_done_is_not_part_of_the_answer()
    {
        List<OllamaChatChunk> chunks = await ReadAsync($"{Lines.Done}\n{Lines.Text("more")}\nnot json\n", 1000);

        Assert.True(Assert.Single(chunks).Done);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_is_read_and_one_above_the_cap_is_refused()
    {
        string big = new('x', 1024 * 1024);
        List<OllamaChatChunk> chunks = await ReadAsync($"{Lines.Text(big)}\n{Lines.Done}\n", 1000);
        Assert.Equal(big, chunks[0].Content);

        var options = new OllamaClientOptions { MaxLineBytes = 1024 * 1024 };
        foreach (string end in new[] { "\n", "" })
        {
            var error = await Assert.ThrowsAsync<OllamaException>(() => ReadAsync($"{Lines.Text(big)}{end}", 100_000, options));
            Assert.Equal(OllamaErrorKind.BadAnswer, error.Kind);
            Assert.Contains("1048576", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_broken_character_becomes_a_replacement_and_costs_nothing_else()
    {
        byte[] body = Encoding.UTF8.GetBytes($"{Lines.Text("aXb")}\n{Lines.Done}\n");
        body[Array.IndexOf(body, (byte)'X')] = 0xFF;

        using var client = Client(body, 1000);
        List<OllamaChatChunk> chunks = await client.ChatStreamAsync(Hello).ToListAsync();

        Assert.Equal("a\uFFFDb", chunks[0].Content);
    }

    [Fact]
    public async Task One_json_object_is_a_stream_of_one_chunk()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);

        Assert.True(Assert.Single(await client.ChatStreamAsync(Hello).ToListAsync()).Done);
    }

    private static async Task<List<OllamaChatChunk>> ReadAsync(string body, int size, OllamaClientOptions? options = null)
    {
        using OllamaClient client = Client(Encoding.UTF8.GetBytes(body), size, options);
        return await client.ChatStreamAsync(Hello).ToListAsync();
    }

    private static OllamaClient Client(byte[] body, int size, OllamaClientOptions? options = null) =>
        new(OllamaEndpoint.Default, new PiecesHandler(body, () => size), options);
}
