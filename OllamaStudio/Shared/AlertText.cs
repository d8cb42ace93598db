using System.Globalization;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Shared;

/// <summary>Rules and alerts as people read them.</summary>
public static class AlertText
{
    /// <summary>A figure with its unit: <c>7.5 %</c>, <c>31.2 s</c>, <c>12 iterations</c>, <c>$1.25 an hour</c>.</summary>
    public static string Figure(AlertUnit unit, double value) => unit switch
    {
        AlertUnit.Percent => $"{Number(value)} %",
        AlertUnit.Seconds => $"{Number(value)} s",
        AlertUnit.Minutes => $"{Number(value)} min",
        AlertUnit.DollarsPerHour => $"${value.ToString("0.00##", CultureInfo.InvariantCulture)} an hour",
        _ => $"{Number(value)} {(value == 1 ? "iteration" : "iterations")}",
    };

    /// <summary>The limit of a rule: <c>over 5 %</c>, <c>under 90 %</c>.</summary>
    public static string Limit(AlertKind kind, double threshold)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return $"{(kind.IsFloor ? "under" : "over")} {Figure(kind.Unit, threshold)}";
    }

    /// <summary>A rule in a line: <c>over 5 % for 5 min · last 15 min · at least 20 turns</c>.</summary>
    public static string Rule(AlertKind kind, AlertRule rule)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(rule);
        string?[] parts =
        [
            Limit(kind, kind.LimitOf(rule)) + (rule.HoldMinutes > 0 ? $" for {rule.HoldMinutes} min" : ""),
            kind.HasWindow ? $"last {rule.WindowMinutes} min" : null,
            kind.HasWindow ? $"at least {CountText.Of(rule.LeastCount, kind.Counted)}" : null,
        ];
        return string.Join(" · ", parts.OfType<string>());
    }

    /// <summary>How a rule stands, in a word or two.</summary>
    /// <param name="standing">How it stands.</param>
    /// <param name="when">Writes a moment.</param>
    public static string State(AlertStanding standing, Func<DateTimeOffset, string> when)
    {
        ArgumentNullException.ThrowIfNull(standing);
        ArgumentNullException.ThrowIfNull(when);
        return standing.State switch
        {
            AlertState.Off => "switched off",
            AlertState.Few when standing.Kind == AlertKind.CostRate && standing.Value is null => "nothing has a price",
            AlertState.Few => standing.Kind.HasWindow ? $"{CountText.Of(standing.Count, standing.Kind.Counted)}, too few" : "nothing to judge",
            AlertState.Fine => "fine",
            AlertState.Pending => $"over the limit since {when(standing.Since!.Value)}",
            _ => $"alert since {when(standing.Since!.Value)}",
        };
    }

    /// <summary>A moment: its time, and its day where that is another than today.</summary>
    public static string When(DateTimeOffset moment, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var (there, now) = (TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone), time.GetLocalNow());
        return there.ToString(there.Date == now.Date ? "T" : "d MMM, HH:mm", CultureInfo.CurrentCulture);
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
