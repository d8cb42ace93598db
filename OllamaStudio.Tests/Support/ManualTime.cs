using System.Threading.Channels;

namespace OllamaStudio.Tests.Support;

/// <summary>
/// Time that stands still until a test moves it. With <see cref="RunUntilAsync{T}"/> it jumps to the next timer whenever
/// one is armed, so that what takes minutes takes no time, and durations come out exact.
/// </summary>
public sealed class ManualTime : TimeProvider
{
    /// <summary>When it begins, UTC.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _armed = [];
    private readonly Channel<bool> _settings = Channel.CreateUnbounded<bool>();
    private DateTimeOffset _now = Start;
    private TaskCompletionSource _changed = NewSignal();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromMinutes(330), "Test", "Test");

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time forward; timers that fall due on the way fire in order.</summary>
    public void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (FireNext(target))
        {
        }

        lock (_lock)
        {
            _now = target;
        }
    }

    /// <summary>Completes once a timer has been set that no earlier call of this method answered for.</summary>
    public async Task TimerSetAsync() => await _settings.Reader.ReadAsync().AsTask().WaitAsync(Guard);

    /// <summary>Completes when somebody waits for a timer.</summary>
    public async Task WaitForTimerAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_armed.Count > 0)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(Guard);
        }
    }

    /// <summary>Waits for this many timers, one after the other, and fires each. The next is left waiting: the work stands still there.</summary>
    public async Task FireAsync(int timers)
    {
        for (var i = 0; i < timers; i++)
        {
            await WaitForTimerAsync();
            FireNext(DateTimeOffset.MaxValue);
        }
    }

    /// <summary>
    /// Jumps from timer to timer until the work is done. Other work on the same time may run ahead of it meanwhile:
    /// to stop in the midst of something, use <see cref="FireAsync"/>.
    /// </summary>
    public async Task<T> RunUntilAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            await Task.WhenAny(work, WaitForTimerAsync());
            if (!work.IsCompleted)
            {
                FireNext(DateTimeOffset.MaxValue);
            }
        }

        return await work;
    }

    private bool FireNext(DateTimeOffset until)
    {
        ManualTimer? next;
        lock (_lock)
        {
            next = _armed.MinBy(static timer => timer.Due);
            if (next is null || next.Due > until)
            {
                return false;
            }

            _armed.Remove(next);
            _now = next.Due > _now ? next.Due : _now;
        }

        next.Fire();
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        /// <summary>One-shot only: nothing under test uses a period.</summary>
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (time._lock)
            {
                time._armed.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = time._now + dueTime;
                    time._armed.Add(this);
                    time._settings.Writer.TryWrite(true);
                }

                time._changed.TrySetResult();
                time._changed = NewSignal();
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
            {
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
