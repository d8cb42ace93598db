using System.Collections.Immutable;
using System.Security.Cryptography;
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
            result = (List<AIContent>)[new TextContent(Text), .. Images.Select(image => new DataContent(image.Read(), image.MediaType))];
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

/// <summary>An image that a tool returned, or a file that a person attached. Its bytes are held in memory, or read each time from where they are kept.</summary>
public sealed class ToolImage
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly Func<ReadOnlyMemory<byte>>? _read;

    /// <summary>One that is held in memory.</summary>
    /// <param name="mediaType">Such as <c>image/png</c>.</param>
    /// <param name="data">Its bytes.</param>
    public ToolImage(string mediaType, ReadOnlyMemory<byte> data) =>
        (MediaType, _data, Id, Length) = (mediaType, data, Guid.NewGuid().ToString("N"), data.Length);

    /// <summary>One that is kept elsewhere.</summary>
    /// <param name="mediaType">Such as <c>image/png</c>.</param>
    /// <param name="id">The id that it had when it was put there.</param>
    /// <param name="hash">See <see cref="Hash"/>.</param>
    /// <param name="length">Its size in bytes.</param>
    /// <param name="read">Reads its bytes; throws an <see cref="IOException"/> where they are gone.</param>
    public ToolImage(string mediaType, string id, string hash, long length, Func<ReadOnlyMemory<byte>> read) =>
        (MediaType, Id, Hash, Length, _read) = (mediaType, id, hash, length, read);

    /// <summary>One of which nothing is left but what it was.</summary>
    internal static ToolImage Gone(string mediaType) =>
        new(mediaType, Guid.NewGuid().ToString("N"), new string('0', 64), 0, static () => throw new FileNotFoundException("It is no longer kept."));

    /// <summary>Such as <c>image/png</c>.</summary>
    public string MediaType { get; }

    /// <summary>Id, unique among all images, which nobody can guess.</summary>
    public string Id { get; }

    /// <summary>SHA-256 of its bytes, 64 hexadecimal digits in lower case: the same bytes are kept once.</summary>
    public string Hash => field ??= Convert.ToHexStringLower(SHA256.HashData(_data.Span));

    /// <summary>Its size in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether its bytes are held in memory.</summary>
    public bool IsHeld => _read is null;

    /// <summary>Its bytes.</summary>
    /// <exception cref="IOException">They are gone from where they were kept.</exception>
    public ReadOnlyMemory<byte> Read() => _read?.Invoke() ?? _data;

    /// <summary>The same image for another place, under an id of its own.</summary>
    internal ToolImage WithNewId() => _read is null ? new(MediaType, _data) : new(MediaType, Guid.NewGuid().ToString("N"), Hash, Length, _read);

    /// <summary>The same image, its bytes held in memory; null where they are gone from where they were kept.</summary>
    internal ToolImage? Hold() => IsHeld ? this : TryRead() is { } data ? new ToolImage(MediaType, data, Id) : null;

    private ToolImage(string mediaType, ReadOnlyMemory<byte> data, string id) => (MediaType, _data, Id, Length) = (mediaType, data, id, data.Length);

    /// <summary>Its bytes; null where they are gone from where they were kept.</summary>
    public ReadOnlyMemory<byte>? TryRead()
    {
        try
        {
            return Read();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
