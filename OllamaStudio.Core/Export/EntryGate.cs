namespace OllamaStudio.Core.Export;

/// <summary>
/// Lets callers in until it is closed, and tells when the last of them is out (what Windows calls rundown protection).
/// Entering costs two interlocked operations and never waits.
/// </summary>
internal sealed class EntryGate
{
    private int _inside;
    private volatile bool _closed;

    /// <summary>Enters; false once it is closed. Whoever was let in must <see cref="Exit"/>.</summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _inside); // a full fence: the flag is read after everybody can see who is inside
        if (!_closed)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Leaves.</summary>
    public void Exit() => Interlocked.Decrement(ref _inside);

    /// <summary>Lets nobody in any more, and returns when the last is out. For callers that stay inside for microseconds.</summary>
    public void Close()
    {
        _closed = true;

        // Without it the count could be read before the flag is seen by others: one would enter a gate that counts as empty.
        Interlocked.MemoryBarrier();
        var spin = new SpinWait();
        while (Volatile.Read(ref _inside) > 0)
        {
            spin.SpinOnce();
        }
    }
}
