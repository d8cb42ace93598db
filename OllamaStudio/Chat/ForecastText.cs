using System.Globalization;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The forecast of a wait, in words.</summary>
public static class ForecastText
{
    // A wait that is over before it is read needs no words.
    private static readonly TimeSpan WorthTelling = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Such as <c>about 3 s more, usually within 1.2 s</c>, and behind another reply <c>about 25 s more, about 20 s of it for the reply ahead</c>; empty for a
    /// wait that is short, and goes as forecast, and until five like it could be checked, where no reply is ahead.
    /// </summary>
    /// <param name="forecast">The forecast.</param>
    /// <param name="elapsed">Since the call was sent.</param>
    public static string Of(WaitForecast forecast, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        var left = forecast.Total - elapsed;
        if (forecast.Ahead > TimeSpan.Zero)
        {
            // How long another reply becomes nobody knows: what the rest of the forecast is worth does not hold for that.
            return left < WorthTelling ? "" : $"about {Rough(left)} more, about {Rough(forecast.Ahead)} of it for {(forecast.RepliesAhead > 1 ? $"the {CountText.Full(forecast.RepliesAhead)} replies" : "the reply")} ahead";
        }

        if (forecast.Error is not { } error)
        {
            return ""; // nobody knows yet what it is worth
        }

        if (left > TimeSpan.Zero)
        {
            return forecast.Total < WorthTelling ? "" : $"about {Rough(left)} more, usually within {Tenths(error.Median)}";
        }

        // Within its usual error it is not late.
        return -left <= Slack(forecast.Total, error) ? forecast.Total < WorthTelling ? "" : "any moment now" : $"longer than the {Tenths(forecast.Total)} forecast";
    }

    /// <summary>What it is made of, such as <c>Loading about 2.8 s · reading about 0.4 s: 1,900 tokens, of which about 1,200 are cached · off by 0.3 s in the middle of your last 12 like it</c>.</summary>
    public static string Parts(WaitForecast forecast)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        List<string> parts = [];
        if (forecast.Queue > TimeSpan.Zero)
        {
            parts.Add($"turns ahead about {Tenths(forecast.Queue)}");
        }

        if (forecast.Load > TimeSpan.Zero)
        {
            parts.Add($"loading about {Tenths(forecast.Load)}");
        }

        parts.Add($"reading about {Tenths(forecast.Reading)}: {CountText.Of(forecast.Tokens, "token")}{(forecast.Cached > 0 ? $", of which about {CountText.Full(forecast.Cached)} are cached" : "")}");
        if (forecast.Error is { } error)
        {
            parts.Add($"half of your last {CountText.Full(error.Count)} like it were forecast within {Tenths(error.Median)}");
        }

        return "From your own past calls: " + string.Join(" · ", parts);
    }

    private static TimeSpan Slack(TimeSpan total, ForecastError error) => new[] { WorthTelling, total / 5, error.Median * 2 }.Max();

    // Counts down in whole seconds: never zero while there is something left.
    private static string Rough(TimeSpan left) => DurationText.Lasting(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)));

    internal static string Tenths(TimeSpan duration) => duration.TotalSeconds < 9.95
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0.1, duration.TotalSeconds):0.0} s") : DurationText.Lasting(TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds)));
}
