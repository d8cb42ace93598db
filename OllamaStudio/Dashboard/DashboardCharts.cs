using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Dashboard.Charts;
using OllamaStudio.Shared;

namespace OllamaStudio.Dashboard;

/// <summary>The charts of a dashboard.</summary>
public static class DashboardCharts
{
    /// <summary>So many models have a line each, those used most.</summary>
    public const int MostModels = 4;

    /// <summary>Finds traces in which anything failed, those of failed turns among them.</summary>
    public const string FailedTraces = TraceFilter.Status + "error";

    /// <summary>Finds traces that called a tool.</summary>
    public const string ToolTraces = TraceFilter.Tool + TraceFilter.AnyTool;

    // p99, p95 and p50: the higher, the thinner.
    private static readonly Dictionary<int, string> s_percentileStyles = new() { [50] = "main", [95] = "second", [99] = "faint" };
    private static readonly string[] s_modelStyles = ["main", "second", "third", "fourth"];

    /// <summary>All six, in the page's order.</summary>
    /// <param name="data">What was measured.</param>
    /// <param name="percentiles">Which lines of times are drawn.</param>
    /// <param name="zone">Where the person is.</param>
    public static ImmutableArray<ChartModel> Of(DashboardData data, IReadOnlyList<int> percentiles, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(data);
        var builder = new ChartBuilder(data, zone);
        var times = percentiles.Reverse().ToArray();
        return
        [
            builder.Lines("latency", "Latency", "a turn, end to end", ValueAxis.Durations, QuantileText.Duration, [.. times.Select(one => Percentile(one, static window => window.Turns.Duration))]),
            builder.Lines("first-token", "First token", "from send to first chunk", ValueAxis.Durations, QuantileText.Duration, [.. times.Select(one => Percentile(one, static window => window.Calls.FirstToken))]),
            builder.Lines("speed", "Speed", "median, tokens a second", ValueAxis.Numbers, QuantileText.Number, [.. Models(data)]),
            builder.Bars("requests", "Requests", static value => CountText.Full((long)value),
            [
                new("ok", "ok", static window => window.Requests - window.Errors),
                new("error", "error", static window => window.Errors, Traces: FailedTraces),
            ]),
            builder.Bars("tokens", "Tokens", static value => CountText.Brief((long)value),
            [
                new("out", "out", static window => window.Calls.TokensOut),
                new("in", "in", static window => window.Calls.TokensIn - (window.Calls.TokensCached ?? 0)),
                new("cached", "cached", static window => window.Calls.TokensCached),
            ]),
            builder.Lines("context", "Context and tools", "percent", static _ => ValueAxis.Percent, static value => Math.Round(value).ToString(CultureInfo.InvariantCulture),
            [
                new("tools ok", "third", static window => window.Tools.ToolSuccess * 100, Traces: ToolTraces),
                new("context", "main", static window => window.Calls.Context * 100),
            ]),
        ];
    }

    private static ChartMeasure Percentile(int percentile, Func<DashboardWindow, Histogram?> of) =>
        new(string.Create(CultureInfo.InvariantCulture, $"p{percentile}"), s_percentileStyles[percentile], window => of(window)?.Quantile(percentile / 100.0), IsOfOneSetup: true);

    private static IEnumerable<ChartMeasure> Models(DashboardData data)
    {
        var names = data.Total.Models.Where(static model => model.Value.Rate is { Count: > 0 }).OrderByDescending(static model => model.Value.Count).ThenBy(static model => model.Key, StringComparer.Ordinal)
            .Take(MostModels).Select(static model => model.Key).ToArray();
        return names.Select((name, index) => new ChartMeasure(ShortName(name, names), s_modelStyles[index], window => window.Models.GetValueOrDefault(name)?.Rate?.Quantile(0.5), IsOfOneSetup: true, Traces: name.Length == 0 ? null : TraceFilter.Model + name));
    }

    // Without its tag, where that is enough to tell it from the others.
    private static string ShortName(string name, string[] all)
    {
        if (name.Length == 0)
        {
            return "unknown";
        }

        var family = Family(name);
        return all.Count(other => Family(other) == family) == 1 ? family : ModelNames.Display(name);

        static string Family(string model) => model.LastIndexOf(':') is > 0 and var colon && colon > model.LastIndexOf('/') ? model[..colon] : model;
    }
}
