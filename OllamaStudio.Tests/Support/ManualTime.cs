using Microsoft.Extensions.Time.Testing;

namespace OllamaStudio.Tests.Support;

/// <summary>
/// Time that stands still until a test moves it. Its timers go off one by one, each at its own moment, and a test can wait
/// until one is set: <see cref="FakeTimeProvider"/> alone moves to the end first and fires then, so that a timer which sets
/// the next one fires once in a second instead of ten times, and it does not tell who waits.
/// </summary>
public class ManualTime : FakeTimeProvider
{
    /// <summary>When it begins, UTC.</summary>
    public static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _set = [];
    private TaskCompletionSource _changed = NewSignal();

    public ManualTime()
        : base(Epoch) =>
        SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromMinutes(330), "Test", "Test"));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>How many timers are set.</summary>
    public int TimerCount
    {
        get
        {
            lock (_lock)
            {
                return _set.Count;
            }
        }
    }

    /// <summary>Moves time forward; timers that fall due on the way fire in order.</summary>
    public new void Advance(TimeSpan by)
    {
        var target = GetUtcNow() + by;
        while (FireNext(target))
        {
        }

        lock (_lock)
        {
            SetUtcNow(target);
        }
    }

    /// <summary>Completes when somebody waits for a timer: any, or one set for that long.</summary>
    public async Task WaitForTimerAsync(TimeSpan? length = null)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_set.Exists(timer => length is null || timer.Length == length))
                {
                    return;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(Guard);
        }
    }

    /// <summary>Waits for a timer that is set for that long, and lets as much time pass.</summary>
    public async Task FireAsync(TimeSpan length)
    {
        await WaitForTimerAsync(length);
        Advance(length);
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
    /// to stop in the midst of something, use <see cref="FireAsync(int)"/>.
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
            next = _set.MinBy(static timer => timer.Due);
            if (next is null || next.Due > until)
            {
                return false;
            }

            _set.Remove(next);
            var now = base.GetUtcNow(); // a clock that was set back tells another, and a timer may have been set by it
            SetUtcNow(next.Due > now ? next.Due : now);
        }

        next.Fire();
        return true;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Length { get; private set; }

        public DateTimeOffset Due { get; private set; }

        /// <summary>One-shot only: nothing under test uses a period.</summary>
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (time._lock)
            {
                time._set.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    (Length, Due) = (dueTime, time.GetUtcNow() + dueTime);
                    time._set.Add(this);
                    time._changed.SetResult();
                    time._changed = NewSignal();
                }
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._lock)
            {
                time._set.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
