using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Dashboard.Charts;
using OllamaStudio.Shared;

namespace OllamaStudio.Dashboard;

/// <summary>A number with what it is of.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The number; <c>–</c> where nothing was measured.</param>
/// <param name="Beside">Smaller beside it; null for nothing.</param>
/// <param name="Below">A line below it; null for nothing.</param>
/// <param name="Traces">What narrows a list of traces to those that it counts, as a query; null where it is no link.</param>
public sealed record DashboardTile(string Name, string Value, string? Beside, string? Below, string? Traces = null);

/// <summary>The numbers at the top of a dashboard. Latencies are of the time since the last change: a median across changes is not one median.</summary>
public static class DashboardTiles
{
    /// <summary>Changes that have a flag: the newest.</summary>
    public const int MostChanges = 8;

    private const string Unknown = "–";

    /// <summary>The changes that have a flag, oldest first.</summary>
    public static ImmutableArray<SetupChange> Shown(DashboardData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Changes.Length <= MostChanges ? data.Changes : data.Changes[^MostChanges..];
    }

    /// <summary>All of them, in the page's order; what it cost only where a model has a price.</summary>
    public static ImmutableArray<DashboardTile> Of(DashboardData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var total = data.Total;
        var (calls, tools) = (total.Calls, total.Tools);
        return
        [
            new("Requests", CountText.Full(total.Requests), null, RateOf(data)),
            new("Failed turns", CountText.Full(total.Errors), total.Errors > 0 ? Percent((double)total.Errors / total.Requests) : null, ErrorsOf(total), total.Errors > 0 ? DashboardCharts.FailedTraces : null),
            Latency("Latency p95", data, 0.95, static window => window.Turns.Duration, 0.5, "median"),
            Latency("First token p50", data, 0.5, static window => window.Calls.FirstToken, 0.95, "p95"),
            new("Tokens in", calls.TokensIn is { } read ? CountText.Brief(read) : Unknown, calls.CachedShare is { } share ? $"{Percent(share)} cached" : null, Each(calls.TokensIn, total.Requests)),
            new("Tokens out", calls.TokensOut is { } written ? CountText.Brief(written) : Unknown, null, Each(calls.TokensOut, total.Requests)),
            new(
                "Tools", tools.ToolSuccess is { } success ? Percent(success) : Unknown, tools.ToolCalls > 0 ? "ok" : null,
                tools.ToolCalls > 0 ? $"{CountText.Full(tools.ToolSuccesses)} of {CountText.Of(tools.ToolCalls, "call")}" : "none called",
                tools.ToolCalls > 0 ? DashboardCharts.ToolTraces : null),
            .. calls.Cost is { } cost ? [new DashboardTile("Cost", CostText.Dollars(cost), null, "of models with a price")] : Array.Empty<DashboardTile>(),
        ];
    }

    private static DashboardTile Latency(string name, DashboardData data, double share, Func<DashboardWindow, Histogram?> of, double otherShare, string otherName)
    {
        var value = of(data.SinceLast ?? data.Total)?.Quantile(share);
        if (data.SinceLast is null)
        {
            return new DashboardTile(name, Time(value), null, of(data.Total)?.Quantile(otherShare) is { } other ? $"{otherName} {Time(other)}" : null);
        }

        var since = $"since {ChartFlag.Letter(Shown(data).Length - 1)}";
        var before = data.Changes.Length <= MostChanges && of(data.BeforeFirst!)?.Quantile(share) is { } earlier ? $"; before A {Time(earlier)}" : "";
        return new DashboardTile(name, Time(value), null, value is null ? $"none {since}{before}" : since + before);
    }

    private static string? RateOf(DashboardData data)
    {
        var (length, unit) = data.Scale.Length switch
        {
            { TotalMinutes: < 1 } => (TimeSpan.Zero, ""),
            { TotalHours: < 1 } => (TimeSpan.FromHours(1), "an hour"),
            _ => (TimeSpan.FromDays(1), "a day"),
        };
        if (length == TimeSpan.Zero || data.Total.Requests == 0)
        {
            return null;
        }

        // From the first request on: a studio of last Tuesday has no average of a month.
        var begin = data.Windows.First(static window => window.Requests > 0).From;
        var rate = data.Total.Requests / Math.Max(1, (data.Scale.To - begin) / length);
        return string.Create(CultureInfo.InvariantCulture, $"{(rate < 9.95 ? Math.Round(rate, 1) : Math.Round(rate)):#,0.#} {unit}");
    }

    private static string ErrorsOf(DashboardWindow total)
    {
        KeyValuePair<string, long>[] named = [.. total.ErrorTypes.OrderByDescending(static kind => kind.Value).ThenBy(static kind => kind.Key, StringComparer.Ordinal).Take(2)];
        var others = total.Errors - named.Sum(static kind => kind.Value);
        var kinds = named.Select(static kind => $"{CountText.Full(kind.Value)} {Words(kind.Key)}").Concat(others > 0 ? [$"{CountText.Full(others)} of other kinds"] : []);
        var stopped = total.Stopped > 0 ? $"{CountText.Full(total.Stopped)} stopped by you" : null;
        return string.Join(", ", kinds) is { Length: > 0 } text ? text : stopped ?? "nothing failed";
    }

    // A kind of error in words; of an exception's full name the last part.
    private static string Words(string type) => type.Length == 0 ? "without a reason" : type.Split('.')[^1].Replace('_', ' ');

    private static string? Each(long? tokens, long requests) => tokens is { } known && requests > 0 ? $"{CountText.Brief((long)Math.Round((double)known / requests))} a request" : null;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100, share is > 0.1 and < 0.9 ? 0 : 1):0.#} %");

    private static string Time(double? milliseconds) => milliseconds is { } known ? QuantileText.Duration(known) : Unknown;
}
