using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>A person who stops: Ollama must see it, and the caller must not take it for an end.</summary>
public class ChatCancellationTests
{
    private static readonly OllamaChatRequest Hello = new() { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelled_before_the_headers_the_server_sees_the_socket_close(bool stream)
    {
        var arrived = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Task close = context.UntilClosedAsync();
            arrived.SetResult();
            await close;
            closed.SetResult();
        });
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();

        Task reading = stream ? client.ChatStreamAsync(Hello, stop.Token).CollectAsync() : client.ChatAsync(Hello, stop.Token);
        await arrived.Task.WaitAsync(StreamExtensions.Guard);
        await stop.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(stop.Token, cancelled.CancellationToken);
        await closed.Task.WaitAsync(StreamExtensions.Guard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\":\"m\",\"mess")]
    public async Task Cancelled_between_chunks_or_inside_a_line_the_server_sees_the_socket_close(string rest)
    {
        var closed = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Task close = context.UntilClosedAsync();
            await context.Response.WriteLinesAsync(Lines.Text("Hel"));
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(rest));
            await context.Response.Body.FlushAsync();
            await close;
            closed.SetResult();
        });
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello, stop.Token))
            {
                Assert.Equal("Hel", chunk.Content);
                stop.CancelAfter(TimeSpan.Zero);
            }
        });
        await closed.Task.WaitAsync(StreamExtensions.Guard);
    }

    [Fact]
    public async Task A_consumer_that_breaks_off_closes_the_socket_without_reading_on()
    {
        var closed = new TaskCompletionSource();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            // Never stops by itself: a client that read on in the hope of an end would keep it going.
            Task close = context.UntilClosedAsync();
            while (!close.IsCompleted)
            {
                await context.Response.WriteLinesAsync(Lines.Text("word "));
            }

            closed.SetResult();
        });
        using var client = new OllamaClient(server.Endpoint);

        await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello))
        {
            break;
        }

        await closed.Task.WaitAsync(StreamExtensions.Guard);
    }

    [Fact]
    public async Task Cancelled_while_chunks_are_waiting_nothing_more_is_handed_out()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Text("a"), Lines.Text("b"), Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();
        var chunks = new List<OllamaChatChunk>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello, stop.Token))
            {
                chunks.Add(chunk);
                await stop.CancelAsync();
            }
        });

        Assert.Equal("a", Assert.Single(chunks).Content);
    }

    [Fact]
    public async Task Cancelled_after_the_last_chunk_the_answer_is_whole()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using var stop = new CancellationTokenSource();
        int count = 0;

        await foreach (OllamaChatChunk chunk in client.ChatStreamAsync(Hello, stop.Token))
        {
            count++;
            await stop.CancelAsync();
        }

        Assert.Equal(1, count);
    }

    [Fact]
    public async Task Cancelled_before_it_began_nothing_is_sent()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ChatStreamAsync(Hello, new CancellationToken(canceled: true)).CollectAsync());
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Two_answers_share_a_connection_when_the_first_was_read_to_its_end()
    {
        var connections = new ConcurrentDictionary<string, bool>();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            connections[context.Connection.Id] = true;
            await context.Response.WriteLinesAsync(Lines.Text("Hi"), Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint);

        await client.ChatStreamAsync(Hello).CollectAsync();
        await client.ChatStreamAsync(Hello).CollectAsync();

        Assert.Single(connections);
    }

    [Fact]
    public async Task Many_answers_at_once_do_not_mix()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            string model = JsonElement.Parse(context.RequestBody()).GetProperty("model").GetString()!;
            await context.Response.WriteLinesAsync(Lines.Text(model), Lines.Text(model), Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint);

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
            string.Concat((await client.ChatStreamAsync(new OllamaChatRequest { Model = $"m{number}." }).ToListAsync()).Select(chunk => chunk.Content))));

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"m{number}.m{number}."), answers);
    }
}
