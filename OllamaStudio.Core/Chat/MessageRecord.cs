using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>One message of a conversation as it stands: an immutable snapshot, safe to draw from.</summary>
public sealed record MessageRecord
{
    /// <summary>Id, unique among all messages.</summary>
    public required string Id { get; init; }

    /// <summary>The message that this one follows; null for a first one.</summary>
    public string? ParentId { get; init; }

    /// <summary>Who speaks.</summary>
    public required MessageRole Role { get; init; }

    /// <summary>The text so far; Markdown for an assistant. Never null.</summary>
    public string Text { get; init; } = "";

    /// <summary>The files that a person sent with it, in order; none for an assistant.</summary>
    public ImmutableArray<Attachment> Attachments { get; init; } = [];

    /// <summary>The model's thinking so far; empty where it does none.</summary>
    public string Thinking { get; init; } = "";

    /// <summary>The tools that were called, in order; <see cref="ReplyRound"/> puts them between the pieces of text.</summary>
    public ImmutableArray<ToolCallRecord> ToolCalls { get; init; } = [];

    /// <summary>How it stands.</summary>
    public MessageState State { get; init; } = MessageState.Complete;

    /// <summary>What is going on while it is streaming.</summary>
    public TurnPhase Phase { get; init; }

    /// <summary>
    /// Since when Ollama has said nothing, UTC; null while it talks, and until it has been silent for
    /// <see cref="OllamaClientOptions.SilenceNotice"/>. Nothing is cut for it.
    /// </summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>What goes wrong with it while it is streaming; empty afterwards, when <see cref="Stats"/> tells what did.</summary>
    public ImmutableArray<ReplyWarning> Warnings { get; init; } = [];

    /// <summary>How fast it comes, or came; null for a person's message, and before its first chunk.</summary>
    public ReplyPace? Pace { get; init; }

    /// <summary>When it was sent, or its generation began; UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The model that was asked; null for a person's message.</summary>
    public string? Model { get; init; }

    /// <summary>The trace of its turn; null for a person's message, and before the turn has started.</summary>
    public string? TraceId { get; init; }

    /// <summary>Whether that trace is recorded for export.</summary>
    public bool Sampled { get; init; }

    /// <summary>How much of its content was put on spans.</summary>
    public CaptureLevel Capture { get; init; }

    /// <summary>Where time and tokens went; null until the turn has ended.</summary>
    public TurnStats? Stats { get; init; }

    /// <summary>Why it ended, in Ollama's word; null where unknown.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What went wrong; null unless it failed.</summary>
    public MessageError? Error { get; init; }

    /// <summary>What the person thinks of it; null where they have not said.</summary>
    public ReplyFeedback? Feedback { get; init; }

    /// <summary>The first call that waits for the person's word; null where none does.</summary>
    public ToolCallRecord? Asking => ToolCalls.FirstOrDefault(static call => call.State is ToolCallState.AwaitingApproval);

    /// <summary>Whether a tool was run for it to its end.</summary>
    public bool RanTools => ToolCalls.Any(static call => call.State is ToolCallState.Succeeded);

    /// <summary>Whether it is still being generated.</summary>
    public bool IsStreaming => State is MessageState.Streaming;
}

/// <summary>Who speaks.</summary>
public enum MessageRole
{
    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>How a message stands.</summary>
public enum MessageState
{
    /// <summary>Whole.</summary>
    Complete,

    /// <summary>Being generated.</summary>
    Streaming,

    /// <summary>Stopped by the person; partial text is kept.</summary>
    Stopped,

    /// <summary>Ended by an error; partial text is kept.</summary>
    Failed,

    /// <summary>The studio ended while it was being generated, or it was duplicated meanwhile; what there was of it is kept.</summary>
    Interrupted,
}

/// <summary>What went wrong with a reply.</summary>
/// <param name="Message">In Ollama's own words where it said any.</param>
/// <param name="NextStep">What a person can do; null where nothing helps.</param>
public sealed record MessageError(string Message, string? NextStep);

/// <summary>What is going on while a reply is awaited.</summary>
public enum TurnPhase
{
    /// <summary>The request is on its way.</summary>
    Connecting,

    /// <summary>The model was not in memory at the last look: it has to be loaded first.</summary>
    LoadingModel,

    /// <summary>
    /// No token yet, and nobody can tell why: the request may wait for others, the model may be loading, or it reads the prompt.
    /// Ollama is silent in all of them, and lists a model as soon as it begins to load.
    /// </summary>
    WaitingForFirstToken,

    /// <summary>The model thinks.</summary>
    Thinking,

    /// <summary>The answer is being written.</summary>
    Writing,

    /// <summary>Tools run, or wait for the person's word.</summary>
    UsingTools,
}
