using OllamaStudio.Core.Insights;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Spans;

/// <summary>A trace that was undecided when its spans were stored is settled in the file.</summary>
public sealed class SpanDecisionsTests : IAsyncDisposable
{
    private readonly SpanStoreFixture _studio = new();

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stored_spans_and_their_trace_are_decided_later_and_no_other_trace(bool isSampled)
    {
        await _studio.StoreAsync([.. Turn(1).Concat(Turn(2, 5000)).Select(static span => span with { Sampled = null })]);
        Assert.Equal((null, 6), (SummaryOf(1).Sampled, _studio.Reader.FindSpans(TraceId(1)).Count(static span => span.Sampled is null)));
        var before = _studio.Reader.Version;

        _studio.Writer.Decide(TraceId(1), isSampled);
        await _studio.Writer.FlushAsync();
        Assert.True(_studio.Reader.Version > before);
        Assert.Equal(isSampled, SummaryOf(1).Sampled);
        Assert.Equal(6, _studio.Reader.FindSpans(TraceId(1)).Length);
        Assert.All(_studio.Reader.FindSpans(TraceId(1)), span => Assert.Equal(isSampled, span.Sampled));
        Assert.Null(SummaryOf(2).Sampled);
        Assert.All(_studio.Reader.FindSpans(TraceId(2)), static span => Assert.Null(span.Sampled));
    }

    [Fact]
    public async Task A_decision_that_comes_while_the_spans_wait_reaches_all_of_them()
    {
        foreach (var span in Enumerable.Range(1, 2500).Select(static id => Span(id, id == 1 ? null : 1) with { Sampled = null }))
        {
            _studio.Writer.Add(span);
        }

        _studio.Writer.Decide(TraceId(1), true);
        await _studio.Writer.FlushAsync();
        Assert.Equal(2500, _studio.Reader.FindSpans(TraceId(1)).Length);
        Assert.All(_studio.Reader.FindSpans(TraceId(1)), static span => Assert.True(span.Sampled));
        Assert.True(SummaryOf(1).Sampled);
    }

    [Fact]
    public async Task What_was_open_when_the_studio_died_is_not_exported()
    {
        await _studio.StoreAsync(Span(1) with { Sampled = null });
        await _studio.StoreAsync(Span(2, trace: 2) with { Sampled = true });
        await _studio.RestartAsync();
        await _studio.StoreAsync(Span(3, trace: 3) with { Sampled = null });
        Assert.Equal([false, true, null], new[] { 1, 2, 3 }.Select(trace => SummaryOf(trace).Sampled));
        Assert.Equal([false, true, null], new[] { 1, 2, 3 }.Select(trace => _studio.Reader.FindSpans(TraceId(trace)).Single().Sampled));
    }

    [Fact]
    public void The_open_ones_are_found_without_a_look_at_the_others()
    {
        foreach (var table in new[] { "span", "trace" })
        {
            var plan = _studio.Store.Database.Read(
                connection => Dapper.SqlMapper.Query<(long, long, long, string Step)>(connection, $"EXPLAIN QUERY PLAN UPDATE {table} SET sampled = 'false' WHERE sampled = 'pending'").ToList(), []);
            Assert.Contains($"{table}_pending", Assert.Single(plan).Step, StringComparison.Ordinal);
        }
    }

    private TraceSummary SummaryOf(int trace) => _studio.Reader.FindSummaries([TraceId(trace)])[TraceId(trace)];
}
