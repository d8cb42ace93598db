using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>How a turn ended.</summary>
public sealed record TurnResult
{
    /// <summary>In one word.</summary>
    public required TurnOutcome Outcome { get; init; }

    /// <summary>What was thrown; null unless <see cref="Outcome"/> is <see cref="TurnOutcome.Failed"/>.</summary>
    public Exception? Error { get; init; }

    /// <summary>Where the time and the tokens went.</summary>
    public TurnStats Stats { get; init; } = new();

    /// <summary>Ollama's word on why the reply ended, or <c>cancelled</c>; null where unknown.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Whether the reply ended by itself: nobody stopped it, nothing failed, and no token limit cut it.</summary>
    public bool IsWhole => Outcome is TurnOutcome.Completed && FinishReason is not "length";

    /// <summary>The capture level that was in force when the turn began.</summary>
    public CaptureLevel Capture { get; init; }
}

/// <summary>How a turn ended, in one word.</summary>
public enum TurnOutcome
{
    /// <summary>With a whole reply.</summary>
    Completed,

    /// <summary>Stopped by the person; partial text is kept.</summary>
    Stopped,

    /// <summary>With an error; partial text is kept.</summary>
    Failed,
}

/// <summary>
/// Where the time and the tokens of a turn went. Everything is null where it is unknown: Ollama leaves out what is zero,
/// and a stopped reply has no final chunk.
/// </summary>
public sealed record TurnStats
{
    /// <summary>Prompt tokens (<c>prompt_eval_count</c>), summed over the model calls of the turn.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Prompt tokens that came from the server's cache, summed; null where it does not tell.</summary>
    public long? CachedTokens { get; init; }

    /// <summary>Generated tokens (<c>eval_count</c>), summed over the model calls of the turn.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>Wall clock from sending to the end.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Wall clock from sending to the first chunk of any kind.</summary>
    public TimeSpan? TimeToFirstChunk { get; init; }

    /// <summary>Wall clock from sending to the first chunk of answer text (after thinking).</summary>
    public TimeSpan? TimeToFirstAnswer { get; init; }

    /// <summary>Wall clock of thinking, summed over the model calls of the turn.</summary>
    public TimeSpan? ThinkingDuration { get; init; }

    /// <summary>Wall clock of running tools, summed, without <see cref="ApprovalDuration"/>.</summary>
    public TimeSpan? ToolDuration { get; init; }

    /// <summary>Wall clock in which a tool call waited for the person's word, also where another tool ran meanwhile.</summary>
    public TimeSpan? ApprovalDuration { get; init; }

    /// <summary>Ollama's own total.</summary>
    public TimeSpan? TotalDuration { get; init; }

    /// <summary>Loading the model, waiting for the scheduler included.</summary>
    public TimeSpan? LoadDuration { get; init; }

    /// <summary>Reading the prompt (the uncached part).</summary>
    public TimeSpan? PromptEvalDuration { get; init; }

    /// <summary>Generating.</summary>
    public TimeSpan? EvalDuration { get; init; }

    /// <summary>Total minus the other three, never negative: waiting for a free slot.</summary>
    public TimeSpan? QueueDuration { get; init; }

    /// <summary>How much of the context the last model call used, or the one that lost some of it; null where unknown.</summary>
    public ContextUse? Context { get; init; }

    /// <summary>How long the prompt of the last model call was, for estimates of others; null where it was not counted whole.</summary>
    public PromptCount? Prompt { get; init; }

    /// <summary>What was not sent because with it the prompt did not fit into the context window; null where nothing was left out.</summary>
    public LeftOut? LeftOut { get; init; }

    /// <summary>A short hash of the system prompt as it was sent, that of nothing where there was none; null where it is unknown: earlier versions kept none.</summary>
    public string? SystemHash { get; init; }

    /// <summary>True where the model reads no images, and those of the prompts were named and not sent; else null.</summary>
    public bool? ImagesLeftOut { get; init; }

    /// <summary>The prompt was refused for its length, and the turn failed of it; else null.</summary>
    public ContextExcess? Exceeded { get; init; }

    /// <summary>From where on the reply only repeated itself; null where it did not.</summary>
    public ReplyWarning? Repetition { get; init; }

    /// <summary>From where on prompt and reply no longer fitted into the context window, as it was told while the reply was written; null where it was not.</summary>
    public ReplyWarning? Outgrown { get; init; }

    /// <summary>True where the reply was asked for as JSON, by format or schema; else null.</summary>
    public bool? IsStructured { get; init; }

    /// <summary>What its model calls cost by the price of that time, in USD; null where the model had no price, or the server's counts are missing.</summary>
    public double? Cost { get; init; }

    /// <summary>How likely the tokens of the reply's text were; empty where that was asked for and the server did not tell, null where nobody asked.</summary>
    public ReplyLogprobs? Logprobs { get; init; }

    /// <summary>The same of its thinking; null where there is none, nobody asked, or the server did not tell.</summary>
    public ReplyLogprobs? ThinkingLogprobs { get; init; }

    /// <summary>Generated tokens per second of generating; null below 10 tokens, where the figure means nothing.</summary>
    public double? TokensPerSecond =>
        OutputTokens >= 10 && EvalDuration is { Ticks: > 0 } eval ? OutputTokens.Value / eval.TotalSeconds : null;
}
