using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>The MCP servers whose tools a model may be offered.</summary>
public sealed record McpSettings
{
    /// <summary>Name of the server at <see cref="ServerUrl"/>; no other may have it.</summary>
    public const string UrlServerName = "env";

    /// <summary>The servers, in the order in which they were added. Names are unique, whatever their case.</summary>
    public ImmutableArray<McpServerSettings> Servers { get; init; } = [];

    /// <summary>Address of one more server over HTTP, called <see cref="UrlServerName"/>; null for none. <c>MCP_SERVER_URL</c>.</summary>
    public string? ServerUrl { get; init; }

    /// <summary>All servers: the listed ones, and the one at <see cref="ServerUrl"/>.</summary>
    public IEnumerable<McpServerSettings> AllServers() =>
        ServerUrl is { } url
            ? Servers.Append(new() { Name = UrlServerName, Transport = McpTransport.Http, Url = url })
            : Servers;
}
