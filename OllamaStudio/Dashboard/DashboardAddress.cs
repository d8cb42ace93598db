using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Dashboard;

/// <summary>What the dashboard shows, as its address says it.</summary>
/// <param name="Range">How far back.</param>
/// <param name="Model">One model, or null for all.</param>
/// <param name="Percentiles">Which of <see cref="AllPercentiles"/>, lowest first; at least one.</param>
public sealed record DashboardAddress(DashboardRange Range, string? Model, ImmutableArray<int> Percentiles)
{
    /// <summary>What there is to choose from.</summary>
    public static ImmutableArray<int> AllPercentiles { get; } = [50, 95, 99];

    /// <summary>Ranges by their word in the address, with the page's.</summary>
    public static ImmutableArray<(DashboardRange Range, string Key, string Name)> Ranges { get; } =
    [
        (DashboardRange.FiveMinutes, "5m", "5 min"), (DashboardRange.Hour, "1h", "1 h"), (DashboardRange.Day, "24h", "24 h"),
        (DashboardRange.Week, "7d", "7 days"), (DashboardRange.Month, "30d", "30 days"), (DashboardRange.All, "all", "All"),
    ];

    private const DashboardRange Usual = DashboardRange.Week;

    /// <summary>The range in words, as after "in".</summary>
    public string RangeWords => Range switch
    {
        DashboardRange.FiveMinutes => "the last 5 minutes",
        DashboardRange.Hour => "the last hour",
        DashboardRange.Day => "the last 24 hours",
        DashboardRange.Week => "the last 7 days",
        DashboardRange.Month => "the last 30 days",
        _ => "all the time",
    };

    /// <summary>What an address's query says; what it does not, or says wrongly, is as usual.</summary>
    public static DashboardAddress From(string? range, string? model, string? percentiles)
    {
        var chosen = AllPercentiles.Where(one => percentiles?.Split(',').Contains(Number(one)) is true).ToImmutableArray();
        return new DashboardAddress(
            Ranges.Where(one => one.Key == range).Select(static one => one.Range).FirstOrDefault(Usual), string.IsNullOrWhiteSpace(model) ? null : model, chosen.IsEmpty ? AllPercentiles : chosen);
    }

    /// <summary>The same with a percentile taken in or out; the last one stays.</summary>
    public DashboardAddress Toggled(int percentile)
    {
        var chosen = AllPercentiles.Where(one => Percentiles.Contains(one) != (one == percentile)).ToImmutableArray();
        return chosen.IsEmpty ? this : this with { Percentiles = chosen };
    }

    /// <summary>The page's address, relative; what is as usual is left out.</summary>
    public override string ToString()
    {
        string?[] parts =
        [
            Range == Usual ? null : "range=" + Ranges.First(one => one.Range == Range).Key,
            Model is null ? null : "model=" + Uri.EscapeDataString(Model),
            Percentiles.Length == AllPercentiles.Length ? null : "p=" + string.Join(',', Percentiles.Select(Number)),
        ];
        return string.Join('&', parts.OfType<string>()) is { Length: > 0 } query ? "dashboard?" + query : "dashboard";
    }

    private static string Number(int percentile) => percentile.ToString(CultureInfo.InvariantCulture);
}
