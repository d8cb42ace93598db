using OllamaStudio.Core.Insights;
using OllamaStudio.Tests.Storage.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>A search through attributes, above a real database.</summary>
public sealed class TraceSearchTests : IAsyncLifetime
{
    private const int Matching = (TraceSearch.AtOnce * 2) + 50;

    private static readonly TraceQuery s_query = new() { Text = "attr.colour=blue" };

    private readonly SpanStoreFixture _studio = new();

    public async Task InitializeAsync() => await _studio.StoreAsync(
        [.. Enumerable.Range(1, Matching + 100).Select(static trace => Span(trace, trace: trace, startMs: trace, attributes: ("colour", trace > 100 ? "blue" : "red")))]);

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task It_goes_on_beyond_the_first_thousand_where_somebody_looks_for_more_and_finds_each_once_newest_first()
    {
        using var search = new TraceSearch(s_query);
        var rests = 0;
        await search.RunAsync(_studio.Traces, () =>
        {
            if (search.IsResting)
            {
                Assert.Equal(TraceSearch.AtOnce * ++rests, search.Found.Count);
                search.GoOn();
            }
        });
        Assert.Equal(2, rests);
        Assert.Equal(Enumerable.Range(0, Matching).Select(static place => TraceId(Matching + 100 - place)), search.Found.Select(static trace => trace.TraceId));
    }

    [Fact]
    public async Task While_it_rests_it_can_be_stopped()
    {
        using var search = new TraceSearch(s_query);
        await search.RunAsync(_studio.Traces, () =>
        {
            if (search.IsResting)
            {
                search.Stop();
            }
        });
        Assert.Equal((TraceSearch.AtOnce, false, true), (search.Found.Count, search.IsRunning, search.WasStopped));
    }

    [Fact]
    public async Task A_page_begins_after_a_place_and_not_from_the_beginning()
    {
        var place = _studio.Traces.Read(s_query, skip: Matching - 11, count: 1).Single().Key;
        var found = new List<string>();
        await foreach (var item in _studio.Traces.SearchAsync(s_query, place))
        {
            found.Add(item.Trace.TraceId);
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(static number => TraceId(110 - number)), found);
    }

    [Fact]
    public async Task A_search_for_neighbours_ends_where_they_are_too_far_away_and_says_so()
    {
        const int Far = TraceNeighbours.MostLooked + 1_000;
        await _studio.StoreAsync(
            [.. Enumerable.Range(1, Far).Select(static number => Span(10_000 + number, trace: 10_000 + number, startMs: 10_000 + number, attributes: ("shade", number is 1 or 2 or Far ? "rare" : $"rarely {number % 3}")))]);
        var query = new TraceQuery { Text = "-attr.shade:rarely attr.shade:rare" };

        var around = await _studio.Traces.AroundAsync(query, TraceId(10_002));

        Assert.Equal((null, TraceId(10_001), false, true), (around.Previous?.TraceId, around.Next?.TraceId, around.PreviousIsKnown, around.NextIsKnown));
        Assert.Equal(TraceNeighbours.None, await _studio.Traces.AroundAsync(query, TraceId(10_003)));
    }
}
