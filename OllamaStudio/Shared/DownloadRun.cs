namespace OllamaStudio.Shared;

/// <summary>How a download stands.</summary>
public enum DownloadState
{
    /// <summary>It is being written.</summary>
    Running,

    /// <summary>All of it was written.</summary>
    Complete,

    /// <summary>It was cancelled on a page of the studio.</summary>
    Cancelled,

    /// <summary>The browser left it, or something could not be read: what was written is not whole.</summary>
    BrokenOff,
}

/// <summary>One download: counts what has been written. Safe to use from any thread.</summary>
public sealed class DownloadRun(Action abort, Action changed) : IProgress<(int Done, int Total)>, IDisposable
{
    private int _state;
    private int _done;
    private int _total = -1;

    /// <summary>How it stands.</summary>
    public DownloadState State => (DownloadState)Volatile.Read(ref _state);

    /// <summary>How many were written: conversations or traces.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>How many there are; null where that is not counted before.</summary>
    public int? Total => Volatile.Read(ref _total) is >= 0 and var total ? total : null;

    /// <inheritdoc />
    public void Report((int Done, int Total) value)
    {
        Volatile.Write(ref _total, value.Total);
        Volatile.Write(ref _done, value.Done);
        changed();
    }

    /// <summary>One more was written.</summary>
    public void Step()
    {
        Interlocked.Increment(ref _done);
        changed();
    }

    /// <summary>All of it was written.</summary>
    public void Complete() => End(DownloadState.Complete);

    /// <summary>A person does not want it any more; nothing where it has ended.</summary>
    public void Cancel()
    {
        if (End(DownloadState.Cancelled))
        {
            abort();
        }
    }

    /// <inheritdoc />
    public void Dispose() => End(DownloadState.BrokenOff);

    private bool End(DownloadState state)
    {
        var isFirst = Interlocked.CompareExchange(ref _state, (int)state, (int)DownloadState.Running) == (int)DownloadState.Running;
        changed();
        return isFirst;
    }
}
