using System.Collections.Immutable;
using Microsoft.Extensions.AI;

namespace OllamaStudio.Core.Tools;

/// <summary>How a call ended. Travels to the sink as <see cref="AIContent.RawRepresentation"/> of its result.</summary>
/// <param name="State">In one word.</param>
/// <param name="Text">What the model is told.</param>
internal sealed record ToolOutcome(ToolCallState State, string Text)
{
    /// <summary>Images that the tool returned.</summary>
    public ImmutableArray<ToolImage> Images { get; init; } = [];

    /// <summary>How long it ran; null where it did not.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Where the tool comes from; empty where there is no such tool.</summary>
    public string Source { get; init; } = "";

    /// <summary>What went wrong; null unless it failed.</summary>
    public Exception? Error { get; init; }

    /// <summary>The result as it is fed back to the model.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="withImages">Whether the model reads images.</param>
    public FunctionResultContent ToContent(string callId, bool withImages)
    {
        object result = Text;
        if (!Images.IsEmpty && withImages)
        {
            result = (List<AIContent>)[new TextContent(Text), .. Images.Select(image => new DataContent(image.Data, image.MediaType))];
        }
        else if (!Images.IsEmpty)
        {
            result = $"{Text}\n[{(Images.Length == 1 ? "1 image is" : FormattableString.Invariant($"{Images.Length} images are"))} shown to the person]".TrimStart();
        }

        return new FunctionResultContent(callId, result) { Exception = Error, RawRepresentation = this };
    }
}

/// <summary>How a tool call stands.</summary>
public enum ToolCallState
{
    /// <summary>It runs, or is about to.</summary>
    Running,

    /// <summary>It waits for the person's word.</summary>
    AwaitingApproval,

    /// <summary>It returned a result.</summary>
    Succeeded,

    /// <summary>It could not be run, threw, or took too long.</summary>
    Failed,

    /// <summary>The person did not allow it.</summary>
    Denied,

    /// <summary>It was stopped with its turn, or not run because the turn was over.</summary>
    Cancelled,
}

/// <summary>An image that a tool returned.</summary>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Its bytes.</param>
public sealed record ToolImage(string MediaType, ReadOnlyMemory<byte> Data)
{
    /// <summary>Id, unique among all images, which nobody can guess.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");
}
