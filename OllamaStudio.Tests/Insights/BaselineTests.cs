using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Tests.Storage;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights;

public sealed class BaselineTests : IAsyncLifetime
{
    private readonly StoreFixture _store = new();
    private readonly RollupStore _rollups;
    private readonly BaselineReader _reader;

    public BaselineTests()
    {
        _rollups = new RollupStore(_store.Database, TimeProvider.System);
        _reader = new BaselineReader(new CallStore(_store.Database), _rollups);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _rollups.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_call_compares_with_the_real_one_at_the_median_and_its_phases_add_up()
    {
        await AddAsync(Enumerable.Range(1, 11).Select(static number => Call(number, number, durationMs: 2_000 + (number * 100))));
        await AddAsync([Call(50, 100, durationMs: 3_400, readingMs: 1_100, cached: 0)]);

        var baseline = Find(50)!;

        Assert.Equal((11, At(1), TraceId(6)), (baseline.Count, baseline.Since, baseline.Median.TraceId));
        Assert.Equal(0.3077, baseline.Change, 4);
        Assert.Equal(
            [(CallPhase.Queue, 0), (CallPhase.Load, 0), (CallPhase.Reading, 700), (CallPhase.Writing, 100), (CallPhase.Other, 0)],
            baseline.Phases.Select(static phase => (phase.Phase, (int)phase.Longer.TotalMilliseconds)));
        Assert.Equal(baseline.Call.Duration - baseline.Median.Duration, baseline.Phases.Aggregate(TimeSpan.Zero, static (sum, phase) => sum + phase.Longer));
        Assert.Equal((0, 400), (baseline.Call.TokensCached, baseline.Median.TokensCached));
    }

    [Fact]
    public async Task Only_calls_like_it_count()
    {
        await AddAsync(Enumerable.Range(1, 10).Select(static number => Call(number, number)));
        await AddAsync(
        [
            .. Enumerable.Range(1, 3).SelectMany(static number => new[]
            {
                Call((number * 10) + 100, 20, version: "0.32.0"), Call((number * 10) + 101, 20, digest: "bbb"), Call((number * 10) + 102, 20, context: 4096), Call((number * 10) + 103, 20, think: "true"),
                Call((number * 10) + 104, 20, model: "gemma3:4b"), Call((number * 10) + 105, 20, tokensIn: 400), Call((number * 10) + 106, 20, tokensIn: 2_100), Call((number * 10) + 107, 20, loadMs: 900),
                Call((number * 10) + 108, 20, source: "lab"), Call((number * 10) + 109, 20, status: SpanStatus.Error),
            }),
        ]);
        await AddAsync([Call(50, 100), Call(51, 200)]);

        Assert.Equal(10, Find(50)!.Count);
        Assert.Equal(11, Find(51)!.Count);
    }

    [Fact]
    public async Task Fewer_than_ten_make_no_median()
    {
        await AddAsync(Enumerable.Range(1, 9).Select(static number => Call(number, number)));
        await AddAsync([Call(50, 100)]);
        Assert.Null(Find(50));

        await AddAsync([Call(10, 10)]);
        Assert.Equal(10, Find(50)!.Count);
    }

    [Fact]
    public async Task A_cold_call_compares_with_cold_ones_and_with_warm_ones_only_where_those_are_too_few()
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number)));
        await AddAsync([Call(50, 100, durationMs: 11_000, loadMs: 8_020)]);

        var first = Find(50)!;
        Assert.True(first.IsColdAmongWarm);
        Assert.Equal((CallPhase.Load, TimeSpan.FromSeconds(8)), first.Phases.MaxBy(static phase => phase.Longer));

        await AddAsync(Enumerable.Range(60, 10).Select(static number => Call(number, number, durationMs: 11_000, loadMs: 8_020)));
        var second = Find(50)!;
        Assert.Equal((false, 10), (second.IsColdAmongWarm, second.Count));
    }

    [Fact]
    public async Task Without_digest_version_or_tokens_there_is_nothing_to_compare()
    {
        await AddAsync(Enumerable.Range(1, 12).Select(static number => Call(number, number, digest: null)));
        await AddAsync([Call(50, 100, digest: null)]);

        Assert.Null(Find(50));
        Assert.False(_reader.TryFind(TraceId(99), out _));
    }

    private Baseline? Find(int trace)
    {
        Assert.True(_reader.TryFind(TraceId(trace), out var baseline));
        return baseline;
    }

    private Task AddAsync(IEnumerable<SpanRecord> spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, [.. spans]), bytes: 0);
}
