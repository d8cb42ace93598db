namespace OllamaStudio.Simulator;

/// <summary>
/// What the simulator is being asked to do, for tests and for a status line. Counts the calls that do work
/// (<c>chat</c>, <c>generate</c>, <c>embed</c>, <c>pull</c>, <c>create</c>); look-ups such as <c>tags</c> are not counted.
/// Safe for concurrent use.
/// </summary>
public sealed class SimulatorActivity
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<string> _nextCancellation = NewSignal();
    private long _started;
    private long _completed;
    private long _cancelled;

    /// <summary>Calls begun since the server started.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Calls under way now.</summary>
    public long Running
    {
        get
        {
            lock (_lock)
            {
                return _started - _completed - _cancelled;
            }
        }
    }

    /// <summary>Calls that ended on the server's side, well or badly.</summary>
    public long Completed => Interlocked.Read(ref _completed);

    /// <summary>Calls that ended because the client closed its connection.</summary>
    public long Cancelled => Interlocked.Read(ref _cancelled);

    /// <summary>
    /// Completes with the path (such as <c>/api/chat</c>) of the first call that a client gives up after this one was made:
    /// ask for it before cancelling, await it afterwards.
    /// </summary>
    public Task<string> WaitForCancellationAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return _nextCancellation.Task.WaitAsync(cancellationToken);
        }
    }

    internal void Start()
    {
        lock (_lock)
        {
            _started++;
        }
    }

    internal void End(string path, bool cancelledByClient)
    {
        lock (_lock)
        {
            if (!cancelledByClient)
            {
                _completed++;
                return;
            }

            _cancelled++;
            _nextCancellation.SetResult(path);
            _nextCancellation = NewSignal();
        }
    }

    private static TaskCompletionSource<string> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
