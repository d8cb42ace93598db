namespace OllamaStudio.Shared;

/// <summary>
/// Lets refreshes through at most ten times a second: the first at once, later ones when their time has come, and any number
/// of requests in between as one. Nothing ticks while nothing is requested.
/// </summary>
public sealed class RefreshPacer : IDisposable
{
    /// <summary>The least time between two refreshes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly Action _refresh;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private long? _last;
    private bool _waiting;
    private bool _disposed;

    /// <summary>Calls <paramref name="refresh"/> on the requester's thread or a pool thread, never two at a time by its own doing.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="refresh">What is done; must be quick.</param>
    /// <param name="interval">The least time between two; null for <see cref="Interval"/>.</param>
    public RefreshPacer(TimeProvider time, Action refresh, TimeSpan? interval = null)
    {
        (_time, _interval) = (time, interval ?? Interval);
        _refresh = refresh;
        _timer = time.CreateTimer(static pacer => ((RefreshPacer)pacer!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Asks for a refresh. Safe from any thread; without effect once disposed.</summary>
    public void Request()
    {
        lock (_gate)
        {
            if (_disposed || _waiting)
            {
                return;
            }

            if (_last is { } earlier && _interval - _time.GetElapsedTime(earlier) is { Ticks: > 0 } wait)
            {
                _waiting = true;
                _timer.Change(wait, Timeout.InfiniteTimeSpan);
                return;
            }

            _last = _time.GetTimestamp();
        }

        _refresh();
    }

    private void OnTime()
    {
        lock (_gate)
        {
            if (_disposed || !_waiting)
            {
                return;
            }

            _waiting = false;
            _last = _time.GetTimestamp();
        }

        _refresh();
    }

    /// <summary>No refresh starts from here on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }
}
