namespace OllamaStudio.Core.Ollama;

/// <summary>What <c>/api/embed</c> takes. Everything null is left out.</summary>
public sealed record OllamaEmbedRequest
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Texts to embed.</summary>
    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>False makes a text that does not fit an error. Null means true: its end is cut off.</summary>
    public bool? Truncate { get; init; }

    /// <summary>Length of the vectors, for models that can shorten them.</summary>
    public int? Dimensions { get; init; }

    /// <inheritdoc cref="OllamaGenerationRequest.KeepAlive"/>
    public OllamaKeepAlive? KeepAlive { get; init; }

    /// <inheritdoc cref="OllamaGenerationRequest.Options"/>
    public OllamaOptions? Options { get; init; }
}
