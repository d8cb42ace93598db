using System.Text.Json.Serialization;
using OllamaSharp.Models.Chat;

namespace OllamaStudio.Core.Ollama;

/// <summary>One message of a chat request: OllamaSharp's, and the id that it has no property for.</summary>
public sealed class OllamaMessage : Message
{
    /// <summary>Makes a message without text: Ollama wants a string there, never null.</summary>
    public OllamaMessage() => Content = "";

    /// <summary>Id of the call whose result this is; null unless its role is <c>tool</c>.</summary>
    [JsonPropertyName("tool_call_id")]
    public string? ToolCallId { get; set; }
}
