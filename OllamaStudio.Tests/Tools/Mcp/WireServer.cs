using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>An MCP server over HTTP, at <c>/mcp</c>, whose answers a test writes as they go over the wire.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    /// <summary>A list of one tool that only reads, <c>read_notes</c>.</summary>
    public const string OneTool = """{"tools":[{"name":"read_notes","description":"Reads notes.","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}""";

    private readonly WebApplication _app;

    private WireServer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The methods asked for, in their order.</summary>
    public ConcurrentQueue<string> Methods { get; } = new();

    /// <summary>What a request is answered with: the JSON of a result, or another answer; null for the usual one.</summary>
    public Func<string, JsonNode, Task<object?>> Answer { get; set; } = (_, _) => Task.FromResult<object?>(null);

    public static async Task<WireServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new WireServer(app);
        app.MapPost("/mcp", (Delegate)server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    public McpServerSettings Settings(string name = "notes") => new() { Name = name, Transport = McpTransport.Http, Url = $"{Address}/mcp" };

    /// <summary>How often that was asked for.</summary>
    public int Count(string method) => Methods.Count(asked => asked == method);

    /// <summary>The server is gone: nobody answers at its address any more.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        var request = (await JsonNode.ParseAsync(context.Request.Body))!;
        var method = (string)request["method"]!;
        Methods.Enqueue(method);
        if (request["id"] is not { } id)
        {
            return Results.Accepted();
        }

        var answer = await Answer(method, request) ?? Usual(method);
        return answer as IResult
            ?? Results.Text($$"""{"jsonrpc":"2.0","id":{{id.ToJsonString()}},{{(answer is string result ? $"\"result\":{result}" : "\"error\":{\"code\":-32601,\"message\":\"Method not found\"}")}}}""", "application/json");
    }

    private static string? Usual(string method) => method switch
    {
        "initialize" => """{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"notes","version":"1"}}""",
        "tools/list" => OneTool,
        "tools/call" => """{"content":[{"type":"text","text":"Buy milk."}]}""",
        "ping" => "{}",
        _ => null,
    };
}
