namespace OllamaStudio.Traces;

/// <summary>
/// Lets refreshes through at most ten times a second: the first at once, later ones when their time has come, and any number
/// of requests in between as one. Nothing ticks while nothing is requested.
/// </summary>
public sealed class RefreshPacer : IDisposable
{
    /// <summary>The least time between two refreshes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider time;
    private readonly Action refresh;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private long? last;
    private bool waiting;
    private bool disposed;

    /// <summary>Calls <paramref name="refresh"/> on the requester's thread or a pool thread, never two at a time by its own doing.</summary>
    public RefreshPacer(TimeProvider time, Action refresh)
    {
        this.time = time;
        this.refresh = refresh;
        timer = time.CreateTimer(static pacer => ((RefreshPacer)pacer!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for a refresh. Safe from any thread; without effect once disposed.</summary>
    public void Request()
    {
        lock (gate)
        {
            if (disposed || waiting)
            {
                return;
            }

            if (last is { } earlier && Interval - time.GetElapsedTime(earlier) is { Ticks: > 0 } wait)
            {
                waiting = true;
                timer.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            last = time.GetTimestamp();
        }

        refresh();
    }

    private void OnTime()
    {
        lock (gate)
        {
            if (disposed || !waiting)
            {
                return;
            }

            waiting = false;
            last = time.GetTimestamp();
        }

        refresh();
    }

    /// <summary>No refresh starts from here on.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
        }

        timer.Dispose();
    }
}
