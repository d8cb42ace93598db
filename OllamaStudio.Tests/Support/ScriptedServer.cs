using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Ollama;

namespace OllamaStudio.Tests.Support;

/// <summary>A real HTTP server on a loopback port that answers as a test tells it to, and keeps what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address { get; private init; } = null!;

    /// <summary>The same as an endpoint.</summary>
    public OllamaEndpoint Endpoint => OllamaEndpoint.Parse(Address.AbsoluteUri);

    /// <summary>Requests so far, in the order of their arrival.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>The only request.</summary>
    public RecordedRequest Request => Assert.Single(Requests);

    /// <summary>Starts a server that answers every request with <paramref name="answer"/>.</summary>
    public static async Task<ScriptedServer> StartAsync(RequestDelegate answer, Action<ListenOptions>? listen = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, options => listen?.Invoke(options));
        });
        WebApplication app = builder.Build();
        ScriptedServer? server = null;
        app.Run(async context =>
        {
            RecordedRequest request = await RecordedRequest.ReadAsync(context.Request);
            context.Items[nameof(RecordedRequest)] = request;
            server!.Requests.Enqueue(request);
            await answer(context);
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server = new ScriptedServer(app) { Address = new Uri(address) };
        return server;
    }

    /// <summary>Starts a server that streams <paramref name="lines"/>, each flushed, as NDJSON.</summary>
    public static Task<ScriptedServer> StreamAsync(params string[] lines) => StartAsync(context => context.Response.WriteLinesAsync(lines));

    /// <summary>Starts a server that answers with <paramref name="json"/>.</summary>
    public static Task<ScriptedServer> AnswerAsync(string json, int status = 200, string type = "application/json; charset=utf-8") =>
        StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.WriteAsync(json);
        });

    public async ValueTask DisposeAsync()
    {
        // Whatever still hangs is hung up on.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

/// <summary>What a server was asked.</summary>
internal sealed record RecordedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static async Task<RecordedRequest> ReadAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        return new RecordedRequest(
            request.Method,
            request.Path.Value ?? "",
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync());
    }
}

internal static class ScriptedResponses
{
    /// <summary>Writes lines as Ollama streams them.</summary>
    public static async Task WriteLinesAsync(this HttpResponse response, params string[] lines)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "application/x-ndjson";
        }

        foreach (string line in lines)
        {
            await response.WriteAsync(line + "\n");
            await response.Body.FlushAsync();
        }
    }

    /// <summary>The body of the request that is being answered.</summary>
    public static string RequestBody(this HttpContext context) => ((RecordedRequest)context.Items[nameof(RecordedRequest)]!).Body;

    /// <summary>Waits until the client closes the connection.</summary>
    public static Task UntilClosedAsync(this HttpContext context)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(closed.SetResult);
        return closed.Task;
    }
}

/// <summary>A TCP server for what Kestrel is too polite to do. Every connection runs <c>script</c>, and is closed after it.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _accepting;
    private int _connections;

    public RawServer(Func<NetworkStream, CancellationToken, Task> script)
    {
        _listener.Start();
        _accepting = AcceptAsync(script);
    }

    public OllamaEndpoint Endpoint => OllamaEndpoint.Parse(_listener.LocalEndpoint.ToString());

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A server that reads a request, answers with <paramref name="response"/> as it stands, and closes.</summary>
    public static RawServer Answer(string response) => new(async (stream, cancellationToken) =>
    {
        await ReadRequestAsync(stream, cancellationToken);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(response), cancellationToken);
    });

    /// <summary>Reads a request's head and as much body as its length says.</summary>
    public static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken);
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            string soFar = text.ToString();
            int head = soFar.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            int length = head < 0 ? 0 : soFar[..head].Split("\r\n")
                .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                .Select(line => int.Parse(line.AsSpan("Content-Length:".Length), System.Globalization.CultureInfo.InvariantCulture))
                .FirstOrDefault();
            if (read == 0 || (head >= 0 && soFar.Length >= head + 4 + length))
            {
                return soFar;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopped.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> script)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                Interlocked.Increment(ref _connections);
                running.Add(ServeAsync(client, script));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> script)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await script(client.GetStream(), _stopped.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The test is over, or the client hung up.
            }
        }
    }
}
