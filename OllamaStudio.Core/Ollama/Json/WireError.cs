namespace OllamaStudio.Core.Ollama.Json;

/// <summary>What <c>error</c> of an answer says.</summary>
/// <param name="Text">In words; never blank.</param>
internal sealed record WireError(string Text)
{
    /// <summary>Whether it is llama.cpp's <c>"type":"exceed_context_size_error"</c>.</summary>
    public bool ExceedsContext { get; init; }

    /// <summary>Its <c>n_prompt_tokens</c>; null where it has none.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Its <c>n_ctx</c>, in tokens; null where it has none.</summary>
    public long? ContextLength { get; init; }
}
