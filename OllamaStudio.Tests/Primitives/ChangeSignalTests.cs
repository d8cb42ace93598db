using System.Threading.Channels;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Primitives;

public sealed class ChangeSignalTests : IDisposable
{
    private readonly ManualTime _clock = new();
    private readonly Told _told = new();
    private readonly ChangeSignal _signal;

    public ChangeSignalTests() => _signal = new ChangeSignal(_clock);

    public void Dispose() => _signal.Dispose();

    [Fact]
    public async Task The_first_change_is_told_at_once_and_the_last_of_a_burst_after_the_interval()
    {
        using var subscription = _signal.Subscribe(_told.Record);

        await RaiseFirstAsync();
        for (var i = 0; i < 50; i++)
        {
            _signal.Raise();
        }

        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, _told.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task A_steady_stream_of_changes_is_told_at_most_ten_times_a_second()
    {
        using var subscription = _signal.Subscribe(_told.Record);
        await RaiseFirstAsync();

        for (var millisecond = 0; millisecond < 1000; millisecond++)
        {
            _signal.Raise();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(11, _told.Count);
    }

    [Fact]
    public async Task After_a_quiet_interval_the_next_change_is_told_at_once_again()
    {
        using var subscription = _signal.Subscribe(_told.Record);
        await RaiseFirstAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        _signal.Raise();
        await _told.OnceAsync();

        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task A_longer_interval_holds_from_the_next_call_on()
    {
        using var subscription = _signal.Subscribe(_told.Record);
        _signal.Interval = TimeSpan.FromMilliseconds(300);
        await RaiseFirstAsync();
        _signal.Raise();

        _clock.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal(1, _told.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task One_subscriber_that_throws_does_not_hurt_the_others()
    {
        using var faulty = _signal.Subscribe(() => throw new InvalidOperationException("faulty subscriber"));
        using var subscription = _signal.Subscribe(_told.Record);

        await RaiseFirstAsync();
        _signal.Raise();
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task A_disposed_subscription_is_told_nothing_more()
    {
        var ended = new Told();
        var subscription = _signal.Subscribe(ended.Record);
        using var other = _signal.Subscribe(_told.Record);
        await RaiseFirstAsync();

        subscription.Dispose();
        _signal.Raise();
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, ended.Count);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task Under_concurrent_changes_the_last_one_is_always_told()
    {
        using var signal = new ChangeSignal(TimeProvider.System, TimeSpan.FromMilliseconds(1));
        var changes = 0;
        var seenAll = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        const int writers = 4, each = 20_000;
        using var subscription = signal.Subscribe(() =>
        {
            if (Volatile.Read(ref changes) == writers * each)
            {
                seenAll.TrySetResult();
            }
        });

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < each; i++)
            {
                Interlocked.Increment(ref changes);
                signal.Raise();
            }
        })));

        await seenAll.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>The first change is told on a pool thread; from then on time runs in the test's hands.</summary>
    private async Task RaiseFirstAsync()
    {
        _signal.Raise();
        await _told.OnceAsync();
        await _clock.WaitForTimerAsync();
    }

    /// <summary>Counts calls and lets a test wait for the next one.</summary>
    private sealed class Told
    {
        private readonly Channel<int> _calls = Channel.CreateUnbounded<int>();
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Record() => _calls.Writer.TryWrite(Interlocked.Increment(ref _count));

        public async Task OnceAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
