using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>An MCP server over HTTP, at <c>/mcp</c>, whose answers a test writes as they go over the wire; at <c>/page</c> it has a web page.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    /// <summary>The header that a server with a secret asks for.</summary>
    public const string Header = "X-Notes-Key";

    /// <summary>A list of one tool that only reads, <c>read_notes</c>.</summary>
    public const string OneTool = """{"tools":[{"name":"read_notes","description":"Reads notes.","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}""";

    private readonly string? _secret;
    private ScriptedServer _server = null!;

    private WireServer(string? secret) => _secret = secret;

    public string Address => _server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>The methods asked for by those who were let in, in their order.</summary>
    public ConcurrentQueue<string> Methods { get; } = new();

    /// <summary>What a method is answered with: the JSON of a result, or another answer; null for the usual one.</summary>
    public Func<string, HttpContext, Task<object?>> Answer { get; set; } = (_, _) => Task.FromResult<object?>(null);

    /// <summary>Told of each notice that needs no answer.</summary>
    public Action<string> Notified { get; set; } = static _ => { };

    /// <summary>Starts one that lets in everybody, or only who brings the secret.</summary>
    public static async Task<WireServer> StartAsync(string? secret = null)
    {
        var server = new WireServer(secret);
        server._server = await ScriptedServer.StartAsync(async context => await (await server.AnswerAsync(context)).ExecuteAsync(context));
        return server;
    }

    public McpServerSettings Settings(string name = "notes") => new() { Name = name, Transport = McpTransport.Http, Url = $"{Address}/mcp" };

    /// <summary>How often that was asked for.</summary>
    public int Count(string method) => Methods.Count(asked => asked == method);

    /// <summary>The server is gone: nobody answers at its address any more.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task<IResult> AnswerAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("POST", "/mcp") when _secret is null || context.Request.Headers[Header] == _secret => CallAsync(context),
        ("POST", "/mcp") => Task.FromResult(Results.Unauthorized()),
        ("GET", "/page") => Task.FromResult(Results.Content("<html><body>A page.</body></html>", "text/html")),
        ("POST", "/page") => Task.FromResult(Results.BadRequest()),
        (_, "/mcp") => Task.FromResult(Results.StatusCode(StatusCodes.Status405MethodNotAllowed)),
        _ => Task.FromResult(Results.NotFound()),
    };

    private async Task<IResult> CallAsync(HttpContext context)
    {
        var request = JsonNode.Parse(context.RequestBody())!;
        var method = (string)request["method"]!;
        Methods.Enqueue(method);
        if (request["id"] is not { } id)
        {
            Notified(method);
            return Results.Accepted();
        }

        var answer = await Answer(method, context) ?? Usual(method);
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
