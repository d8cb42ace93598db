using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Rollups;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Storage;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Insights.Forecasts;

public sealed class ForecasterTests : IAsyncLifetime, ICallsUnderWay, ITurnOrder
{
    private readonly ManualTime _time = new();
    private readonly StoreFixture _store = new();
    private readonly TokenRatios _ratios = new();
    private readonly List<CallUnderWay> _ahead = [];
    private CallUnderWay? _call;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _store.DisposeAsync();

    CallUnderWay? ICallsUnderWay.CallOf(string replyId) => _call;

    IReadOnlyList<CallUnderWay> ICallsUnderWay.CallsAheadOf(string replyId) => _ahead;

    TimeSpan? ICallsUnderWay.LongGapOf(string model) => null;

    TurnAhead? ITurnOrder.AheadOf(string replyId) => _ahead.Count == 0 ? null : new TurnAhead("c", "Another", _ahead.Count - 1);

    [Fact]
    public async Task It_knows_what_is_stored_after_a_restart_and_learns_from_each_call_that_ends()
    {
        await AddAsync(Call(1, 0, readingMs: 600, cached: 400), Call(2, 60, readingMs: 600, cached: 400), Call(3, 120, source: "lab", readingMs: 9_000));
        await _store.RestartAsync();
        var forecaster = New();
        _call = Waiting();

        Assert.Equal(0.62, (await ForecastAsync(forecaster))!.Total.TotalSeconds, 0.01);

        // One that has begun to write waits for nothing.
        _call = _call with { FirstPieceAt = _time.GetUtcNow() };
        Assert.Null(forecaster.Of("r"));

        foreach (var number in Enumerable.Range(4, 5))
        {
            forecaster.Ended(Call(number, number * 60, readingMs: 1_200, cached: 400) with { Origin = new SpanOrigin("chat", "qwen3:8b") });
        }

        _call = Waiting();
        var forecast = forecaster.Of("r")!.Value.Forecast;
        Assert.Equal(1.22, forecast.Total.TotalSeconds, 0.01);
        Assert.Equal(6, forecast.Error!.Count);
    }

    [Fact]
    public async Task What_the_store_forgot_it_forgets()
    {
        await AddAsync(Call(1, 0), Call(2, 60));
        var forecaster = New();
        _call = Waiting();
        await ForecastAsync(forecaster);

        await _store.Writer.RecreateAsync();
        forecaster.Forget();
        Assert.Null(await ForecastAsync(forecaster, expected: false));
    }

    [Fact]
    public async Task Nothing_is_said_where_nothing_is_known()
    {
        var forecaster = New();
        Assert.Null(forecaster.Of("r"));
        _call = Waiting();
        Assert.Null(await ForecastAsync(forecaster, expected: false));

        forecaster.Ended(Call(1, 0));
        Assert.NotNull(forecaster.Of("r"));
        _call = Waiting() with { IsLoaded = null };
        Assert.Null(forecaster.Of("r"));
        _call = Waiting() with { IsLoaded = false };
        Assert.Null(forecaster.Of("r"));
    }

    [Fact]
    public async Task Behind_another_turn_it_waits_as_long_as_that_is_going_to_write()
    {
        // The second came while the first wrote, and waited for its end.
        await AddAsync(Call(1, 0, durationMs: 10_420), Call(2, 5, durationMs: 15_420, readingMs: 400, queueMs: 5_400), Call(3, 100, durationMs: 10_420));
        var forecaster = New();
        _call = Waiting();
        _ahead.Add(Waiting() with { SessionId = "other", FirstPieceAt = _time.GetUtcNow() - TimeSpan.FromSeconds(4) });

        var behind = (await ForecastAsync(forecaster))!;
        Assert.Equal(5.8, behind.Queue.TotalSeconds, 0.5);
        Assert.Null(behind.Error);

        // Four seconds later it is over, and what was waited until then was the queue.
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(5.8, forecaster.Of("r")!.Value.Forecast.Queue.TotalSeconds, 0.5);
        _ahead.Clear();
        Assert.Equal(4, forecaster.Of("r")!.Value.Forecast.Queue.TotalSeconds, 0.01);

        // Of turns ahead that have sent nothing yet nobody knows.
        _call = Waiting();
        _ahead.Add(Waiting() with { FirstPieceAt = _time.GetUtcNow() - TimeSpan.FromHours(1) });
        Assert.Null(forecaster.Of("r"));
    }

    [Fact]
    public async Task Behind_another_turn_load_and_reading_keep_their_error_and_what_the_one_ahead_takes_is_told_apart()
    {
        await AddAsync([Call(1, 0, durationMs: 10_420), Call(2, 5, durationMs: 15_820, queueMs: 5_400), .. Enumerable.Range(3, 6).Select(static number => Call(number, number * 100, durationMs: 10_420))]);
        var forecaster = New();
        _call = Waiting();
        _ahead.Add(Waiting() with { SessionId = "other", FirstPieceAt = _time.GetUtcNow() - TimeSpan.FromSeconds(4) });
        _ahead.Add(Waiting() with { SessionId = "third" });

        var behind = (await ForecastAsync(forecaster))!;

        // Six more of the first; the second reads its prompt, too, and writes for ten.
        Assert.Equal((2, 16.4), (behind.RepliesAhead, Math.Round(behind.Ahead.TotalSeconds, 1)));
        Assert.Equal(behind.Ahead, behind.Queue);
        Assert.True(behind.Error!.Count >= ForecastError.FewestForecasts);

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(16.4, forecaster.Of("r")!.Value.Forecast.Queue.TotalSeconds, 0.1);
        _ahead.Clear();
        var over = forecaster.Of("r")!.Value.Forecast;
        Assert.Equal((TimeSpan.Zero, 0, 5), (over.Ahead, over.RepliesAhead, over.Queue.TotalSeconds));
        Assert.Equal(behind.Error, over.Error);
    }

    internal static MeasuredCall Call(int number, DateTimeOffset at, string? session) => new()
    {
        TraceId = $"{number:x32}", SpanId = $"{number:x16}", StartTime = at, Model = "qwen3:8b", Setup = new ModelSetup("0.33.3", "aaa", 8192, ""), Source = "chat", Session = session,
        Duration = TimeSpan.FromSeconds(5), TokensIn = 1_000, TokensOut = 200,
    };

    private static SpanRecord Call(int number, double atSeconds, double readingMs = 400, int? cached = 400, string source = "chat", double durationMs = 3_000, double queueMs = 0)
    {
        var span = CallSamples.Call(number, atSeconds, readingMs: readingMs, cached: cached, source: source, durationMs: durationMs);
        return span with
        {
            Attributes = [.. span.Attributes.Select(tag => tag.Key switch
            {
                "llm.queue_duration_ms" => KeyValuePair.Create(tag.Key, (object?)queueMs),
                "llm.time_to_first_chunk_ms" => KeyValuePair.Create(tag.Key, (object?)(readingMs + 20 + queueMs)),
                _ => tag,
            })],
        };
    }

    private CallUnderWay Waiting()
    {
        _ratios.Learn("qwen3:8b", 4_000, 1_000);
        return new CallUnderWay { SessionId = "s", Model = "qwen3:8b", Digest = "aaa", ServerVersion = "0.33.3", IsLoaded = true, Weight = 2_400, SentAt = _time.GetUtcNow() };
    }

    private Forecaster New() => new(this, this, new CallStore(_store.Database), _ratios, _time);

    private async Task<WaitForecast?> ForecastAsync(Forecaster forecaster, bool expected = true)
    {
        // The first question has them read.
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (forecaster.ModelOf("qwen3:8b") is null)
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        var forecast = forecaster.Of("r");
        Assert.Equal(expected, forecast is not null);
        return forecast?.Forecast;
    }

    private Task AddAsync(params SpanRecord[] spans) => _store.Writer.WriteAsync(connection => RollupWriter.Add(connection, spans), bytes: 0);
}
