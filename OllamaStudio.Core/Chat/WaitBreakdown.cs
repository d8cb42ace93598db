using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>Where the wait for one reply went, as stretches in order of time.</summary>
public sealed record WaitBreakdown(ImmutableArray<WaitStretch> Stretches)
{
    /// <summary>A stretch is worth a sentence from this share of the whole.</summary>
    private const double Dominant = 0.6;

    /// <summary>Below this the whole wait is too short to explain.</summary>
    private static readonly TimeSpan WorthExplaining = TimeSpan.FromSeconds(2);

    /// <summary>All of it.</summary>
    public TimeSpan Total { get; } = TimeSpan.FromTicks(Stretches.Sum(stretch => stretch.Duration.Ticks));

    /// <summary>The stretch that took most of a long wait; null where none did, or where it was the answer itself.</summary>
    public WaitStretch? Dominating =>
        Total < WorthExplaining ? null : Stretches.FirstOrDefault(stretch => stretch.Kind is not WaitKind.Answering && ShareOf(stretch) >= Dominant);

    /// <summary>Share of a stretch in the whole, 0–1.</summary>
    public double ShareOf(WaitStretch stretch) => Total > TimeSpan.Zero ? stretch.Duration / Total : 0;

    /// <summary>
    /// Divides a reply's time. Ollama's own durations tell queue, load and prompt; the wall clock tells thinking from
    /// answering, which Ollama counts as one. Null where nothing is known.
    /// </summary>
    public static WaitBreakdown? From(TurnStats stats)
    {
        ArgumentNullException.ThrowIfNull(stats);
        var thinking = stats.ThinkingDuration;

        // A reply that was stopped or failed has no figures of Ollama's: what came before its first token stays one stretch.
        var untold = stats is { QueueDuration: null, LoadDuration: null, PromptEvalDuration: null } ? stats.TimeToFirstChunk : null;
        var answering = (stats.EvalDuration ?? stats.Duration - stats.TimeToFirstChunk - (stats.ToolDuration ?? TimeSpan.Zero) - (stats.ApprovalDuration ?? TimeSpan.Zero)) - (thinking ?? TimeSpan.Zero);
        ImmutableArray<WaitStretch> stretches =
        [
            .. Known(WaitKind.BeforeFirstToken, untold),
            .. Known(WaitKind.Queue, stats.QueueDuration),
            .. Known(WaitKind.Loading, stats.LoadDuration),
            .. Known(WaitKind.ReadingPrompt, stats.PromptEvalDuration),
            .. Known(WaitKind.Thinking, thinking),
            .. Known(WaitKind.WaitingForPerson, stats.ApprovalDuration),
            .. Known(WaitKind.UsingTools, stats.ToolDuration),
            .. Known(WaitKind.Answering, answering),
        ];
        return stretches.IsEmpty ? null : new WaitBreakdown(stretches);
    }

    private static IEnumerable<WaitStretch> Known(WaitKind kind, TimeSpan? duration) =>
        duration is { Ticks: > 0 } known ? [new WaitStretch(kind, known)] : [];
}

/// <summary>One stretch of a wait.</summary>
/// <param name="Kind">What was going on.</param>
/// <param name="Duration">For how long; above zero.</param>
public sealed record WaitStretch(WaitKind Kind, TimeSpan Duration);

/// <summary>What was going on during a stretch of a wait.</summary>
public enum WaitKind
{
    /// <summary>Queue, loading, reading the prompt, or all: the server did not tell them apart.</summary>
    BeforeFirstToken,

    /// <summary>Waiting for a free slot: what Ollama's own total holds beside loading, reading and generating.</summary>
    Queue,

    /// <summary>Loading the model; the wait for Ollama's scheduler is in it.</summary>
    Loading,

    /// <summary>Reading the prompt.</summary>
    ReadingPrompt,

    /// <summary>Thinking before the answer.</summary>
    Thinking,

    /// <summary>Waiting for the person to allow a tool.</summary>
    WaitingForPerson,

    /// <summary>Running tools.</summary>
    UsingTools,

    /// <summary>Writing the answer.</summary>
    Answering,
}
