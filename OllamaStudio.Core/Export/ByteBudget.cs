namespace OllamaStudio.Core.Export;

/// <summary>How many bytes the unsent spans of one destination may take, waiting ones and kept requests together. Safe to use from any thread.</summary>
internal sealed class ByteBudget
{
    private long _limit;
    private long _used;

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

    /// <summary>Gives bytes back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref _used, -bytes);
}
