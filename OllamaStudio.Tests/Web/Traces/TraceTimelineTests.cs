using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class TraceTimelineTests
{
    [Fact]
    public void Bars_lie_where_their_spans_do()
    {
        var spans = Turn();
        var timeline = SpanTree.Of(Trace(spans)).Timeline(Start.AddHours(1));

        Assert.Equal(TimeSpan.FromSeconds(1), timeline.Length);
        Assert.Equal(new SpanBar(0, 100), timeline.Bar(spans[0]));
        Assert.Equal(new SpanBar(33, 57), Rounded(timeline.Bar(spans[4])));
    }

    [Fact]
    public void A_running_bar_grows_to_the_edge_and_the_ended_ones_shrink_beside_it()
    {
        var ended = Span(2, 1, startMs: 0, durationMs: 500);
        var running = Span(3, 1, startMs: 500, durationMs: null);
        var tree = SpanTree.Of(Trace(Span(1, durationMs: null), ended, running));

        Assert.Equal(new SpanBar(50, 50), tree.Timeline(Start.AddMilliseconds(1000)).Bar(running));
        Assert.Equal(new SpanBar(0, 50), tree.Timeline(Start.AddMilliseconds(1000)).Bar(ended));
        Assert.Equal(new SpanBar(25, 75), tree.Timeline(Start.AddMilliseconds(2000)).Bar(running));
        Assert.Equal(new SpanBar(0, 25), tree.Timeline(Start.AddMilliseconds(2000)).Bar(ended));
    }

    [Fact]
    public void A_clock_that_is_behind_draws_no_bar_outside_its_lane()
    {
        var running = Span(1, startMs: 0, durationMs: null);
        var later = Span(2, 1, startMs: 10, durationMs: null);
        var tree = SpanTree.Of(Trace(running, later));

        var timeline = tree.Timeline(Start.AddMilliseconds(-50));

        Assert.Equal(new SpanBar(0, 100), timeline.Bar(running));
        Assert.Equal(new SpanBar(100, 0), timeline.Bar(later));
    }

    [Fact]
    public void A_trace_of_no_length_fills_its_lane()
    {
        var span = Span(1, durationMs: 0);

        Assert.Equal(new SpanBar(0, 100), SpanTree.Of(Trace(span)).Timeline(Start).Bar(span));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(3, "0|1 ms|2 ms|3 ms")]
    [InlineData(1720, "0|500 ms|1 s|1.5 s")]
    [InlineData(2000, "0|500 ms|1 s|1.5 s|2 s")]
    [InlineData(24_000, "0|5 s|10 s|15 s|20 s")]
    [InlineData(95_000, "0|20 s|40 s|1 m|1 m 20 s")]
    [InlineData(600_000, "0|2 m|4 m|6 m|8 m|10 m")]
    [InlineData(0.0004, "0|0.1 µs|0.2 µs|0.3 µs|0.4 µs")]
    public void The_axis_has_a_few_round_marks(double milliseconds, string expected)
    {
        var ticks = TimeAxis.Ticks(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(expected, string.Join('|', ticks.Select(tick => tick.Label)));
        Assert.All(ticks, tick => Assert.InRange(tick.Percent, 0, 100));
    }

    [Fact]
    public void The_axis_of_any_length_has_at_most_six_marks()
    {
        for (var ticks = 1L; ticks < TimeSpan.FromDays(3).Ticks; ticks = (ticks * 5 / 4) + 1)
        {
            Assert.InRange(TimeAxis.Ticks(TimeSpan.FromTicks(ticks)).Length, 1, 6);
        }
    }

    private static SpanBar Rounded(SpanBar bar) => new(Math.Round(bar.Left, 6), Math.Round(bar.Width, 6));
}
