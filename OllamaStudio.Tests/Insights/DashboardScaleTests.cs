using CsCheck;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Tests.Insights;

public sealed class DashboardScaleTests
{
    private static readonly Gen<DashboardRange> s_range = Gen.Enum<DashboardRange>();
    private static readonly Gen<DateTimeOffset> s_now = Gen.Long[0, TimeSpan.TicksPerDay * 3_000].Select(static ticks => DateTimeOffset.UnixEpoch.AddTicks(ticks + (TimeSpan.TicksPerDay * 18_000)));
    private static readonly Gen<TimeZoneInfo> s_zone = Gen.Int[-48, 56].Select(static quarters => TimeZoneInfo.CreateCustomTimeZone("Z", TimeSpan.FromMinutes(quarters * 15), "Z", "Z"));

    [Fact]
    public void No_range_has_more_than_120_points_and_all_windows_are_made_of_whole_steps() =>
        Gen.Select(s_range, s_now, s_zone, Gen.Double[0, 900]).Sample(static (range, now, zone, days) =>
        {
            var first = now.AddDays(-days);
            var scale = DashboardScale.Of(range, now, zone, first);
            var step = TimeSpan.FromSeconds((int)scale.Step);
            return scale.Count is > 0 and <= DashboardScale.MaxWindows
                && (scale.Count + scale.BarEvery - 1) / scale.BarEvery <= 62
                && scale.Length.Ticks % step.Ticks == 0 && scale.From.UtcTicks % step.Ticks == 0
                && scale.To >= now && scale.To - now < scale.BarLength
                && scale.From <= range switch { DashboardRange.All => first, DashboardRange.Month => now.AddDays(-30), DashboardRange.Week => now.AddDays(-7), DashboardRange.Day => now.AddDays(-1), _ => now };
        });

    [Fact]
    public void A_stretch_is_taken_apart_without_gap_or_overlap() =>
        Gen.Select(s_now, Gen.Double[0.1, 400].Select(static power => TimeSpan.FromMinutes(power * power))).Sample(static (from, length) =>
        {
            var to = from + length;
            var pieces = DashboardScale.Pieces(from, to, RollupStep.Minute).ToArray();
            return pieces.Length is > 0 and <= 5
                && pieces.All(static piece => piece.From < piece.To && piece.From.UtcTicks % ((int)piece.Step * TimeSpan.TicksPerSecond) == 0)
                && pieces.Zip(pieces.Skip(1)).All(static pair => pair.First.To == pair.Second.From)
                && pieces[^1].To == to && pieces[0].From <= from && from - pieces[0].From < TimeSpan.FromMinutes(1);
        });

    [Theory]
    [InlineData(DashboardRange.FiveMinutes, 31, 10, RollupStep.TenSeconds)]
    [InlineData(DashboardRange.Hour, 61, 60, RollupStep.Minute)]
    [InlineData(DashboardRange.Day, 98, 900, RollupStep.Minute)]
    [InlineData(DashboardRange.Week, 86, 7_200, RollupStep.Hour)]
    [InlineData(DashboardRange.Month, 93, 28_800, RollupStep.Hour)]
    public void Ranges_beyond_a_day_are_read_by_hours(DashboardRange range, int windows, int seconds, RollupStep step)
    {
        var scale = DashboardScale.Of(range, new DateTimeOffset(2026, 11, 26, 14, 32, 0, TimeSpan.Zero), TimeZoneInfo.Utc, null);

        Assert.Equal((windows, seconds, step), (scale.Count, (int)scale.Length.TotalSeconds, scale.Step));
    }

    [Fact]
    public void Windows_of_a_day_begin_at_midnight_where_the_person_is()
    {
        var zone = TimeZoneInfo.CreateCustomTimeZone("Z", TimeSpan.FromHours(9), "Z", "Z");
        var now = new DateTimeOffset(2026, 11, 26, 14, 32, 0, TimeSpan.Zero);

        var scale = DashboardScale.Of(DashboardRange.All, now, zone, now.AddDays(-100));

        Assert.Equal((TimeSpan.FromDays(1), TimeSpan.Zero), (scale.Length, TimeZoneInfo.ConvertTime(scale.From, zone).TimeOfDay));
    }
}
