using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>A few moments of a stretch of time that a person would name: full hours, midnights, Mondays, firsts of a month.</summary>
public static class CalendarAxis
{
    // More would touch one another in a narrow chart.
    private const int MostTicks = 5;

    private static readonly TimeSpan[] s_clock =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    private static readonly int[] s_days = [1, 2, 4, 7, 14];
    private static readonly int[] s_months = [1, 2, 3, 6, 12, 24, 60];

    /// <summary>The marks from <paramref name="from"/> to before <paramref name="to"/>, in order.</summary>
    /// <param name="from">UTC.</param>
    /// <param name="to">UTC.</param>
    /// <param name="zone">Where the person is.</param>
    public static ImmutableArray<AxisTick> Ticks(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var (begin, end) = (TimeZoneInfo.ConvertTime(from, zone).DateTime, TimeZoneInfo.ConvertTime(to, zone).DateTime);
        var length = end - begin;
        return
        [
            .. Moments().SkipWhile(moment => moment.Local < begin).TakeWhile(moment => moment.Local < end)
                .Select(moment => (At: Utc(moment.Local), moment.Label))
                .Where(moment => moment.At >= from && moment.At < to)
                .Select(moment => new AxisTick(Math.Round((moment.At - from) / (to - from) * 100, 2), moment.Label)),
        ];

        IEnumerable<(DateTime Local, string Label)> Moments()
        {
            if (s_clock.FirstOrDefault(step => length / step <= MostTicks) is { Ticks: > 0 } step)
            {
                return Series(begin.Date, moment => moment + step).Select(static moment => (moment, moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "ddd d" : "HH:mm", CultureInfo.InvariantCulture)));
            }

            if (s_days.FirstOrDefault(days => length.TotalDays / days <= MostTicks) is > 0 and var days)
            {
                // Weeks begin on Monday; the other steps are counted back from the end, so that its day is named.
                var first = days >= 7 ? begin.Date.AddDays(-(((int)begin.DayOfWeek + 6) % 7)) : end.AddTicks(-1).Date.AddDays(-days * (int)Math.Ceiling(length.TotalDays / days));
                return Series(first, moment => moment.AddDays(days)).Select(moment => (moment, moment.ToString(days >= 7 ? "d MMM" : "ddd d", CultureInfo.InvariantCulture)));
            }

            var months = s_months.FirstOrDefault(months => length.TotalDays / 30.4 / months <= MostTicks, 120);
            return Series(new DateTime(begin.Year, 1, 1), moment => moment.AddMonths(months)).Select(static moment => (moment, moment.ToString(moment.Month == 1 ? "yyyy" : "MMM", CultureInfo.InvariantCulture)));
        }

        // One that the clocks leave out is named where they go on.
        DateTimeOffset Utc(DateTime local) => new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static IEnumerable<DateTime> Series(DateTime first, Func<DateTime, DateTime> next)
    {
        for (var moment = first; ; moment = next(moment))
        {
            yield return moment;
        }
    }
}

/// <summary>A mark on an axis of time.</summary>
/// <param name="Percent">Where, in percent of the axis.</param>
/// <param name="Label">The moment in words.</param>
public readonly record struct AxisTick(double Percent, string Label);
