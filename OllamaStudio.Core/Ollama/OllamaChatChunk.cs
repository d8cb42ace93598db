using System.Collections.Immutable;

namespace OllamaStudio.Core.Ollama;

/// <summary>One line of a streamed chat, or the whole answer of one that is not. The wire's <c>message</c> is flattened into it.</summary>
public sealed record OllamaChatChunk
{
    /// <summary>The model that answers; empty where the server leaves it out.</summary>
    public string Model { get; init; } = "";

    /// <summary>When the server made it; null where unknown.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Who speaks; <c>assistant</c> where the server leaves it out.</summary>
    public string Role { get; init; } = "assistant";

    /// <summary>The next piece of the answer; often empty, never null.</summary>
    public string Content { get; init; } = "";

    /// <summary>The next piece of the thinking; null for none.</summary>
    public string? Thinking { get; init; }

    /// <summary>Calls that the model asks for; empty, never default.</summary>
    public ImmutableArray<OllamaToolCall> ToolCalls { get; init; } = [];

    /// <summary>Log probabilities of the tokens of this piece; empty unless they were asked for.</summary>
    public ImmutableArray<OllamaLogprob> Logprobs { get; init; } = [];

    /// <summary>Whether it is the last one.</summary>
    public bool Done { get; init; }

    /// <summary><c>stop</c>, <c>length</c>, <c>load</c>, <c>unload</c> or a word of a later version; null before the last, and from some servers on it.</summary>
    public string? DoneReason { get; init; }

    /// <summary>Durations and counts; null before the last, and where the server sent none.</summary>
    public OllamaStats? Stats { get; init; }
}
