using CsCheck;
using Dapper;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Spans;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Spans;

/// <summary>What goes for its age, the size of the store or the bound of the queue, and what is counted of it.</summary>
public sealed class SpanBoundsTests : IAsyncLifetime
{
    private readonly SpanStoreFixture _studio = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task Traces_beyond_an_age_or_a_size_go_oldest_first()
    {
        await _studio.StoreAsync([.. Enumerable.Range(1, 350).Select(static trace => Span(trace, trace: trace, startMs: trace * 1000, attributes: ("text", new string('x', 10_000))))]);
        var trim = new SpanTrim(_studio.Writer);
        var bounds = new StorageSettings { SpanDays = 1, MaxTraces = 1_000, SpanMegabytes = 10 };

        Assert.Equal(250, await TrimAsync(Start.AddDays(1).AddSeconds(101), bounds));
        Assert.Equal(240, await TrimAsync(Start, bounds with { MaxTraces = 240 }));
        Assert.InRange(await TrimAsync(Start, bounds with { SpanMegabytes = 1 }), 90, 99);
        Assert.Equal(TraceId(350), _studio.Traces.Read(new TraceQuery())[0].Trace.TraceId);

        async Task<long> TrimAsync(DateTimeOffset now, StorageSettings settings)
        {
            for (var more = true; more;)
            {
                await _studio.Store.Writer.WriteAsync(connection => more = trim.Trim(connection, settings, now), bytes: 0);
            }

            return _studio.Traces.Count(new TraceQuery());
        }
    }

    [Fact]
    public async Task What_there_is_is_counted_with_each_write_and_nobody_goes_through_all_traces_for_it()
    {
        await _studio.StoreAsync([.. Enumerable.Range(1, 30).Select(static trace => Span(trace, trace: trace, startMs: trace * 1000, attributes: ("session.id", $"s{trace % 2}")))]);
        await _studio.StoreAsync(Span(31, trace: 1, attributes: ("text", new string('x', 10_000))), Span(1, trace: 1));
        AssertTotal(30);
        await _studio.Writer.EraseAsync("s1");
        AssertTotal(15);
        var trim = new SpanTrim(_studio.Writer) { AtMost = TimeSpan.MaxValue };
        await _studio.Store.Writer.WriteAsync(connection => trim.Trim(connection, new StorageSettings { MaxTraces = 10 }, Start), bytes: 0);
        AssertTotal(10);

        foreach (var sql in (string[])[SpanTrim.HeldSql, SpanTrim.OldestSql])
        {
            var plan = _studio.Store.Database.Read(connection => connection.Query<(long, long, long, string Step)>($"EXPLAIN QUERY PLAN {sql}", new { AtOnce = 1 }).AsList(), []);
            Assert.All(plan, static row => Assert.True(row.Step.Contains("trace_total", StringComparison.Ordinal) || row.Step.Contains("INDEX trace_start", StringComparison.Ordinal), row.Step));
            Assert.NotEmpty(plan);
        }

        void AssertTotal(long traces) => Assert.Equal(
            (traces, traces),
            _studio.Store.Database.Read(
                static connection => connection.QuerySingle<(long, long)>("SELECT traces, (SELECT count(*) FROM trace HAVING coalesce(sum(bytes), 0) = trace_total.bytes) FROM trace_total"), default));
    }

    [Fact]
    public async Task Where_its_time_is_over_a_piece_ends_with_the_trace_that_it_is_at_and_there_is_more()
    {
        await _studio.StoreAsync([.. Enumerable.Range(1, 4).Select(static trace => Span(trace, trace: trace, startMs: trace * 1000))]);
        var trim = new SpanTrim(_studio.Writer) { AtMost = TimeSpan.Zero };
        foreach (var (left, more) in new[] { (3, true), (2, true), (2, false) })
        {
            var isMore = false;
            await _studio.Store.Writer.WriteAsync(connection => isMore = trim.Trim(connection, new StorageSettings { MaxTraces = 2 }, Start), bytes: 0);
            Assert.Equal((left, more), (_studio.Traces.Read(new TraceQuery()).Count, isMore));
        }

        // None of before the newest that went is taken in again.
        Assert.Equal(Start.AddSeconds(2).ToUnixTimeMilliseconds() * 1_000_000, _studio.Store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT trimmed_ns FROM trace_total"), 0));
    }

    [Fact]
    public async Task What_made_spans_goes_with_the_last_of_them()
    {
        var (old, lasting) = (new SpanResource([new("service.name", "old")]), new SpanResource([new("service.name", "lasting")]));
        await _studio.StoreAsync(Span(1, trace: 1) with { Resource = old }, Span(2, trace: 1) with { Resource = lasting });
        await _studio.StoreAsync(Span(3, trace: 2, startMs: 1_000) with { Resource = lasting });
        var trim = new SpanTrim(_studio.Writer);
        for (var more = true; more;)
        {
            await _studio.Store.Writer.WriteAsync(connection => more = trim.Trim(connection, new StorageSettings { MaxTraces = 1 }, Start), bytes: 0);
        }

        Assert.Equal("lasting", Assert.Single(_studio.Reader.FindSpans(TraceId(2))).Resource.ServiceName);
        Assert.Equal(1, _studio.Store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT count(*) FROM resource"), 0));
    }

    [Fact]
    public async Task Beyond_the_bound_spans_are_counted_and_not_kept()
    {
        await using var studio = new SpanStoreFixture(maxBytes: 20_000);
        foreach (var id in Enumerable.Range(1, 10))
        {
            studio.Writer.Add(Span(id, attributes: ("text", new string('x', 3_000))));
        }

        await studio.Writer.FlushAsync();

        Assert.Equal(10, studio.Reader.LostSpanCount + studio.Reader.FindSpans(TraceId(1)).Length);
        Assert.InRange(studio.Reader.LostSpanCount, 1, 9);
        studio.Writer.Add(Span(11));
        await studio.Writer.FlushAsync();
        Assert.Contains(studio.Reader.FindSpans(TraceId(1)), static span => span.SpanId == SpanId(11));
    }
}
