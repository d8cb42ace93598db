using System.Collections.Immutable;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>One tool call of a reply as it stands: an immutable snapshot.</summary>
public sealed record ToolCallRecord
{
    /// <summary>Id, unique among the calls of a conversation.</summary>
    public required string Id { get; init; }

    /// <summary>The tool's name as the model wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>Where the tool comes from; empty while that is not known, and where there is no such tool.</summary>
    public string Source { get; init; } = "";

    /// <summary>The arguments, a JSON object.</summary>
    public string Arguments { get; init; } = "{}";

    /// <summary>How it stands.</summary>
    public ToolCallState State { get; init; }

    /// <summary>What the model was told; empty while there is no result.</summary>
    public string Result { get; init; } = "";

    /// <summary>How long it ran; null while it has not ended, and where it did not run.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Images that it returned, as far as they are kept.</summary>
    public ImmutableArray<ToolImage> Images { get; init; } = [];

    /// <summary>How many of its images, the first ones, are not kept any more.</summary>
    public int DroppedImages { get; init; }

    /// <summary>In which of the model's answers it stands, from 0: calls of one answer have the same.</summary>
    public int Round { get; init; }

    /// <summary>How much of the reply's text came before it, in characters.</summary>
    public int TextOffset { get; init; }

    /// <summary>How much of the reply's thinking came before it, in characters.</summary>
    public int ThinkingOffset { get; init; }

    /// <summary>Whether it has not ended.</summary>
    public bool IsPending => State is ToolCallState.Running or ToolCallState.AwaitingApproval;
}
