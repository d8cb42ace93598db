namespace OllamaStudio.Core.Chat;

/// <summary>
/// How much memory all conversations take, kept as a running sum: a change costs one addition, whatever there is. Above its bound
/// it has room made, on a pool thread and by one at a time. Safe to use from any thread.
/// </summary>
/// <param name="maxBytes">The bound.</param>
/// <param name="makeRoom">Lets go of what can be let go.</param>
internal sealed class ConversationMemory(long maxBytes, Action makeRoom)
{
    // Where nothing more can be let go, it is tried again when so much more is taken.
    private const long Step = 1_000_000;

    private readonly long _maxBytes = maxBytes;
    private long _bytes;
    private long _threshold = maxBytes;
    private int _makingRoom;

    /// <summary>Bytes taken.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether more is taken than may be.</summary>
    public bool IsExceeded => Bytes > _maxBytes;

    /// <summary>Some bytes more, or fewer.</summary>
    public void Add(long bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > Volatile.Read(ref _threshold) && bytes > 0 && Interlocked.Exchange(ref _makingRoom, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static memory => memory.MakeRoom(), this, preferLocal: false);
        }
    }

    private void MakeRoom()
    {
        makeRoom();
        Volatile.Write(ref _threshold, Math.Max(_maxBytes, Bytes + Step));
        Volatile.Write(ref _makingRoom, 0);
    }
}
