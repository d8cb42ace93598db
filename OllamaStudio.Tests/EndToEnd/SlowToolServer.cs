using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>An MCP server over HTTP with one tool that never ends.</summary>
internal sealed class SlowToolServer : IAsyncDisposable
{
    /// <summary>The tool's name.</summary>
    public const string Tool = "slow_lookup";

    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ScriptedServer _server = null!;

    /// <summary>Where it listens.</summary>
    public Uri Address => _server.Address;

    /// <summary>Ends when the tool is called.</summary>
    public Task Called => _called.Task;

    /// <summary>Ends when whoever called the tool has hung up.</summary>
    public Task HungUp => _hungUp.Task;

    public static async Task<SlowToolServer> StartAsync()
    {
        var tools = new SlowToolServer();
        tools._server = await ScriptedServer.StartAsync(tools.AnswerAsync);
        return tools;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method != "POST")
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var message = JsonNode.Parse(context.RequestBody())!;
        if (message["id"] is not { } id)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        JsonNode? result = message["method"]!.GetValue<string>() switch
        {
            "initialize" => new JsonObject
            {
                ["protocolVersion"] = message["params"]!["protocolVersion"]!.DeepClone(),
                ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
                ["serverInfo"] = new JsonObject { ["name"] = "slow", ["version"] = "1" },
            },
            "tools/list" => JsonNode.Parse($$$"""{"tools":[{"name":"{{{Tool}}}","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":true}}]}"""),
            "tools/call" => await NeverAsync(context),
            _ => null,
        };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(result is null
            ? new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["error"] = new JsonObject { ["code"] = -32601, ["message"] = "No such method" } }
            : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["result"] = result }));
    }

    private async Task<JsonNode> NeverAsync(HttpContext context)
    {
        _called.TrySetResult();
        await context.UntilClosedAsync();
        _hungUp.TrySetResult();
        return new JsonObject();
    }
}
