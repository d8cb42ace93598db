using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Lab;

namespace OllamaStudio.Shared;

/// <summary>How a model call compares with those like it, in words.</summary>
public static class BaselineText
{
    // Below this two calls took as long.
    private const double SmallestChange = 0.1;

    // Of a phase; less is not worth a word.
    private static readonly TimeSpan LeastDifference = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether a person who did not ask should be told: it took a fifth longer, and half a second.</summary>
    public static bool IsSlow(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return baseline.Change >= 0.2 && baseline.Call.Duration - baseline.Median.Duration >= TimeSpan.FromMilliseconds(500);
    }

    /// <summary>Such as <c>28 % slower than</c>, <c>3.4 times as long as</c>, <c>As long as</c>.</summary>
    public static string Change(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return baseline.Change switch
        {
            >= 1 => string.Create(CultureInfo.InvariantCulture, $"{baseline.Change + 1:0.#} times as long as"),
            >= SmallestChange => string.Create(CultureInfo.InvariantCulture, $"{baseline.Change * 100:0} % slower than"),
            <= -SmallestChange => string.Create(CultureInfo.InvariantCulture, $"{-baseline.Change * 100:0} % faster than"),
            _ => "As long as",
        };
    }

    /// <summary>Such as <c>your median of 41 like it</c>.</summary>
    public static string Median(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return $"your median of {CountText.Full(baseline.Count)} {(baseline.IsColdAmongWarm ? "with the model in memory" : "like it")}";
    }

    /// <summary>Such as <c>since 12 November</c>.</summary>
    public static string Since(Baseline baseline, DateTimeOffset now, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        var (since, today) = (TimeZoneInfo.ConvertTime(baseline.Since, zone), TimeZoneInfo.ConvertTime(now, zone));
        return since.Date == today.Date ? $"since {since.ToString("HH:mm", CultureInfo.InvariantCulture)}"
            : $"since {since.ToString(since.Year == today.Year ? "d MMMM" : "d MMMM yyyy", CultureInfo.InvariantCulture)}";
    }

    /// <summary>Whether it read longer, and more of its prompt than the median: the cache was lost somewhere.</summary>
    public static bool HasLostCache(Baseline baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return baseline.Call.TokensCached < baseline.Median.TokensCached && baseline.Phases.Any(static phase => phase.Phase is CallPhase.Reading && phase.Longer >= LeastDifference);
    }

    /// <summary>
    /// Where the difference lies, the largest part first: <c>+8.1 s loading: the model had been unloaded</c>, <c>+3.2 s reading: the cache was lost at message 4
    /// (yours)</c>. The parts add up.
    /// </summary>
    /// <param name="baseline">The baseline.</param>
    /// <param name="cacheLoss">Where the prompt parts from the one before it; null where that is not known.</param>
    public static IEnumerable<string> Reasons(Baseline baseline, PromptParting? cacheLoss = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return baseline.Phases.Where(static phase => phase.Longer.Duration() >= LeastDifference).OrderByDescending(static phase => phase.Longer.Duration())
            .Select(phase => $"{(phase.Longer < TimeSpan.Zero ? '−' : '+')}{DurationText.Of(phase.Longer.Duration())} {Name(phase.Phase)}{(Why(baseline, phase.Phase, cacheLoss) is { } why ? ": " + why : "")}");
    }

    private static string Name(CallPhase phase) => phase switch
    {
        CallPhase.Queue => "in the queue",
        CallPhase.Load => "loading",
        CallPhase.Reading => "reading",
        CallPhase.Writing => "writing",
        _ => "elsewhere",
    };

    // No more than the numbers tell.
    private static string? Why(Baseline baseline, CallPhase phase, PromptParting? cacheLoss)
    {
        var (call, median) = (baseline.Call, baseline.Median);
        return phase switch
        {
            CallPhase.Load when baseline.IsColdAmongWarm => "the model had been unloaded",
            CallPhase.Reading when cacheLoss is { Message: var number, Whose: var whose } && HasLostCache(baseline) =>
                string.Create(CultureInfo.InvariantCulture, $"the cache was lost at message {number} ({whose})"),
            CallPhase.Reading when call.TokensCached is 0 && median.TokensCached > 0 => "nothing of the prompt was in the cache",
            CallPhase.Reading => Amount(ToRead(call), ToRead(median), call.Reading, median.Reading),
            CallPhase.Writing => Amount(call.TokensOut, median.TokensOut, call.Writing, median.Writing),
            _ => null,
        };
    }

    // More of it, or the same more slowly: whichever differs by a tenth.
    private static string? Amount(long? tokens, long? usually, TimeSpan? took, TimeSpan? usuallyTook)
    {
        if (tokens is not > 0 || usually is not > 0)
        {
            return null;
        }

        var parts = new List<string>(2);
        if (Differ(tokens.Value, usually.Value))
        {
            parts.Add($"{CountText.Of(tokens.Value, "token")}, not {CountText.Full(usually.Value)}");
        }

        if (took?.TotalSeconds is > 0 and var here && usuallyTook?.TotalSeconds is > 0 and var there && (Rate: tokens.Value / here, Usually: usually.Value / there) is var rates && Differ(rates.Rate, rates.Usually))
        {
            parts.Add($"{CountText.Rate(rates.Rate)}, not {CountText.RateNumber(rates.Usually)}");
        }

        return parts.Count > 0 ? string.Join(", ", parts) : null;
    }

    private static bool Differ(double one, double other) => Math.Abs(one - other) > SmallestChange * other;

    // What the server still had it did not read.
    private static long? ToRead(MeasuredCall call) => call.TokensIn - (call.TokensCached ?? 0);
}
