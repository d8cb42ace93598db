namespace OllamaStudio.Core.Export;

/// <summary>How many bytes the unsent spans of one destination may take, waiting ones and kept requests together, and how many of them exporters have. Safe to use from any thread.</summary>
internal sealed class ByteBudget
{
    private long _limit;
    private long _used;
    private long _inHand;

    /// <summary>Most bytes. A change of it holds from the next span on.</summary>
    public long Limit { get => Volatile.Read(ref _limit); set => Volatile.Write(ref _limit, value); }

    /// <summary>Bytes taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes that many bytes; false, and takes none, where they would be too many.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= Limit)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Takes that many bytes, also beyond the limit: the caller makes room.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Spans that exporters were given and have neither had an answer for nor passed on, of the route in force and of those that end.</summary>
    public long InHand => Volatile.Read(ref _inHand);

    /// <summary>Counts spans that an exporter takes, or, below 0, is rid of.</summary>
    public void Hand(int spans) => Interlocked.Add(ref _inHand, spans);

    /// <summary>Gives bytes back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
