using System.Threading.Channels;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>
/// The system's clock, except that a timer set for a second or more goes off only when a test says so: what waits long is
/// moved by hand, while the rest keeps running.
/// </summary>
internal sealed class PauseClock : TimeProvider
{
    private readonly Channel<Pause> _pauses = Channel.CreateUnbounded<Pause>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromSeconds(1))
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var pause = new Pause(callback, state, dueTime);
        _pauses.Writer.TryWrite(pause);
        return pause;
    }

    /// <summary>Waits until a timer of that length was set; the result lets it go off. Others set before it never do.</summary>
    public async Task<Action> SetAsync(TimeSpan length)
    {
        using var guard = new CancellationTokenSource(OtlpReceiver.Guard);
        while (true)
        {
            var pause = await _pauses.Reader.ReadAsync(guard.Token);
            if (pause.Length == length)
            {
                return pause.End;
            }
        }
    }

    /// <summary>Waits until a timer of that length was set, and lets it go off.</summary>
    public async Task EndAsync(TimeSpan length) => (await SetAsync(length))();

    private sealed class Pause(TimerCallback callback, object? state, TimeSpan length) : ITimer
    {
        public TimeSpan Length { get; } = length;

        public void End() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
