using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class ExportMarksTests : IAsyncLifetime
{
    private readonly SpanStoreFixture _studio = new();
    private readonly ManualTime _time = new();
    private readonly ExportMarks _marks;

    public ExportMarksTests() => _marks = new ExportMarks(_studio.Store.Writer, _studio.Writer, _time, NullLogger<ExportMarks>.Instance);

    public Task InitializeAsync() => _marks.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _marks.StopAsync(CancellationToken.None);
        _marks.Dispose();
        await _studio.DisposeAsync();
    }

    [Fact]
    public async Task Spans_that_an_endpoint_took_are_marked_by_themselves_also_when_that_is_known_before_they_are_stored()
    {
        var before = _studio.Reader.Version;
        foreach (var id in Enumerable.Range(1, 3))
        {
            _studio.Writer.Add(Span(id));
        }

        var ledger = new ExportLedger(_marks);
        ledger.Settled([Id(1), Id(3), (TraceId(7), SpanId(7))], rejected: 0);
        ledger.Settled([Id(2)], rejected: 1);
        await _time.FireAsync(TimeSpan.FromSeconds(2));
        var told = new SemaphoreSlim(0);
        using var subscription = _studio.Reader.Subscribe(() => told.Release());
        while (_studio.Reader.FindExported(TraceId(1)).Count == 0)
        {
            Assert.True(await told.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.Equal([SpanId(1), SpanId(3)], _studio.Reader.FindExported(TraceId(1)).Order(StringComparer.Ordinal));
        Assert.True(_studio.Reader.Version > before);
    }

    [Fact]
    public async Task What_waits_at_the_end_of_the_studio_is_marked()
    {
        await _studio.StoreAsync(Span(1));
        _marks.Add([Id(1)]);
        await _marks.StopAsync(CancellationToken.None);
        Assert.Equal([SpanId(1)], _studio.Reader.FindExported(TraceId(1)));
    }

    [Fact]
    public async Task More_than_can_wait_is_not_marked_and_a_mark_looks_at_one_row()
    {
        await _studio.StoreAsync(Span(1));
        _marks.Add([.. Enumerable.Repeat((TraceId(2), SpanId(2)), ExportMarks.Most)]);
        _marks.Add([Id(1)]);
        await _marks.MarkAsync(CancellationToken.None);
        Assert.Empty(_studio.Reader.FindExported(TraceId(1)));
        Assert.All(
            _studio.Store.Database.Read(static connection => Dapper.SqlMapper.Query<(long, long, long, string Step)>(connection, "EXPLAIN QUERY PLAN " + ExportMarks.MarkSql, new { Trace = new byte[16], Span = new byte[8] }).ToList(), []),
            static row => Assert.DoesNotContain("SCAN t", row.Step, StringComparison.Ordinal));
    }

    private static (string, string) Id(int id) => (TraceId(1), SpanId(id));
}
