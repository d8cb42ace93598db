using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Spans;

public sealed class SpanFeedTests : IDisposable
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _clock = new();
    private readonly SpanFeed _feed;

    public SpanFeedTests() => _feed = new SpanFeed(_clock, capacity: 10);

    public void Dispose() => _feed.Dispose();

    [Fact]
    public void A_running_span_is_replaced_in_place_when_it_ends()
    {
        _feed.Record(Running("a", 1));
        Assert.True(_feed.Traces.Single().IsRunning);

        _feed.Record(Ended("a", 1) with { Status = SpanStatus.Error });

        var span = Assert.Single(_feed.Traces.Single().Spans);
        Assert.Equal(SpanStatus.Error, span.Status);
        Assert.Equal(1, _feed.SpanCount);
    }

    [Fact]
    public void Traces_come_newest_first_and_their_spans_in_order_of_start()
    {
        _feed.Record(Running("a", 2, at: 2));
        _feed.Record(Running("a", 1, at: 1));
        _feed.Record(Running("b", 1, at: 5));

        Assert.Equal(["b", "a"], _feed.Traces.Select(trace => trace.TraceId));
        Assert.Equal(["1", "2"], _feed.FindTrace("a")!.Spans.Select(span => span.SpanId));
    }

    [Fact]
    public void At_the_bound_whole_traces_go_oldest_first_and_the_dropped_are_counted()
    {
        RecordTrace("a", 4);
        RecordTrace("b", 4);
        RecordTrace("c", 3);

        Assert.Equal(["c", "b"], _feed.Traces.Select(trace => trace.TraceId));
        Assert.Null(_feed.FindTrace("a"));
        Assert.Equal(7, _feed.SpanCount);
        Assert.Equal(4, _feed.DroppedSpanCount);
    }

    [Fact]
    public void A_trace_dropped_while_it_ran_does_not_come_back_as_a_torso()
    {
        _feed.Record(Running("a", 1));
        RecordTrace("b", 10);

        _feed.Record(Running("a", 2));
        _feed.Record(Ended("a", 2));
        _feed.Record(Ended("a", 1));

        Assert.Equal(["b"], _feed.Traces.Select(trace => trace.TraceId));
        Assert.Equal(2, _feed.DroppedSpanCount);
    }

    [Fact]
    public void A_trace_larger_than_the_bound_keeps_its_first_span_and_the_newest()
    {
        RecordTrace("a", 25);

        var trace = Assert.Single(_feed.Traces);
        Assert.Equal(10, _feed.SpanCount);
        Assert.Equal(15, _feed.DroppedSpanCount);
        Assert.Equal(["1", "17", "18", "19", "20", "21", "22", "23", "24", "25"], trace.Spans.Select(span => span.SpanId));
    }

    [Fact]
    public void Traces_with_much_text_go_before_the_count_is_reached_and_the_newest_stays()
    {
        using var feed = new SpanFeed(_clock, capacity: 10, maxTextLength: 100);
        feed.Record(WithText("a", 60));
        feed.Record(WithText("b", 40));
        Assert.Equal(2, feed.Traces.Count);

        feed.Record(WithText("c", 1));
        Assert.Equal(["c", "b"], feed.Traces.Select(trace => trace.TraceId));

        feed.Record(WithText("d", 1000));
        Assert.Equal(["d"], feed.Traces.Select(trace => trace.TraceId));
        Assert.Equal(3, feed.DroppedSpanCount);
        Assert.Equal(1, feed.SpanCount);

        SpanRecord WithText(string traceId, int length)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            return Ended(traceId, 1) with { Attributes = [new("text", new string('t', length))] };
        }
    }

    [Fact]
    public void A_feed_of_one_span_holds_one_span()
    {
        using var feed = new SpanFeed(_clock, capacity: 1);
        feed.Record(Ended("a", 1));
        feed.Record(Ended("a", 2));
        feed.Record(Ended("b", 1));

        Assert.Equal("b", Assert.Single(feed.Traces).TraceId);
        Assert.Equal(1, feed.SpanCount);
        Assert.Equal(2, feed.DroppedSpanCount);
    }

    [Fact]
    public void Clear_forgets_without_counting_as_dropped_and_running_spans_come_back_when_they_end()
    {
        _feed.Record(Running("a", 1));
        RecordTrace("b", 2);
        _feed.Clear();
        Assert.Empty(_feed.Traces);
        Assert.Equal(0, _feed.SpanCount);

        _feed.Record(Ended("a", 1));

        Assert.Equal("a", Assert.Single(_feed.Traces).TraceId);
        Assert.Equal(0, _feed.DroppedSpanCount);
    }

    [Fact]
    public void A_snapshot_is_the_same_while_nothing_changed_and_keeps_its_content_when_something_does()
    {
        RecordTrace("a", 2);
        var before = _feed.Traces;
        var version = _feed.Version;
        Assert.Same(before, _feed.Traces);

        RecordTrace("b", 1);

        Assert.Single(before);
        Assert.True(_feed.Version > version);
        Assert.Equal(2, _feed.Traces.Count);
        Assert.Same(before[0], _feed.FindTrace("a"));
    }

    [Fact]
    public async Task Subscribers_hear_of_spans_that_start()
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = _feed.Subscribe(() => changed.TrySetResult());

        _feed.Record(Running("a", 1));

        await changed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Writers_and_readers_at_once_lose_nothing_and_see_whole_snapshots()
    {
        using var feed = new SpanFeed(_clock, capacity: 100_000);
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                Assert.All(feed.Traces, trace => Assert.NotEmpty(trace.Spans));
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var trace = 0; trace < 100; trace++)
            {
                for (var span = 0; span < 20; span++)
                {
                    feed.Record(Running($"{writer}-{trace}", span));
                    feed.Record(Ended($"{writer}-{trace}", span));
                }
            }
        })));
        await done.CancelAsync();
        await reader;

        Assert.Equal(400, feed.Traces.Count);
        Assert.Equal(8_000, feed.Traces.Sum(trace => trace.Spans.Length));
        Assert.DoesNotContain(feed.Traces, trace => trace.IsRunning);
    }

    [Fact]
    public void Events_and_arrays_count_towards_the_bound_and_no_longer_once_their_trace_has_gone()
    {
        using var feed = new SpanFeed(_clock, 1_000, maxTextLength: 1_000);
        for (var trace = 0; trace < 3; trace++)
        {
            feed.Record(Running($"{trace}", 1));
            feed.Record(Ended($"{trace}", 1) with
            {
                Attributes = [new("texts", new[] { new string('a', 192), new string('b', 192) })],
                Events = [new SpanEventRecord("exception", Epoch, [new("exception.message", new string('c', 191))])],
            });
        }

        Assert.Equal("2", Assert.Single(feed.Traces).TraceId);
        Assert.Equal(2, feed.DroppedSpanCount);

        // 600 of 1,000 are taken: one of 390 more has room.
        feed.Record(Ended("small", 1) with { Attributes = [new("text", new string('d', 390))] });
        Assert.Equal(2, feed.Traces.Count);
    }

    [Fact]
    public void A_span_that_ended_twice_is_no_change()
    {
        _feed.Record(Ended("a", 1));
        var (version, traces) = (_feed.Version, _feed.Traces);

        _feed.Record(Ended("a", 1) with { Name = "again" });

        Assert.Equal(version, _feed.Version);
        Assert.Same(traces, _feed.Traces);
    }

    private void RecordTrace(string traceId, int spans)
    {
        for (var span = 1; span <= spans; span++)
        {
            _feed.Record(Ended(traceId, span));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private SpanRecord Running(string traceId, int span, int at = 0) => new()
    {
        TraceId = traceId,
        SpanId = $"{span}",
        Name = $"span {span}",
        StartTime = at == 0 ? _clock.GetUtcNow() : Epoch.AddSeconds(at),
    };

    private SpanRecord Ended(string traceId, int span) =>
        Running(traceId, span) with { Duration = TimeSpan.FromSeconds(1), Status = SpanStatus.Ok };
}
