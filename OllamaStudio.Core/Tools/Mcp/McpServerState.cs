namespace OllamaStudio.Core.Tools.Mcp;

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
