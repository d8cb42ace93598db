using System.Collections.Immutable;
using OllamaStudio.Simulator.Wire;

namespace OllamaStudio.Simulator.Generation;

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
internal sealed record GenerationStats
{
    public TimeSpan Total { get; init; }

    /// <summary>Waiting for the scheduler and loading.</summary>
    public TimeSpan Load { get; init; }

    /// <summary>Tokens of the whole prompt, those included that the cache spared reading.</summary>
    public int PromptTokens { get; init; }

    public TimeSpan PromptEval { get; init; }

    public int Tokens { get; init; }

    public TimeSpan Eval { get; init; }
}
