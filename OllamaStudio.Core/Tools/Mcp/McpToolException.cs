namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>A tool of an MCP server failed: the message is what the server says of it, or why it said nothing, and may be told to the model.</summary>
public sealed class McpToolException : Exception
{
    /// <summary>A failure in these words.</summary>
    public McpToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
