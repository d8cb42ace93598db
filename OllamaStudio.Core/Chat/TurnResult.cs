using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

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
