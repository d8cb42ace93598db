using System.Diagnostics;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Spans;

public sealed class SpanListenerTests : IDisposable
{
    private readonly ActivitySource _source = new($"tests.{Guid.NewGuid():N}");
    private readonly SpanFeed _feed = new(new ManualTime());
    private readonly SpanListener _listener;

    public SpanListenerTests() => _listener = new SpanListener(_feed, _source.Name);

    public void Dispose()
    {
        _listener.Dispose();
        _feed.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void A_span_shows_from_its_start_and_tells_everything_at_its_end()
    {
        var activity = _source.StartActivity("work", ActivityKind.Client, default(ActivityContext), [new("early", 1L)])!;
        var running = Assert.Single(_feed.FindTrace(activity.TraceId.ToHexString())!.Spans);
        Assert.Equal(SpanStatus.Running, running.Status);
        Assert.Null(running.Duration);
        Assert.Equal(1L, running["early"]);

        activity.DisplayName = "work done";
        activity.SetTag("late", "value");
        activity.AddException(new InvalidOperationException("broken"));
        activity.SetStatus(ActivityStatusCode.Error, "it broke");
        activity.Stop();

        var span = Assert.Single(_feed.FindTrace(activity.TraceId.ToHexString())!.Spans);
        Assert.Equal("work done", span.Name);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(SpanStatus.Error, span.Status);
        Assert.Equal("it broke", span.StatusDescription);
        Assert.Equal(activity.Duration, span.Duration);
        Assert.Equal(activity.StartTimeUtc, span.StartTime.UtcDateTime);
        Assert.Equal(["early", "late"], span.Attributes.Select(attribute => attribute.Key));
        var happened = Assert.Single(span.Events);
        Assert.Equal("exception", happened.Name);
        Assert.Contains(happened.Attributes, attribute => attribute is { Key: "exception.message", Value: "broken" });
    }

    [Fact]
    public void Events_and_arrays_beyond_their_bounds_are_cut_and_say_so_and_what_is_within_them_is_kept()
    {
        var activity = _source.StartActivity("work")!;
        activity.SetTag("numbers", Enumerable.Range(0, 1_000).ToArray());
        activity.SetTag("many", Enumerable.Range(0, 3_500).ToArray());
        activity.SetTag("large", new[] { new string('a', 20_000), new string('b', 20_000), "c", "d" });
        for (var i = 0; i < 130; i++)
        {
            activity.AddEvent(new ActivityEvent($"event {i}", tags: new() { ["text"] = new string('x', 33_000) }));
        }

        activity.Stop();

        var span = Assert.Single(_feed.Traces).Root;
        Assert.Equal(1_000, Assert.IsType<int[]>(span["numbers"]).Length);
        var many = Assert.IsType<string[]>(span["many"]);
        Assert.Equal(["0", "999", "… 2,500 more, not kept"], [many[0], many[999], many[1_000]]);
        var large = Assert.IsType<string[]>(span["large"]);
        Assert.Equal(new string('b', 12_000) + "… 8,000 more characters, not kept", large[1]);
        Assert.Equal("… 2 more, not kept", large[2]);
        Assert.Equal(128, span.Events.Length);
        Assert.Equal("event 127", span.Events[^1].Name);
        Assert.Equal(2, span.DroppedEventCount);
        Assert.EndsWith("xxx… 1,000 more characters, not kept", Assert.IsType<string>(span.Events[0].Attributes[0].Value), StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_knows_its_parent_and_a_root_has_none()
    {
        using var root = _source.StartActivity("root")!;
        using var child = _source.StartActivity("child")!;

        var trace = _feed.FindTrace(root.TraceId.ToHexString())!;
        Assert.Null(trace.Root.ParentSpanId);
        Assert.Equal("root", trace.Root.Name);
        Assert.Equal(root.SpanId.ToHexString(), trace.Spans[1].ParentSpanId);
    }

    [Theory]
    [InlineData(ActivityStatusCode.Unset, SpanStatus.Unset)]
    [InlineData(ActivityStatusCode.Ok, SpanStatus.Ok)]
    [InlineData(ActivityStatusCode.Error, SpanStatus.Error)]
    public void An_ended_span_has_the_status_it_ended_with(ActivityStatusCode set, SpanStatus expected)
    {
        var activity = _source.StartActivity("work")!;
        activity.SetStatus(set);
        activity.Stop();

        Assert.Equal(expected, Assert.Single(_feed.Traces).Root.Status);
    }

    [Fact]
    public void Listening_makes_no_span_count_as_sampled()
    {
        using var activity = _source.StartActivity("work")!;
        using var parented = _source.StartActivity("parented by id", ActivityKind.Internal, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")!;

        Assert.True(activity.IsAllDataRequested);
        Assert.False(activity.Recorded);
        Assert.True(parented.IsAllDataRequested);
        Assert.False(parented.Recorded);
        Assert.All(_feed.Traces, trace => Assert.False(trace.Root.Sampled));
    }

    [Fact]
    public void A_span_that_is_recorded_for_export_shows_as_sampled()
    {
        using var exporter = new ActivityListener
        {
            ShouldListenTo = source => source.Name == _source.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(exporter);

        _source.StartActivity("work")!.Stop();

        Assert.True(Assert.Single(_feed.Traces).Root.Sampled);
    }

    [Fact]
    public void Later_changes_to_an_array_value_do_not_reach_the_record()
    {
        var reasons = new[] { "stop" };
        using var activity = _source.StartActivity("work")!;
        activity.SetTag("reasons", reasons);
        activity.Stop();
        reasons[0] = "changed";

        Assert.Equal(["stop"], Assert.IsType<string[]>(Assert.Single(_feed.Traces).Root["reasons"]));
    }

    [Fact]
    public void A_value_whose_text_throws_breaks_neither_the_span_nor_the_caller()
    {
        using var activity = _source.StartActivity("work")!;
        activity.SetTag("bad", new Unspeakable());

        activity.Stop();

        Assert.True(activity.IsStopped);
    }

    [Fact]
    public void After_dispose_nothing_is_recorded()
    {
        _listener.Dispose();

        Assert.Null(_source.StartActivity("work"));
        Assert.Empty(_feed.Traces);
    }

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException();
    }
}
