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
