using Dapper;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Storage.Spans;

public sealed class SpanImportTests : IAsyncLifetime
{
    private const double Day = 86_400;

    private readonly SpanStoreFixture _studio = new(time: new ManualTime());

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _studio.DisposeAsync();

    [Fact]
    public async Task Spans_count_once_however_often_they_are_imported_and_each_import_says_what_it_took()
    {
        SpanRecord[] spans = [.. Enumerable.Range(1, 4).Select(static id => Call(id, -id * 11 * Day))]; // the last two before the 30 days

        Assert.Equal(new SpanIntake(2, 0, 2), await ImportAsync(spans));
        Assert.Equal(new SpanIntake(0, 2, 2), await ImportAsync(spans));
        Assert.Equal(2, Counted());

        // Nor where they went because there were too many: they would go again, and count again.
        await _studio.Store.Writer.WriteAsync(connection => new SpanTrim(_studio.Writer) { AtMost = TimeSpan.MaxValue }.Trim(connection, new StorageSettings { MaxTraces = 1 }, Start), bytes: 0);
        Assert.Equal(new SpanIntake(0, 1, 3), await ImportAsync(spans));
        Assert.Equal(2, Counted());
    }

    [Fact]
    public async Task What_was_imported_is_no_baseline_and_marks_no_change()
    {
        var calls = new CallStore(_studio.Store.Database);
        SpanRecord[] own = [Call(1, -180), Call(2, -60)];
        await _studio.StoreAsync(own);
        await ImportAsync([Call(3, -120, version: "0.1")]);
        await ImportAsync([Call(4, -120)]);

        Assert.Empty(calls.OfTrace(TraceId(4))); // nor is it measured itself
        var call = Assert.Single(calls.OfTrace(TraceId(2)));
        Assert.Equal([TraceId(1)], calls.Like(call, warm: true).Select(static like => like.TraceId));
        Assert.Equal(0, _studio.Store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT count(*) FROM change_mark"), -1));
    }

    [Fact]
    public async Task What_a_trace_takes_is_counted_in_bytes()
    {
        SpanRecord[] spans = [Call(1, 0), Call(2, 0)];
        await ImportAsync([spans[0] with { Attributes = spans[0].Attributes.Add(new("text", new string('x', 1_000))) }]);
        await ImportAsync([spans[1] with { Attributes = spans[1].Attributes.Add(new("text", new string('字', 1_000))) }]);
        var bytes = _studio.Store.Database.Read(static connection => connection.Query<long>("SELECT bytes FROM trace ORDER BY bytes").AsList());
        Assert.Equal(2_000, bytes[1] - bytes[0]);
    }

    [Fact]
    public async Task An_import_that_is_given_up_while_it_waits_stores_nothing()
    {
        using var hold = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var first = _studio.Store.Writer.WriteAsync(_ => hold.Wait(), bytes: 0);
        var import = _studio.Writer.ImportAsync([Call(1, 0)], cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import);
        hold.Set();
        await first;
        await _studio.Store.Writer.FlushAsync();
        Assert.Empty(_studio.Reader.FindSpans(TraceId(1)));
    }

    private Task<SpanIntake> ImportAsync(IReadOnlyList<SpanRecord> spans) => _studio.Writer.ImportAsync(spans, CancellationToken.None);

    private long Counted() => _studio.Store.Database.Read(static connection => connection.ExecuteScalar<long>("SELECT sum(count) FROM rollup WHERE step_s = 86400"), 0);
}
