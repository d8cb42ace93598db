using System.Collections.Concurrent;
using System.Net;
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
