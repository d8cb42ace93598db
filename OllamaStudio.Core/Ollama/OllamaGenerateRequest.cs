using System.Text.Json;
using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/generate</c> takes: one prompt, without the roles of a chat. Everything null is left out.</summary>
public sealed record OllamaGenerateRequest
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt; empty loads the model.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>What comes after the completion, for models that fill in; null for nothing.</summary>
    public string? Suffix { get; init; }

    /// <summary>System prompt in place of the model's own; null for that.</summary>
    public string? System { get; init; }

    /// <summary>Prompt template in place of the model's own; null for that.</summary>
    public string? Template { get; init; }

    /// <summary>True sends the prompt as it is, without a template.</summary>
    public bool? Raw { get; init; }

    /// <summary>Images as the bytes of their files; null for none.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Images { get; init; }

    /// <summary><see cref="OllamaGenerateChunk.Context"/> of an earlier answer, to go on from; null for a fresh start.</summary>
    public IReadOnlyList<int>? Context { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Format"/>
    public JsonElement? Format { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Think"/>
    public OllamaThink? Think { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.KeepAlive"/>
    public OllamaKeepAlive? KeepAlive { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Options"/>
    public OllamaOptions? Options { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Truncate"/>
    public bool? Truncate { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Shift"/>
    public bool? Shift { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.Logprobs"/>
    public bool? Logprobs { get; init; }

    /// <inheritdoc cref="OllamaChatRequest.TopLogprobs"/>
    public int? TopLogprobs { get; init; }

    /// <summary>Set by the client's methods: which of them is called decides it.</summary>
    [JsonInclude]
    internal bool Stream { get; init; }
}
