using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// A tool of an MCP server, called through the session that stands then, with the trace it is called in. Its time is limited
/// by whoever calls it. A call that fails is not sent again: nobody knows how much of it was done.
/// </summary>
internal sealed class McpTool(McpClientTool tool, string server, McpLink link) : DelegatingAIFunction(tool)
{
    private static readonly DistributedContextPropagator s_propagator = DistributedContextPropagator.CreateW3CPropagator();

    /// <summary>Calls the tool; the result is a text, JSON, or a list of <see cref="AIContent"/>.</summary>
    /// <exception cref="McpToolException">It failed, or its server is gone.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled by <paramref name="cancellationToken"/>; the server is told.</exception>
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var session = await link.SessionAsync(cancellationToken);
        session.Describe(Activity.Current);
        var call = new CallToolRequestParams
        {
            Name = tool.ProtocolTool.Name,
            Arguments = arguments.ToDictionary(
                argument => argument.Key, argument => JsonSerializer.SerializeToElement(argument.Value, AIJsonUtilities.DefaultOptions), StringComparer.Ordinal),
            Meta = TraceContext(),
        };
        try
        {
            var result = await session.CallAsync(call, cancellationToken);
            return McpResults.Read(
                McpJson.Read<CallToolResult>(result)
                ?? throw new McpToolException($"The MCP server {server} gave an empty answer."));
        }
        catch (Exception malformed) when (malformed is JsonException or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new McpToolException($"The MCP server {server} gave an answer that cannot be read.", malformed);
        }
        catch (Exception failed) when (McpProblems.DescribeCall(failed, server) is { } problem && !cancellationToken.IsCancellationRequested)
        {
            // Whether the server is still there is found out, whatever it looks like.
            session.Doubt();
            throw new McpToolException(problem, failed);
        }
    }

    // The SDK sends the trace along only while somebody listens to its own spans, which the studio does not: they would say
    // twice what execute_tool says. The names are those of W3C Trace Context and Baggage, in _meta as MCP's convention has it (SEP-414).
    private static JsonObject? TraceContext()
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return null;
        }

        var meta = new JsonObject();
        s_propagator.Inject(activity, meta, static (carrier, name, value) => ((JsonObject)carrier!)[name] = value);
        return meta;
    }
}
