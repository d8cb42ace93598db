namespace OllamaStudio.Core.Chat;

/// <summary>How fast a reply comes, as the studio itself counts it: Ollama tells its own counts only at the end.</summary>
/// <param name="Chunks">Chunks of text or thinking so far, above zero.</param>
/// <param name="Duration">From a model call's first chunk to its last, summed over the calls; loading, reading and tools are not in it.</param>
/// <param name="LastChunkAt">When the latest came, UTC; null once the model has called tools and not yet gone on.</param>
public sealed record ReplyPace(int Chunks, TimeSpan Duration, DateTimeOffset? LastChunkAt)
{
    /// <summary>Below this many chunks a rate means nothing.</summary>
    private const int FewestForRate = 10;

    /// <summary>Chunks per second of writing; null below 10 chunks, where the figure means nothing.</summary>
    public double? ChunksPerSecond => Chunks >= FewestForRate && Duration > TimeSpan.Zero ? Chunks / Duration.TotalSeconds : null;

    /// <summary>The same at that moment, with the time since the latest chunk.</summary>
    public ReplyPace At(DateTimeOffset now) =>
        LastChunkAt is { } last && now > last ? this with { Duration = Duration + (now - last), LastChunkAt = now } : this;
}

/// <summary>Tells how fast the reply of a running turn comes.</summary>
public interface IReplyPaces
{
    /// <summary>The pace of the reply whose trace that is; null where it does not run (any more), or nothing has come yet.</summary>
    ReplyPace? PaceOf(string traceId);
}
