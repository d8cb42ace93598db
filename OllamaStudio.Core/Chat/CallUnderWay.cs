using OllamaStudio.Core.Ollama.Servers;

namespace OllamaStudio.Core.Chat;

/// <summary>A model call that a reply waits for, with what was known when it was sent and decides how long it takes.</summary>
public sealed record CallUnderWay
{
    /// <summary>The conversation that it belongs to: <c>session.id</c>.</summary>
    public required string SessionId { get; init; }

    /// <summary>The server asked.</summary>
    public ServerKind Server { get; init; }

    /// <summary>The model asked.</summary>
    public required string Model { get; init; }

    /// <summary>What the model's name stood for; null where unknown.</summary>
    public string? Digest { get; init; }

    /// <summary>The server's version; null where unknown.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Whether the model was in memory by the last look before, with the context window that is asked for; null where nobody knows.</summary>
    public bool? IsLoaded { get; init; }

    /// <summary>How long messages and tools are, as <see cref="Telemetry.PromptWeight"/> weighs them.</summary>
    public required long Weight { get; init; }

    /// <summary>When it was sent, UTC.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When its first piece came, UTC; null until then.</summary>
    public DateTimeOffset? FirstPieceAt { get; init; }

    /// <summary>When its latest piece came, UTC; null until one has.</summary>
    public DateTimeOffset? LastPieceAt { get; init; }
}

/// <summary>Tells of the model calls that run for replies, and which of them the same model serves first.</summary>
public interface ICallsUnderWay
{
    /// <summary>The call that a reply waits for or is written by; null where none runs (any more).</summary>
    CallUnderWay? CallOf(string replyId);

    /// <summary>The calls that the model answers before that reply's, as <see cref="ITurnOrder.AheadOf"/> has it.</summary>
    IReadOnlyList<CallUnderWay> CallsAheadOf(string replyId);

    /// <summary>The gap between two pieces that 99 of 100 of a model's were shorter than, since the studio started; null where too few are known.</summary>
    TimeSpan? LongGapOf(string model);
}
