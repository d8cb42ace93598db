namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/chat</c> takes.</summary>
public sealed record OllamaChatRequest : OllamaGenerationRequest
{
    /// <summary>System prompt, history and the new message, in order. Empty loads the model (or unloads it, with a <see cref="OllamaGenerationRequest.KeepAlive"/> of zero).</summary>
    public IReadOnlyList<OllamaMessage> Messages { get; init; } = [];

    /// <summary>Tools that the model may call; null for none.</summary>
    public IReadOnlyList<OllamaTool>? Tools { get; init; }
}
