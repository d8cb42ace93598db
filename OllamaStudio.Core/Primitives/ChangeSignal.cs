using System.Collections.Immutable;

namespace OllamaStudio.Core.Primitives;

/// <summary>
/// Tells subscribers "something changed", seldom enough to draw on every call: the first change is told at once, further
/// ones are gathered, and the last one is always told. Calls come on a pool thread, one at a time, so that a subscriber
/// that takes its time slows the others; what one throws concerns nobody else. Safe to use from any thread.
/// </summary>
public sealed class ChangeSignal : IDisposable
{
    /// <summary>Least time between the end of one call and the next: ten calls a second.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMilliseconds(100);

    private readonly ITimer _timer;
    private ImmutableArray<Subscription> _subscriptions = [];

    // 1 while a change has not been told yet.
    private int _pending;

    // 1 from the leading call until a whole interval passed without a change.
    private int _active;

    private long _interval;

    private volatile bool _disposed;

    /// <summary>Makes a signal that is silent until <see cref="Raise"/>.</summary>
    /// <param name="time">The clock that spaces the calls.</param>
    /// <param name="interval">Least time between two calls; null for <see cref="DefaultInterval"/>.</param>
    public ChangeSignal(TimeProvider time, TimeSpan? interval = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        Interval = interval ?? DefaultInterval;
        _timer = time.CreateTimer(static state => ((ChangeSignal)state!).OnIntervalOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Least time between two calls. A change of it holds from the next call on.</summary>
    public TimeSpan Interval
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _interval));
        set => Volatile.Write(ref _interval, value.Ticks);
    }

    /// <summary>Subscriptions that have not ended.</summary>
    internal int SubscriptionCount => _subscriptions.Length;

    /// <summary>Says that something changed. Never blocks, never throws, never calls a subscriber itself.</summary>
    public void Raise()
    {
        // Who is not here yet reads the state after subscribing and misses nothing.
        if (_disposed || _subscriptions.IsEmpty || Interlocked.Exchange(ref _pending, 1) == 1)
        {
            return;
        }

        if (Interlocked.CompareExchange(ref _active, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.Tell(), this, preferLocal: false);
        }
    }

    /// <summary>Calls <paramref name="changed"/> after changes until the result is disposed. A call under way is not waited for.</summary>
    public IDisposable Subscribe(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        var subscription = new Subscription(this, changed);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Add(one), subscription);
        return subscription;
    }

    /// <summary>Ends all subscriptions.</summary>
    public void Dispose()
    {
        _disposed = true;
        ImmutableInterlocked.InterlockedExchange(ref _subscriptions, []);
        _timer.Dispose();
    }

    private void Tell()
    {
        Interlocked.Exchange(ref _pending, 0);
        foreach (var subscription in _subscriptions)
        {
            subscription.Call();
        }

        try
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // Disposed while telling: there is nobody left to tell.
        }
    }

    private void OnIntervalOver()
    {
        if (Volatile.Read(ref _pending) == 1)
        {
            Tell();
            return;
        }

        Interlocked.Exchange(ref _active, 0);

        // A change between the look above and here found the signal still active and left its telling to us.
        if (Volatile.Read(ref _pending) == 1 && Interlocked.CompareExchange(ref _active, 1, 0) == 0)
        {
            Tell();
        }
    }

    private sealed class Subscription(ChangeSignal signal, Action changed) : IDisposable
    {
        private volatile bool _ended;

        public void Call()
        {
            if (_ended)
            {
                return;
            }

            try
            {
                changed();
            }
            catch (Exception)
            {
                // A subscriber's fault is its own: the others, and the recording, go on.
            }
        }

        public void Dispose()
        {
            _ended = true;
            ImmutableInterlocked.Update(ref signal._subscriptions, static (all, one) => all.Remove(one), this);
        }
    }
}
