using System.Globalization;

namespace OllamaStudio.Dashboard;

/// <summary>Stretches of time in words.</summary>
public static class WindowText
{
    /// <summary>When it was, where the person is: <c>Thu 26 Nov 14:00–16:00</c>, <c>Thu 26 Nov</c>, <c>23 Nov – 29 Nov</c>.</summary>
    public static string Of(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var (begin, end) = (TimeZoneInfo.ConvertTime(from, zone), TimeZoneInfo.ConvertTime(to, zone));
        var lastDay = end.AddTicks(-1);
        return (to - from) switch
        {
            { TotalMinutes: < 1 } => Text(begin, "ddd d MMM HH:mm:ss"),
            { TotalMinutes: 1 } => Text(begin, "ddd d MMM HH:mm"),
            { TotalDays: < 1 } => $"{Text(begin, "ddd d MMM HH:mm")}–{Text(end, "HH:mm")}",
            _ when begin.Date == lastDay.Date => Text(begin, "ddd d MMM"),
            _ => $"{Text(begin, "d MMM")} – {Text(lastDay, "d MMM")}",
        };
    }

    /// <summary>How often: <c>every minute</c>, <c>every 4 hours</c>.</summary>
    public static string Every(TimeSpan length)
    {
        var (count, unit) = length switch
        {
            { TotalMinutes: < 1 } => (length.TotalSeconds, "second"),
            { TotalHours: < 1 } => (length.TotalMinutes, "minute"),
            { TotalDays: < 1 } => (length.TotalHours, "hour"),
            { TotalDays: < 7 } => (length.TotalDays, "day"),
            _ => (length.TotalDays / 7, "week"),
        };
        return count == 1 ? $"every {unit}" : string.Create(CultureInfo.InvariantCulture, $"every {count:0.#} {unit}s");
    }

    private static string Text(DateTimeOffset time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
