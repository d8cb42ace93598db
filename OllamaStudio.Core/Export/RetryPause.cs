namespace OllamaStudio.Core.Export;

/// <summary>
/// When a request that failed goes out again: after a second, twice as long after each further failure up to half a minute, and
/// not before the endpoint asked for (<c>Retry-After</c>). But for <see cref="IsHeld"/> used by one thread at a time.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="over">Called when a pause is over, with its number, for <see cref="TryEnd"/>.</param>
internal sealed class RetryPause(TimeProvider time, Action<int> over) : IDisposable
{
    /// <summary>Longest pause that an endpoint may ask for.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _length = First;
    private long _heldUntil; // UTC ticks, so that it can be read without a lock
    private ITimer? _timer;
    private int _number; // of the pause under way

    /// <summary>When the pause under way ends, UTC; null where there is none.</summary>
    public DateTimeOffset? Ends { get; private set; }

    /// <summary>Whether the endpoint asked not to be sent anything yet.</summary>
    public bool IsHeld => HeldUntil > time.GetUtcNow();

    /// <summary>Begins a pause. One under way is not begun anew: requests that keep failing must not put off the next try.</summary>
    public void Begin()
    {
        if (_timer is null)
        {
            // Where the clock was set back meanwhile, nobody asked for more than this.
            var (now, number) = (time.GetUtcNow(), _number);
            var held = Min(HeldUntil - now, LongestAsked);
            Ends = now + (_length > held ? _length : held);
            _timer = time.CreateTimer(_ => over(number), null, Ends.Value - now, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Ends the pause under way.</summary>
    public void End()
    {
        _timer?.Dispose();
        (_timer, Ends) = (null, null);
        _number++;
    }

    /// <summary>
    /// That pause is over, and with it what the endpoint asked for, whatever the clock says: a timer may be a part of a millisecond early, and the clock
    /// may have been set back. False where another one began meanwhile.
    /// </summary>
    public bool TryEnd(int number)
    {
        if (number != _number || _timer is null)
        {
            return false;
        }

        End();
        Release();
        return true;
    }

    /// <summary>The next pause is twice as long.</summary>
    public void Grow() => _length = Min(_length * 2, Longest);

    /// <summary>The next pause is a short one again.</summary>
    public void Shorten() => _length = First;

    /// <summary>Does as the endpoint asked; null where it asked for nothing.</summary>
    public void Hold(TimeSpan? asked)
    {
        if (asked is { } wait)
        {
            Volatile.Write(ref _heldUntil, (time.GetUtcNow() + Min(wait, LongestAsked)).UtcTicks);
            End();
        }
    }

    /// <summary>Forgets what the endpoint asked for.</summary>
    public void Release() => Volatile.Write(ref _heldUntil, 0);

    /// <inheritdoc />
    public void Dispose() => End();

    private DateTimeOffset HeldUntil => new(Volatile.Read(ref _heldUntil), TimeSpan.Zero);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
