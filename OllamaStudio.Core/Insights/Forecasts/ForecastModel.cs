namespace OllamaStudio.Core.Insights.Forecasts;

/// <summary>
/// What past calls of one model tell of the next: loading as the last loads, reading by what is not cached, the queue by what the turns
/// ahead still take. Where the server does not tell how much was cached, past and next are estimated alike, from the call before. Immutable.
/// </summary>
public sealed class ForecastModel
{
    private const int MostLoads = 10;
    private const int MostReadings = 60;

    // A call that waited less had a place at once.
    private static readonly TimeSpan LeastQueue = TimeSpan.FromMilliseconds(250);

    private readonly MeasuredCall[] _calls;

    /// <summary>Makes a model of what is known.</summary>
    /// <param name="calls">Calls of one model that went well, in order of start.</param>
    public ForecastModel(IEnumerable<MeasuredCall> calls) => _calls = [.. calls];

    /// <summary>How long that call takes to its first token, without a queue; null where nothing like it is known.</summary>
    public WaitForecast? Of(ForecastQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        return Forecast(Like(question), question) is { } forecast ? forecast with { Error = ErrorOf(question) } : null;
    }

    /// <summary>How much longer a call that writes since then is going to: as those that took longer did. Null where none did.</summary>
    public TimeSpan? WritingLeft(TimeSpan elapsed) =>
        ReadingCurve.Median(_calls.Where(static call => call.FirstToken is not null).Select(static call => (call.Duration - call.FirstToken!.Value).TotalSeconds)
            .Where(seconds => seconds > elapsed.TotalSeconds)) is { } usual
            ? TimeSpan.FromSeconds(usual) - elapsed : null;

    /// <summary>Whether a call waits for one that runs already, as the newest one that came while another ran tells; null where none did.</summary>
    public bool? OneAtATime
    {
        get
        {
            for (var i = _calls.Length - 1; i > 0; i--)
            {
                var call = _calls[i];
                var before = _calls.AsSpan(0, i).ToArray().LastOrDefault(other => other.EndTime > call.StartTime + LeastQueue);
                if (before is not null && call.Queue is { } queue)
                {
                    return queue > (before.EndTime - call.StartTime) / 2;
                }
            }

            return null;
        }
    }

    /// <summary>How long 99 of 100 calls like it took to their first token, the longest of fewer than 100; null of fewer than 10.</summary>
    public TimeSpan? LongFirstToken(ForecastQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var waits = Like(question).Where(call => IsCold(call) == !question.IsLoaded).Select(static call => call.FirstToken).OfType<TimeSpan>().Order().ToArray();
        return waits.Length < Baseline.FewestCalls ? null : waits[(int)Math.Ceiling(waits.Length * 0.99) - 1];
    }

    // Each of the last ones like it, as it would have been forecast from those before it.
    private ForecastError? ErrorOf(ForecastQuestion question)
    {
        var errors = new List<double>();
        for (var i = _calls.Length - 1; i > 0 && errors.Count < ForecastError.MostForecasts; i--)
        {
            var call = _calls[i];
            if (IsLike(call, question) && IsCold(call) == !question.IsLoaded && FirstToken(call) is { } actual && call.TokensIn is { } tokens
                && Forecast([.. _calls.Take(i).Where(other => IsLike(other, question))], QuestionOf(call, tokens)) is { } forecast)
            {
                errors.Add(Math.Abs((forecast.Total - actual).TotalSeconds));
            }
        }

        return errors.Count < ForecastError.FewestForecasts ? null : new ForecastError(TimeSpan.FromSeconds(ReadingCurve.Median(errors)!.Value), errors.Count);
    }

    private static ForecastQuestion QuestionOf(MeasuredCall call, long tokens) =>
        new(call.Session, call.Setup.Digest, call.Setup.Version, !IsCold(call), tokens, call.StartTime);

    private MeasuredCall[] Like(ForecastQuestion question) => [.. _calls.Where(call => IsLike(call, question))];

    private static bool IsLike(MeasuredCall call, ForecastQuestion question) => call.Setup.Digest == question.Digest && call.Setup.Version == question.ServerVersion;

    private static WaitForecast? Forecast(MeasuredCall[] past, ForecastQuestion question)
    {
        var load = question.IsLoaded ? TimeSpan.Zero : LoadOf(past);
        var cache = new CacheEstimate(past);
        var cached = question.IsLoaded ? cache.Of(question.Ahead ?? past.LastOrDefault(call => call.StartTime < question.SentAt), question.Session, question.Tokens) : 0;
        var points = new List<(double Tokens, double Seconds)>();
        for (var i = past.Length - 1; i >= 0 && points.Count < MostReadings; i--)
        {
            if (past[i] is { TokensIn: { } tokens } call && FirstToken(call) is { } first)
            {
                var had = call.TokensCached ?? (IsCold(call) ? 0 : cache.Of(i > 0 ? past[i - 1] : null, call.Session, tokens));
                points.Add((tokens - had, (first - (IsCold(call) ? call.Load!.Value : TimeSpan.Zero)).TotalSeconds));
            }
        }

        return load is { } loading && ReadingCurve.At(points, question.Tokens - cached) is { } seconds
            ? new WaitForecast(TimeSpan.Zero, loading, TimeSpan.FromSeconds(Math.Max(0, seconds)), question.Tokens, cached)
            : null;
    }

    private static TimeSpan? LoadOf(MeasuredCall[] past) =>
        ReadingCurve.Median(past.Where(IsCold).TakeLast(MostLoads).Select(static call => call.Load!.Value.TotalSeconds)) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    // Without the queue, which has to do with others.
    private static TimeSpan? FirstToken(MeasuredCall call) =>
        call.FirstToken is { } first ? first - (call.Queue > LeastQueue ? call.Queue.Value : TimeSpan.Zero) : null;

    private static bool IsCold(MeasuredCall call) => call.IsWarm is false;
}
