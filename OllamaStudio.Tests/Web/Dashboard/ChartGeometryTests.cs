using CsCheck;
using OllamaStudio.Dashboard.Charts;

namespace OllamaStudio.Tests.Web.Dashboard;

public sealed class ChartGeometryTests
{
    [Fact]
    public void Labels_at_the_ends_of_lines_never_cover_one_another() =>
        Gen.Double[-5, ValueAxis.Height + 5].Array[1, 8].Sample(static ends =>
        {
            var placed = EndLabels.Place(ends, ValueAxis.Height);
            var order = Enumerable.Range(0, ends.Length).OrderBy(index => placed[index]).ToArray();
            return order.Zip(order.Skip(1)).All(pair => placed[pair.Second] - placed[pair.First] >= EndLabels.LineHeight - 1e-9 && ends[pair.First] <= ends[pair.Second])
                && placed.All(static top => top >= (EndLabels.LineHeight / 2) - 1e-9 && top <= ValueAxis.Height - (EndLabels.LineHeight / 2) + 1e-9);
        });

    [Fact]
    public void A_label_with_room_stands_at_its_line() =>
        Assert.Equal([100, 50, 180], EndLabels.Place([100, 50, 180], ValueAxis.Height).AsEnumerable());

    [Theory]
    [InlineData(0, "0 ms", "1 ms")]
    [InlineData(330, "0 ms", "100 ms", "200 ms", "300 ms")]
    [InlineData(1_400, "0 s", "0.5 s", "1 s")]
    [InlineData(25_000, "0 s", "10 s", "20 s")]
    [InlineData(400_000, "0 m", "2 m", "4 m", "6 m")]
    [InlineData(40_000_000, "0 h", "3 h", "6 h", "9 h")]
    public void Durations_have_round_ticks_in_one_unit(double highest, params string[] labels) =>
        Assert.Equal(labels, ValueAxis.Durations(highest).Ticks.Select(static tick => tick.Label));

    [Theory]
    [InlineData(0, "0", "1")]
    [InlineData(3, "0", "1", "2", "3")]
    [InlineData(85, "0", "40", "80")]
    [InlineData(172_000, "0", "50k", "100k", "150k")]
    public void Counts_have_round_ticks_without_fractions(double highest, params string[] labels) =>
        Assert.Equal(labels, ValueAxis.Counts(highest).Ticks.Select(static tick => tick.Label));

    [Fact]
    public void An_axis_holds_every_value_with_few_ticks() =>
        Gen.Double[-3, 9].Sample(static power =>
        {
            var highest = Math.Pow(10, power);
            return new[] { ValueAxis.Durations(highest), ValueAxis.Numbers(highest), ValueAxis.Counts(highest) }
                .All(axis => axis.Most >= highest && axis.Top(0) == ValueAxis.Height && axis.Top(highest) is >= 0 and < ValueAxis.Height && axis.Ticks.Length is >= 2 and <= 6);
        });

    [Fact]
    public void A_line_breaks_where_nothing_was_measured_and_is_bridged_there()
    {
        var axis = new ValueAxis(100, [new(0, "0")]);

        Assert.Equal(new LinePath("M100 156h0L300 104M700 0h0L900 208", "M300 104L700 0"), LinePath.Of([25, 50, null, 100, 0], axis));
        Assert.Equal(new LinePath("", ""), LinePath.Of([null, null], axis));
    }

    [Fact]
    public void Flags_that_would_cover_one_another_share_one() =>
        Assert.Equal([new(10, "A"), new(30, "B–D"), new(33, ""), new(37, ""), new(38.5, "E")], ChartFlag.Of([10, 30, 33, 37, 38.5]).AsEnumerable());
}
