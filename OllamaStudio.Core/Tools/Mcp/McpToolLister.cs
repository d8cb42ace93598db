using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>Asks a server for its tools, page after page, and takes those that can be called.</summary>
internal static class McpToolLister
{
    /// <summary>Most tools taken from one server; what it would list beyond is not asked for.</summary>
    public const int MaxTools = 512;

    /// <summary>Most pages asked for: a list may go on without ever getting longer.</summary>
    private const int MaxPages = 64;

    // What stands for half a character: a tool cannot be called by such a name.
    private const char Unreadable = '\ufffd';

    /// <summary>The tools, and in sentences what was left out; null for nothing.</summary>
    public static async Task<(ImmutableArray<McpClientTool> Tools, string? Omission)> ListAsync(McpClient client, CancellationToken cancellationToken)
    {
        var tools = ImmutableArray.CreateBuilder<McpClientTool>();
        var unusable = 0;
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await PageAsync(client, cursor, cancellationToken);
            foreach (var (tool, isReadable) in Tools(page))
            {
                if (tools.Count == MaxTools)
                {
                    return (tools.ToImmutable(), Omission(tools.Count, hasMore: true, unusable));
                }

                if (isReadable && IsUsable(client, tool!))
                {
                    tools.Add(new McpClientTool(client, tool!, McpJsonUtilities.DefaultOptions));
                }
                else
                {
                    unusable++;
                }
            }

            cursor = page?["nextCursor"]?.GetValue<string>();
            pages++;
        }
        while (cursor is not null && tools.Count < MaxTools && pages < MaxPages);

        return (tools.ToImmutable(), Omission(tools.Count, hasMore: cursor is not null, unusable));
    }

    // By hand, not by ListToolsAsync: that reads on for as long as the server lists, and one unreadable tool ends it.
    private static async Task<JsonNode?> PageAsync(McpClient client, string? cursor, CancellationToken cancellationToken)
    {
        var request = new JsonRpcRequest
        {
            Method = RequestMethods.ToolsList,
            Params = JsonSerializer.SerializeToNode(new ListToolsRequestParams { Cursor = cursor }, McpJsonUtilities.DefaultOptions),
        };
        return (await client.SendRequestAsync(request, cancellationToken)).Result;
    }

    private static IEnumerable<(Tool? Tool, bool IsReadable)> Tools(JsonNode? page)
    {
        foreach (var item in page?["tools"] as JsonArray ?? throw new McpException("The list of tools is not a list."))
        {
            Tool? tool = null;
            try
            {
                tool = McpJson.Read<Tool>(item);
            }
            catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
            {
                // Left out, and counted; the others are none the worse for it.
            }

            yield return (tool, tool is { Name.Length: > 0 } && !tool.Name.Contains(Unreadable, StringComparison.Ordinal));
        }
    }

    // Where a schema says that arguments go along as headers (x-mcp-header, since 2026-07-28), the client has to know it, and
    // refuses one that says so wrongly.
    private static bool IsUsable(McpClient client, Tool tool)
    {
        try
        {
            client.AddKnownTools([tool]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string? Omission(int count, bool hasMore, int unusable)
    {
        var sentences = new List<string>();
        if (hasMore)
        {
            sentences.Add(FormattableString.Invariant($"The server lists more; only the first {count} are taken."));
        }

        if (unusable > 0)
        {
            sentences.Add(unusable == 1 ? "1 tool is left out: it cannot be read." : FormattableString.Invariant($"{unusable} tools are left out: they cannot be read."));
        }

        return sentences.Count == 0 ? null : string.Join(' ', sentences);
    }
}
