using CsCheck;
using OllamaStudio.Dashboard.Charts;

namespace OllamaStudio.Tests.Web.Dashboard;

public sealed class CalendarAxisTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-11-26T14:30:10", 300, "14:31", "14:32", "14:33", "14:34", "14:35")]
    [InlineData("2026-11-26T14:31:00", 3_600, "14:45", "15:00", "15:15", "15:30")]
    [InlineData("2026-11-25T14:30:00", 86_400, "18:00", "Thu 26", "06:00", "12:00")]
    [InlineData("2026-11-19T16:00:00", 604_800, "Fri 20", "Sun 22", "Tue 24", "Thu 26")]
    [InlineData("2026-10-28T00:00:00", 2_592_000, "2 Nov", "9 Nov", "16 Nov", "23 Nov")]
    [InlineData("2025-01-15T00:00:00", 63_072_000, "Jul", "2026", "Jul", "2027")]
    public void A_moment_is_one_that_a_person_would_name(string from, int seconds, params string[] labels)
    {
        var begin = DateTimeOffset.Parse(from + "Z", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(labels, CalendarAxis.Ticks(begin, begin.AddSeconds(seconds), TimeZoneInfo.Utc).Select(static tick => tick.Label));
    }

    [Fact]
    public void Days_are_the_persons_own()
    {
        var begin = new DateTimeOffset(2026, 11, 25, 14, 0, 0, TimeSpan.Zero);

        var midnight = Assert.Single(CalendarAxis.Ticks(begin, begin.AddDays(1), s_berlin), static tick => tick.Label == "Thu 26");

        Assert.Equal(Math.Round(9 / 24.0 * 100, 2), midnight.Percent); // 23:00 UTC
    }

    [Fact]
    public void Marks_are_few_and_in_order_also_when_the_clocks_change() =>
        Gen.Select(Gen.Double[0, 4_000], Gen.Double[-2.4, 3.5]).Sample(static (day, power) =>
        {
            var from = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day);
            var ticks = CalendarAxis.Ticks(from, from.AddDays(Math.Pow(10, power)), s_berlin);
            return ticks.Length <= 7 && ticks.All(static tick => tick.Percent is >= 0 and <= 100 && tick.Label.Length > 0) && ticks.Zip(ticks.Skip(1)).All(static pair => pair.First.Percent < pair.Second.Percent);
        });
}
