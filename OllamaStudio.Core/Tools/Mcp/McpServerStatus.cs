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
