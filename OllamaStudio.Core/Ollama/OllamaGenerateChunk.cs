using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>One line of a streamed completion, or the whole answer of one that is not.</summary>
public sealed record OllamaGenerateChunk
{
    /// <summary>The model that answers; empty where the server leaves it out.</summary>
    public string Model { get; init; } = "";

    /// <summary>When the server made it; null where unknown.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The next piece of the answer; often empty, never null.</summary>
    public string Response { get; init; } = "";

    /// <summary>The next piece of the thinking; null for none.</summary>
    public string? Thinking { get; init; }

    /// <summary>Log probabilities of the tokens of this piece; empty unless they were asked for.</summary>
    public ImmutableArray<OllamaLogprob> Logprobs { get; init; } = [];

    /// <summary>Whether it is the last one.</summary>
    public bool Done { get; init; }

    /// <inheritdoc cref="OllamaChatChunk.DoneReason"/>
    public string? DoneReason { get; init; }

    /// <summary>Tokens of prompt and answer, to go on from; on the last one, and empty from servers that no longer send it.</summary>
    public ImmutableArray<int> Context { get; init; } = [];

    /// <inheritdoc cref="OllamaChatChunk.Stats"/>
    public OllamaStats? Stats { get; init; }
}
