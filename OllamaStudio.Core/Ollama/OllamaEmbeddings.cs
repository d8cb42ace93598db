using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>The answer of <c>/api/embed</c>.</summary>
public sealed record OllamaEmbeddings
{
    /// <summary>The model that answered.</summary>
    public required string Model { get; init; }

    /// <summary>One vector for each input, in their order.</summary>
    public required ImmutableArray<ReadOnlyMemory<float>> Vectors { get; init; }

    /// <summary>Durations, and tokens of all inputs; null where the server sent none.</summary>
    public OllamaStats? Stats { get; init; }
}
