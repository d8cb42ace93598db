namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/generate</c> takes: one prompt, without the roles of a chat.</summary>
public sealed record OllamaGenerateRequest : OllamaGenerationRequest
{
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
}
