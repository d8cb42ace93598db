using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Insights.Forecasts;

/// <summary>What past calls tell of the next, on calls that take 50 ms and a millisecond for each token that is not cached.</summary>
public sealed class ForecastModelTests
{
    private readonly List<MeasuredCall> _past = [];

    [Fact]
    public void Of_nothing_nothing_is_forecast()
    {
        Assert.Null(Ask(1_000));

        Add(1_000);
        Assert.NotNull(Ask(1_000));
        Assert.Null(Ask(1_000, isLoaded: false)); // nobody knows how long it loads
        Assert.Null(Ask(1_000, digest: "other"));
        Assert.Null(new ForecastModel(_past).Of(new ForecastQuestion("s", "aaa", "0.34.0", true, 1_000, At(100))));
    }

    [Theory]
    [InlineData(200, 0.25)]
    [InlineData(1_500, 1.55)]
    [InlineData(4_000, 4.05)]
    public void Reading_is_what_every_call_takes_and_each_token(long tokens, double seconds)
    {
        foreach (var known in new[] { 100, 300, 700, 1_200, 2_000, 2_600 })
        {
            Add(known);
        }

        // One that was held up by something else moves nothing.
        Add(900, readingMs: 9_000);

        Assert.Equal(seconds, Ask(tokens)!.Total.TotalSeconds, 0.1);
    }

    [Fact]
    public void Loading_counts_where_the_model_is_not_in_memory_and_then_nothing_is_cached()
    {
        Add(1_000, loadMs: 3_000);
        Add(1_000, loadMs: 4_000);
        Add(1_000, loadMs: 3_400);
        var last = Add(1_000, session: "s", cached: 0);

        var cold = Ask(1_200, isLoaded: false, session: "s")!;
        Assert.Equal((3.4, 0), (cold.Load.TotalSeconds, cold.Cached));
        var warm = Ask(1_200, session: "s")!;
        Assert.Equal((TimeSpan.Zero, last.TokensIn), (warm.Load, warm.Cached));
    }

    [Fact]
    public void What_the_last_turn_of_the_conversation_left_in_the_cache_is_not_read_again()
    {
        Add(1_000, session: "s", cached: 0);
        Add(1_300, session: "s", cached: 1_200); // all of the reply's 200 tokens, too
        Add(1_600, session: "s", cached: 1_500);

        Assert.Equal((1_800, 0.15), (Ask(1_900, session: "s")!.Cached, Math.Round(Ask(1_900, session: "s")!.Total.TotalSeconds, 2)));

        // Another conversation in between has another prompt in it.
        Assert.Equal(0, Ask(1_900, session: "t")!.Cached);
        Assert.InRange(Ask(1_900, session: "t")!.Total.TotalSeconds, 1.5, 2.2);
    }

    [Fact]
    public void A_server_that_does_not_tell_what_was_cached_is_forecast_by_the_call_before()
    {
        Add(1_000, session: "s", cached: null, readingMs: 1_050);
        Add(1_300, session: "s", cached: null, readingMs: 350);
        Add(1_400, session: "s", cached: null, readingMs: 150);
        Add(2_400, session: "s", cached: null, readingMs: 1_050);

        Assert.Equal(0.55, Ask(2_900, session: "s")!.Total.TotalSeconds, 0.02);
    }

    [Fact]
    public void Its_own_error_is_told_once_five_like_it_could_be_checked()
    {
        Add(1_000);
        for (var call = 0; call < 4; call++)
        {
            Add(1_000, readingMs: 1_050 + (call % 2 == 0 ? 200 : -200));
        }

        Assert.Null(Ask(1_000)!.Error);
        Add(1_000, readingMs: 1_250);
        var error = Ask(1_000)!.Error!;
        Assert.Equal(5, error.Count);
        Assert.InRange(error.Median.TotalSeconds, 0.15, 0.4);

        // Warm ones say nothing of one that loads.
        Add(1_000, loadMs: 3_000);
        Assert.Null(Ask(1_000, isLoaded: false)!.Error);
    }

    [Fact]
    public void Whether_calls_wait_for_each_other_and_how_long_one_goes_on_is_learnt()
    {
        var model = Add(1_000, durationMs: 11_050);
        Assert.Null(new ForecastModel(_past).OneAtATime);

        Add(1_000, atSeconds: 5, queueMs: 6_000);
        Assert.True(new ForecastModel(_past).OneAtATime);
        Add(1_000, atSeconds: 6, queueMs: 1);
        Assert.False(new ForecastModel(_past).OneAtATime);

        var known = new ForecastModel([model, model with { Duration = TimeSpan.FromSeconds(21.05) }]);
        Assert.Equal(TimeSpan.FromSeconds(15), known.WritingLeft(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(8), known.WritingLeft(TimeSpan.FromSeconds(12)));
        Assert.Null(known.WritingLeft(TimeSpan.FromSeconds(30)));
    }

    private WaitForecast? Ask(long tokens, bool isLoaded = true, string? session = null, string digest = "aaa") =>
        new ForecastModel(_past).Of(new ForecastQuestion(session, digest, "0.33.3", isLoaded, tokens, At(1_000)));

    private MeasuredCall Add(long tokens, double loadMs = 20, long? cached = 0, double? readingMs = null, string? session = null, double? atSeconds = null, double? durationMs = null, double queueMs = 0)
    {
        var reading = TimeSpan.FromMilliseconds(readingMs ?? 50 + tokens - (cached ?? 0));
        var first = reading + TimeSpan.FromMilliseconds(queueMs + (loadMs >= 500 ? loadMs : 0));
        var call = ForecasterTests.Call(_past.Count, At(atSeconds ?? _past.Count * 60), session) with
        {
            TokensIn = tokens, TokensCached = cached, Reading = reading, FirstToken = first, Load = TimeSpan.FromMilliseconds(loadMs), Queue = TimeSpan.FromMilliseconds(queueMs),
            Duration = durationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : first + TimeSpan.FromSeconds(5),
        };
        _past.Add(call);
        return call;
    }

    private static DateTimeOffset At(double seconds) => ManualTime.Epoch.AddSeconds(seconds);
}
