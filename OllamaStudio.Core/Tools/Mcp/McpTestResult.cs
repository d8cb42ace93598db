using System.Collections.Immutable;

namespace OllamaStudio.Core.Tools.Mcp;

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
