using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>A figure and of how many turns or calls it is.</summary>
/// <param name="Value">In the unit of its kind; null where nothing tells it.</param>
/// <param name="Count">Of how many.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AlertFigure(double? Value, int Count)
{
    /// <summary>Works it out, exactly.</summary>
    /// <param name="kind">Which figure; one that has a window.</param>
    /// <param name="samples">All samples of one source in the window, in any order.</param>
    /// <param name="window">How long the window is.</param>
    public static AlertFigure Of(AlertKind kind, IReadOnlyCollection<AlertSample> samples, TimeSpan window)
    {
        var turns = samples.Where(static sample => sample.Kind.HasFlag(AlertSampleKind.Turn));
        var calls = samples.Where(static sample => sample.Kind.HasFlag(AlertSampleKind.Call));
        return kind.Id switch
        {
            _ when kind == AlertKind.Errors => Share(turns, AlertOutcome.Failed),
            _ when kind == AlertKind.ToolSuccess => Share(samples.Where(static sample => sample.Kind is AlertSampleKind.Tool), AlertOutcome.Good),
            _ when kind == AlertKind.EndToEnd => Percentile(99, turns.Where(static turn => turn.Outcome is AlertOutcome.Good).Select(static turn => (double?)turn.Seconds)),
            _ when kind == AlertKind.Latency => Percentile(95, calls.Where(static call => call.Outcome is AlertOutcome.Good).Select(static call => (double?)call.Seconds)),
            _ when kind == AlertKind.Iterations => Percentile(99, turns.Select(static turn => turn.Iterations)),
            _ when kind == AlertKind.Context => Percentile(95, calls.Select(static call => call.Context * 100)),
            _ => new(calls.Any(static call => call.Cost is not null) ? calls.Sum(static call => call.Cost ?? 0) / window.TotalHours : null, turns.Count()),
        };
    }

    /// <summary>The figure of each source; without a value where nothing tells it.</summary>
    /// <param name="kind">Which figure; one that has a window.</param>
    /// <param name="rule">The rule in force.</param>
    /// <param name="samples">All samples there are.</param>
    /// <param name="now">End of the window, UTC.</param>
    public static IEnumerable<(string Source, AlertFigure Figure)> OfSources(AlertKind kind, AlertRule rule, ImmutableArray<AlertSample> samples, DateTimeOffset now)
    {
        var window = TimeSpan.FromMinutes(rule.WindowMinutes);
        return AlertSample.Sources.Select(source => (source, Of(kind, [.. samples.Where(sample => sample.Source == source && sample.End > now - window)], window)));
    }

    private static AlertFigure Share(IEnumerable<AlertSample> samples, AlertOutcome outcome)
    {
        var (count, those) = (0, 0);
        foreach (var sample in samples)
        {
            (count, those) = (count + 1, those + (sample.Outcome == outcome ? 1 : 0));
        }

        return new(count == 0 ? null : 100.0 * those / count, count);
    }

    // The nearest rank: it is above a number exactly where more than the remaining share of the values is.
    private static AlertFigure Percentile(int percent, IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        Array.Sort(known);
        return new(known.Length == 0 ? null : known[(((known.Length * percent) + 99) / 100) - 1], known.Length);
    }
}
