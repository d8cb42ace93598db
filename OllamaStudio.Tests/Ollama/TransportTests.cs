using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama;

/// <summary>How requests travel: compression, handlers, the key, retries, timeouts.</summary>
public class TransportTests
{
    private static readonly OllamaChatRequest Hello = new() { Model = "m", Messages = [new() { Role = "user", Content = "Hello" }] };

    [Fact]
    public async Task A_compressed_stream_is_read_like_any_other()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Assert.Contains("gzip", context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($"{Lines.Text("Hi")}\n{Lines.Done}\n"));
        });
        using var client = new OllamaClient(server.Endpoint);

        Assert.Equal("Hi", (await client.ChatStreamAsync(Hello).ToListAsync())[0].Content);
    }

    [Fact]
    public async Task The_trace_and_its_session_go_along_to_the_server_in_the_headers_of_W3C()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        using var client = new OllamaClient(server.Endpoint);
        using Activity span = new Activity("ollama_request").SetIdFormat(ActivityIdFormat.W3C).Start();
        span.SetBaggage("session.id", "one");

        await client.ChatStreamAsync(Hello).CollectAsync();

        RecordedRequest request = server.Request;
        Assert.Equal(span.TraceId.ToHexString(), request.Headers["traceparent"].Split('-')[1]);
        Assert.Equal("session.id = one", request.Headers["baggage"]);
    }

    [Fact]
    public async Task A_stream_that_claims_to_be_compressed_and_is_not_fails_as_an_incomplete_one()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.WriteAsync(Lines.Done);
        });

        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync());

        Assert.Equal(OllamaErrorKind.StreamIncomplete, error.Kind);
    }

    [Fact]
    public async Task A_handler_of_the_callers_sees_the_request_and_the_default_transport_stands_behind_it()
    {
        await using ScriptedServer server = await ScriptedServer.StreamAsync(Lines.Done);
        var handler = new CountingHandler { InnerHandler = new CountingHandler() };
        using var client = new OllamaClient(server.Endpoint, handler);

        await client.ChatStreamAsync(Hello).CollectAsync();

        Assert.Equal((1, 1), (handler.Count, ((CountingHandler)handler.InnerHandler).Count));
        var transport = Assert.IsType<SocketsHttpHandler>(((CountingHandler)handler.InnerHandler).InnerHandler);

        // What no loopback test can see: a proxy would be asked for this machine, and a connection drained for seconds.
        Assert.Equal((false, 0), (transport.UseProxy, transport.MaxResponseDrainSize));
    }

    [Theory]
    [InlineData("https://ollama.com", "Bearer key")]
    [InlineData("http://ollama.com", null)]
    [InlineData("https://ollama.com:8443", null)]
    [InlineData("https://ollama.com.example", null)]
    [InlineData("http://localhost:11434", null)]
    public async Task The_key_goes_to_Ollamas_cloud_and_nowhere_else(string host, string? authorization)
    {
        var handler = new CountingHandler { InnerHandler = new PiecesHandler(Encoding.UTF8.GetBytes(Lines.Done), () => 1000) };
        using var client = new OllamaClient(OllamaEndpoint.Parse(host), handler, new OllamaClientOptions { ApiKey = " key\n" });

        await client.ChatStreamAsync(Hello).CollectAsync();

        Assert.Equal(authorization, handler.Authorization);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_with_the_same_words_and_the_span_shows_it()
    {
        int asked = 0;
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref asked) < 3)
            {
                context.Response.StatusCode = 503;
                await context.Response.WriteAsync("""{"error":"server busy, please try again.  maximum pending requests exceeded"}""");
                return;
            }

            await context.Response.WriteLinesAsync(Lines.Text("Hi"), Lines.Done);
        });
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });
        using var span = new Activity("call").Start();

        List<OllamaChatChunk> chunks = await client.ChatStreamAsync(Hello).ToListAsync();

        Assert.Equal("Hi", chunks[0].Content);
        Assert.Equal(3, server.Requests.Count);
        Assert.Single(server.Requests.Select(request => request.Body).Distinct());
        Assert.Equal(["ollama.retry 1 overloaded 1", "ollama.retry 2 overloaded 2"], Events(span));
    }

    [Fact]
    public async Task A_busy_server_that_stays_busy_is_given_up_on()
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"server busy"}""", 503);
        using var client = new OllamaClient(server.Endpoint, options: new OllamaClientOptions { RetryDelay = TimeSpan.Zero });

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(Hello));

        Assert.Equal(OllamaErrorKind.Overloaded, error.Kind);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_long_wait_is_taken_at_its_word()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "60";
            await context.Response.WriteAsync("""{"error":"server busy"}""");
        });
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatAsync(Hello));

        Assert.Equal(TimeSpan.FromSeconds(60), error.RetryAfter);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(502)]
    public async Task What_a_server_may_have_worked_on_is_never_sent_twice(int status)
    {
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"no"}""", status);
        using var client = new OllamaClient(server.Endpoint);

        await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_just_starting_is_connected_to_again()
    {
        using var port = new UnusedPort();
        RawServer? server = null;
        var handler = new CountingHandler
        {
            Before = count => server = count == 2 ? Start() : server,
        };
        using var client = new OllamaClient(OllamaEndpoint.Parse(port.Host), handler, new OllamaClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });
        using var span = new Activity("call").Start();

        List<OllamaChatChunk> chunks = await client.ChatStreamAsync(Hello).ToListAsync();
        await server!.DisposeAsync();

        Assert.True(chunks[0].Done);
        Assert.Equal(["ollama.retry 1 unreachable 1"], Events(span));

        RawServer Start()
        {
            port.Share();
            return new RawServer(
                async (stream, cancellationToken) =>
                {
                    await RawServer.ReadRequestAsync(stream, cancellationToken);
                    await stream.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{Lines.Done}\n"), cancellationToken);
                },
                port.Number);
        }
    }

    [Fact]
    public async Task Queries_are_not_repeated_for_whoever_polls_asks_again_anyway()
    {
        var handler = new CountingHandler();
        using var port = new UnusedPort();
        using var client = new OllamaClient(OllamaEndpoint.Parse(port.Host), handler);

        await Assert.ThrowsAsync<OllamaException>(() => client.GetVersionAsync());

        Assert.Equal(1, handler.Count);
    }

    [Fact]
    public async Task Stopping_during_the_wait_for_a_retry_is_cancellation()
    {
        using var stop = new CancellationTokenSource();
        await using ScriptedServer server = await ScriptedServer.AnswerAsync("""{"error":"server busy"}""", 503);
        using var client = new OllamaClient(server.Endpoint, new CountingHandler { After = stop.Cancel }, new OllamaClientOptions { RetryDelay = TimeSpan.FromSeconds(4) });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ChatStreamAsync(Hello, stop.Token).CollectAsync());

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_the_connection_is_given_up_on_after_a_while()
    {
        // A listener that accepts nothing, with its queue full: the next connection hangs.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(1);
        using var first = new TcpClient();
        using var second = new TcpClient();
        await first.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        await second.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var client = new OllamaClient(
            OllamaEndpoint.Parse(listener.LocalEndpoint.ToString()), options: new OllamaClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200), MaxRetries = 0 });

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync().WaitAsync(StreamExtensions.Guard));

        Assert.Equal(OllamaErrorKind.Unreachable, error.Kind);
        Assert.Contains("`ollama serve`", error.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_whose_body_never_ends_is_told_without_it()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Task closed = context.UntilClosedAsync();
            context.Response.StatusCode = 500;
            await context.Response.WriteAsync("{\"error\":\"half a");
            await context.Response.Body.FlushAsync();
            await closed;
        });
        using var client = new OllamaClient(server.Endpoint);

        var error = await Assert.ThrowsAsync<OllamaException>(() => client.ChatStreamAsync(Hello).CollectAsync().WaitAsync(StreamExtensions.Guard));

        Assert.Equal(OllamaErrorKind.ServerFailed, error.Kind);
    }

    private static IEnumerable<string> Events(Activity span) => span.Events.Select(happened =>
        string.Join(' ', new[] { "ollama.retry.attempt", "error.type", "ollama.retry.delay_ms" }.Select(key => happened.Tags.Single(tag => tag.Key == key).Value).Prepend(happened.Name)));

    private sealed class CountingHandler : DelegatingHandler
    {
        public Action<int>? Before { get; init; }

        public Action? After { get; init; }

        public int Count { get; private set; }

        public string? Authorization { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            Before?.Invoke(Count);
            Authorization = request.Headers.Authorization?.ToString();
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            After?.Invoke();
            return response;
        }
    }
}
