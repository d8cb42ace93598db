namespace OllamaStudio.Core.Ollama;

/// <summary>One message of a chat request.</summary>
public sealed record OllamaMessage
{
    /// <summary><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Text; empty, never null: Ollama wants a string.</summary>
    public string Content { get; init; } = "";

    /// <summary>What an assistant thought before it answered; null for nothing.</summary>
    public string? Thinking { get; init; }

    /// <summary>Images as the bytes of their files (sent as bare base64); null for none.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Images { get; init; }

    /// <summary>Calls that an assistant asked for; null for none.</summary>
    public IReadOnlyList<OllamaToolCall>? ToolCalls { get; init; }

    /// <summary>Name of the tool whose result this is; null unless <see cref="Role"/> is <c>tool</c>.</summary>
    public string? ToolName { get; init; }

    /// <summary>Id of the call whose result this is; null unless <see cref="Role"/> is <c>tool</c>.</summary>
    public string? ToolCallId { get; init; }
}
