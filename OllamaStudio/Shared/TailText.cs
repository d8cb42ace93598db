using System.Globalization;
using OllamaStudio.Core.Export;

namespace OllamaStudio.Shared;

/// <summary>What tail sampling has decided, in sentences.</summary>
internal static class TailText
{
    /// <summary>The sentences: what was kept and why, what was left out, what waits; and where a bound bit, that it did.</summary>
    public static IEnumerable<string> Of(TailSamplingStatus status)
    {
        var kept = status.Kept.Values.Sum();
        var reasons = string.Join(", ", status.Kept.Select(static each => $"{Number(each.Value)} {Words(each.Key)}"));
        yield return $"Since start: {CountText.Of(kept, "trace")} kept{(reasons.Length > 0 ? $" ({reasons})" : "")}, {Number(status.LeftOut)} left out, {Number(status.HeldTraces)} not decided.";
        if (!status.Early.IsEmpty)
        {
            yield return $"Decided before they ended: {string.Join(", ", status.Early.Select(static each => $"{Number(each.Value)} {Words(each.Key)}"))}.";
        }
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Words(TailRule rule) => rule switch
    {
        TailRule.Error => "with an error",
        TailRule.Slow => "slow",
        TailRule.Slowest => "slower than p95",
        TailRule.Cost => "costly",
        TailRule.Tokens => "of many tokens",
        TailRule.Share => "by their model’s ratio",
        _ => "by the ratio",
    };

    private static string Words(HoldingBound bound) => bound switch
    {
        HoldingBound.Count => "because too many were held",
        HoldingBound.Bytes => "because they were too large",
        HoldingBound.Time => "because they ran for too long",
        _ => "because the studio ended",
    };
}
