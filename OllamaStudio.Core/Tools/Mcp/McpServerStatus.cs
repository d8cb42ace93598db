using System.Collections.Immutable;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>What is known of one MCP server, at one moment.</summary>
public sealed record McpServerStatus
{
    /// <summary>Its name in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public McpServerState State { get; init; }

    /// <summary>What it says of itself and its tools; null while it is not ready.</summary>
    public McpServerInfo? Info { get; init; }

    /// <summary>Why it failed, in sentences for a person; null while it has not.</summary>
    public string? Error { get; init; }

    /// <summary>When it is tried again; null where it has not failed.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>The last lines that its program wrote to its error output, as they were when this status began; at most <see cref="LastLines.MaxLines"/>.</summary>
    public ImmutableArray<string> ErrorOutput { get; init; } = [];
}

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

/// <summary>How an MCP server stands.</summary>
public enum McpServerState
{
    /// <summary>Switched off in the settings.</summary>
    Off,

    /// <summary>Being started or connected to.</summary>
    Connecting,

    /// <summary>Connected; its tools can be called.</summary>
    Ready,

    /// <summary>Not connected; another attempt follows.</summary>
    Failed,
}

/// <summary>What came of connecting to an MCP server once.</summary>
public sealed record McpTestResult
{
    /// <summary>What the server said of itself; null where it could not be reached. Its tools cannot be called any more.</summary>
    public McpServerInfo? Info { get; init; }

    /// <summary>What is wrong, in sentences for a person; null where all went well.</summary>
    public string? Error { get; init; }

    /// <summary>The last lines of the program's error output.</summary>
    public ImmutableArray<string> ErrorOutput { get; init; } = [];
}
