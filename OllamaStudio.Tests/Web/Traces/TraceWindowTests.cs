using CsCheck;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class TraceWindowTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly SpanFeed _feed;
    private readonly Conversations _conversations;
    private readonly StoredTraces _stored;

    public TraceWindowTests()
    {
        _feed = new SpanFeed(_time);
        _conversations = new Conversations(_time);
        _stored = new StoredTraces(_feed, _conversations, _time);
    }

    public Task InitializeAsync() => _stored.StoreAsync([.. Enumerable.Range(1, 1_950).Select(static trace => Span(trace, trace: trace, startMs: -trace * 1000, durationMs: trace))]);

    public async Task DisposeAsync()
    {
        await _stored.DisposeAsync();
        _conversations.Dispose();
        _feed.Dispose();
    }

    [Fact]
    public void Wherever_one_scrolls_each_row_is_in_its_place()
    {
        _feed.Record(Span(5_000, trace: 5_000, startMs: -777_500));
        int[] expected = [.. Enumerable.Range(1, 777), 5_000, .. Enumerable.Range(778, 1_950 - 777)];

        Gen.Select(Gen.Int[0, 2_000], Gen.Int[1, 150]).Array[1, 20].Sample(
            looks =>
            {
                var window = new TraceWindow(_stored.Traces);
                window.Ask(new TraceQuery());
                Assert.Equal(1_951, window.Count);
                foreach (var (start, count) in looks)
                {
                    var rows = window.Rows(start, count, Start);
                    Assert.Equal(expected.Skip(start).Take(count).Select(TraceId), rows.Select(static row => row.Trace.TraceId));
                    Assert.Equal(Enumerable.Range(start, rows.Count), rows.Select(static row => row.Index));
                }
            },
            iter: 30);
    }

    [Fact]
    public void A_number_that_a_page_that_was_not_full_told_does_not_hold_once_it_is()
    {
        var window = new TraceWindow(_stored.Traces);
        var query = new TraceQuery { Text = "model:rare" };
        Record(3_000, 99);
        window.Ask(query);
        Assert.Equal((99, true), (window.Count, window.IsCounted));

        Record(3_099, 51);
        window.Ask(query);
        Assert.False(window.IsCounted);

        window.Counted(150);
        Record(3_150, 1);
        window.Ask(query);
        Assert.True(window.IsCounted); // until it is counted again

        void Record(int first, int count)
        {
            foreach (var trace in Enumerable.Range(first, count))
            {
                _feed.Record(Span(trace, trace: trace, attributes: ("llm.model", "rare")));
            }
        }
    }

    [Fact]
    public void The_longest_that_was_seen_is_the_measure_until_something_else_is_asked()
    {
        var window = new TraceWindow(_stored.Traces);
        window.Ask(new TraceQuery());
        window.Rows(0, 10, Start);
        Assert.Equal(TimeSpan.FromMilliseconds(10), window.Longest);

        window.Rows(500, 10, Start);
        window.Ask(new TraceQuery());
        Assert.Equal(TimeSpan.FromMilliseconds(510), window.Longest);

        window.Ask(new TraceQuery { Text = "duration<100ms" });
        window.Rows(0, 10, Start);
        Assert.Equal(TimeSpan.FromMilliseconds(10), window.Longest);
    }
}
