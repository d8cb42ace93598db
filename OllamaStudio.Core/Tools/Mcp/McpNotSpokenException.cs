namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>An address answers, but not in MCP; the message is for a person.</summary>
internal sealed class McpNotSpokenException(string message) : HttpRequestException(message);
