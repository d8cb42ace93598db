using System.Collections.Immutable;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

/// <summary>A whole reply, decided before its first token is sent.</summary>
internal sealed record Reply
{
    /// <summary>Markdown; may be empty where there are calls.</summary>
    public string Text { get; init; } = "";

    public string Thinking { get; init; } = "";
    public ImmutableArray<ToolCall> Calls { get; init; } = [];
}

/// <summary>One step of a generation, before it becomes a line of <c>chat</c> or of <c>generate</c>.</summary>
internal sealed record Chunk
{
    public string Content { get; init; } = "";
    public string Thinking { get; init; } = "";
    public ImmutableArray<ToolCall> Calls { get; init; } = [];

    /// <summary>Whether this is the last one.</summary>
    public bool Done { get; init; }

    public string? DoneReason { get; init; }

    /// <summary>On the last one; null elsewhere, and where a fault leaves them out.</summary>
    public GenerationStats? Stats { get; init; }

    /// <summary>A line to send as it is, in place of everything above: progress lines, and lines that a fault makes up.</summary>
    public string? Raw { get; init; }
}

/// <summary>Times really spent and tokens really sent.</summary>
/// <param name="Total">From the request's arrival to its last token.</param>
/// <param name="Load">Waiting for the scheduler and loading.</param>
/// <param name="PromptTokens">Tokens of the whole prompt, those included that the cache spared reading.</param>
/// <param name="PromptEval">Reading the prompt.</param>
/// <param name="Tokens">Tokens sent.</param>
/// <param name="Eval">Sending them.</param>
internal sealed record GenerationStats(TimeSpan Total, TimeSpan Load, int PromptTokens, TimeSpan PromptEval, int Tokens, TimeSpan Eval);
