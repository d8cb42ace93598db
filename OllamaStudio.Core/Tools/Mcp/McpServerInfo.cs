using System.Collections.Immutable;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>What a connected MCP server says of itself.</summary>
public sealed record McpServerInfo
{
    /// <summary>The name it gives itself; empty where it gives none.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Its version, in its own words; empty where it gives none.</summary>
    public string ServerVersion { get; init; } = "";

    /// <summary>The revision of the protocol that both agreed on, such as <c>2025-11-25</c>; null where it is not known.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Its tools, as it listed them last; at most <see cref="McpToolLister.MaxTools"/>.</summary>
    public ImmutableArray<StudioTool> Tools { get; init; } = [];

    /// <summary>What of its tools is left out, and why, in sentences for a person; null for nothing.</summary>
    public string? Omission { get; init; }
}
