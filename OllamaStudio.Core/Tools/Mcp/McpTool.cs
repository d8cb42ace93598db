using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>A tool of an MCP server, called with the trace it is called in. Its time is limited by whoever calls it.</summary>
internal sealed class McpTool(McpClient client, McpClientTool tool, string server, Action onBroken)
    : DelegatingAIFunction(tool)
{
    /// <summary>Calls the tool; the result is a text, JSON, or a list of <see cref="AIContent"/>.</summary>
    /// <exception cref="McpToolException">It failed, or its server is gone.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled by <paramref name="cancellationToken"/>; the server is told.</exception>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        CallToolResult result;
        try
        {
            result = await CallAsync(arguments, cancellationToken);
        }
        catch (McpProtocolException refused)
        {
            throw new McpToolException(refused.Message, refused);
        }
        catch (Exception broken) when (
            broken is IOException or HttpRequestException or McpException or ObjectDisposedException
            || (broken is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Calls that are open when a connection ends are cancelled by the SDK.
            onBroken();
            throw new McpToolException($"The MCP server {server} is not connected any more; it is being reconnected.", broken);
        }

        return McpResults.Read(result);
    }

    // McpClientTool.CallAsync does the same, but its notice to the server of a cancelled call is lost (2.3.1): it is bound to
    // the token before the wait is, and tokens call back in the reverse order, so that the ended wait takes the notice away
    // before its turn. With an id of our own we can send it ourselves. This can go when the SDK's cancelled calls arrive.
    private async Task<CallToolResult> CallAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var request = new JsonRpcRequest
        {
            Id = new RequestId($"call-{Guid.NewGuid():N}"),
            Method = RequestMethods.ToolsCall,
            Params = JsonSerializer.SerializeToNode(
                new CallToolRequestParams
                {
                    Name = tool.ProtocolTool.Name,
                    Arguments = arguments.ToDictionary(
                        argument => argument.Key, argument => JsonSerializer.SerializeToElement(argument.Value, AIJsonUtilities.DefaultOptions), StringComparer.Ordinal),
                    Meta = TraceContext(),
                },
                McpJsonUtilities.DefaultOptions),
        };
        try
        {
            var response = await client.SendRequestAsync(request, cancellationToken);
            return response.Result.Deserialize<CallToolResult>(McpJsonUtilities.DefaultOptions) ?? throw new McpException("The answer is empty.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _ = TellCancelledAsync(request.Id);
            throw;
        }
        catch (JsonException malformed)
        {
            throw new McpToolException($"The MCP server {server} gave an answer that cannot be read.", malformed);
        }
    }

    private async Task TellCancelledAsync(RequestId id)
    {
        try
        {
            await client.SendNotificationAsync(
                NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = id }, McpJsonUtilities.DefaultOptions, CancellationToken.None);
        }
        catch (Exception)
        {
            // A server that cannot be told is gone, and the call with it.
        }
    }

    // The SDK sends the trace along only while somebody listens to its own spans, which the studio does not: they would say
    // twice what execute_tool says. The names are those of W3C Trace Context, in _meta as MCP's convention has it (SEP-414).
    private static JsonObject? TraceContext()
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C, Id: { } parent } activity)
        {
            return null;
        }

        var meta = new JsonObject { ["traceparent"] = parent };
        if (!string.IsNullOrEmpty(activity.TraceStateString))
        {
            meta["tracestate"] = activity.TraceStateString;
        }

        return meta;
    }
}
