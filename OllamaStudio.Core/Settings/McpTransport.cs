using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Settings;

/// <summary>How an MCP server is spoken to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpTransport>))]
public enum McpTransport
{
    /// <summary>A program that the studio starts, over its standard input and output.</summary>
    Stdio,

    /// <summary>A server at an address, over streamable HTTP.</summary>
    Http,
}
