using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>An MCP server over HTTP that lets in only who brings the right header; at <c>/page</c> it has a web page.</summary>
internal sealed class HeaderServer : IAsyncDisposable
{
    public const string Header = "X-Notes-Key";

    private readonly WebApplication _app;
    private readonly string _secret;

    private HeaderServer(WebApplication app, string secret) => (_app, _secret) = (app, secret);

    public string Address => _app.Urls.Single();

    /// <summary>What was asked for by those who were let in.</summary>
    public ConcurrentQueue<string> Methods { get; } = new();

    public static async Task<HeaderServer> StartAsync(string secret)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new HeaderServer(app, secret);
        app.MapPost("/mcp", (Delegate)server.AnswerAsync);
        app.MapGet("/page", () => Results.Content("<html><body>A page.</body></html>", "text/html"));
        app.MapPost("/page", () => Results.BadRequest());
        await app.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers[Header] != _secret)
        {
            return Results.Unauthorized();
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = (string)request["method"]!;
        Methods.Enqueue(method);
        if (request["id"] is not { } id)
        {
            return Results.Accepted();
        }

        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone() };
        JsonNode? result = method switch
        {
            "initialize" => JsonNode.Parse("""{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"notes","version":"1"}}"""),
            "tools/list" => JsonNode.Parse("""{"tools":[{"name":"read_notes","description":"Reads notes.","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}"""),
            "tools/call" => JsonNode.Parse("""{"content":[{"type":"text","text":"Buy milk."}]}"""),
            "ping" => new JsonObject(),
            _ => null,
        };
        answer[result is null ? "error" : "result"] = result ?? JsonNode.Parse("""{"code":-32601,"message":"Method not found"}""");
        return Results.Text(answer.ToJsonString(), "application/json");
    }
}
