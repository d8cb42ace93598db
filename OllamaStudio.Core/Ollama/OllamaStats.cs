namespace OllamaStudio.Core.Ollama;

/// <summary>
/// What a finished request took. Ollama leaves out what is zero, and older versions leave out more: null is "not said",
/// never zero. The wire's nanoseconds are cut to ticks of 100 ns.
/// </summary>
public sealed record OllamaStats
{
    /// <summary>All of it, waiting for a free slot included.</summary>
    public TimeSpan? TotalDuration { get; init; }

    /// <summary>Loading the model, waiting for the scheduler included.</summary>
    public TimeSpan? LoadDuration { get; init; }

    /// <summary>Tokens of the prompt; since 0.30 with the cached ones, which <see cref="PromptEvalDuration"/> does not cover.</summary>
    public long? PromptEvalCount { get; init; }

    /// <summary>
    /// Those of them that were cached, and were not read again (Ollama 0.33.3 and later): null is unknown, as ever, and here the
    /// server writes a zero that it means.
    /// </summary>
    public long? PromptEvalCachedCount { get; init; }

    /// <summary>Reading the uncached part of the prompt.</summary>
    public TimeSpan? PromptEvalDuration { get; init; }

    /// <summary>Tokens generated.</summary>
    public long? EvalCount { get; init; }

    /// <summary>Generating them.</summary>
    public TimeSpan? EvalDuration { get; init; }
}
