using OllamaStudio.Core.Insights.Residency;
using OllamaStudio.Models;
using static OllamaStudio.Tests.Insights.CallSamples;

namespace OllamaStudio.Tests.Web.Models;

/// <summary>Lanes, as they are laid out.</summary>
public class ResidencyViewTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_stretch_its_load_its_turn_and_its_end_stand_where_they_were()
    {
        var view = View(new ResidencyLane("qwen3:8b",
            [new ResidentStretch(At(900), At(1800), ResidencyOrigin.Turn, "t1", ResidencyEnd.Evicted, "other:latest")],
            [new ResidentUse(At(882), TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(18), TimeSpan.Zero, "t1", IsFailed: false)]));

        var lane = Assert.Single(view.Lanes);
        Assert.Equal(
        [
            ("stay", 25, 25, null), ("load", 24.5, 0.5, "traces/t1"), ("use", 25, 2, "traces/t1"), ("evict", 50, 0, null),
        ], lane.Parts.Select(static part => (part.Kind, Math.Round(part.Left, 3), Math.Round(part.Width, 3), part.Href)));
        Assert.Equal("qwen3:8b in memory from 12:15 to 12:30, loaded by a turn", lane.Parts[0].Words);
        Assert.Equal("qwen3:8b loaded in 18.0 s for a turn, 12:14", lane.Parts[1].Words);
        Assert.Equal(("evicted for other", false), (lane.Ended, lane.IsLoaded));
        Assert.Equal((1, TimeSpan.FromSeconds(18), "qwen3:8b"), (view.Loads, view.LoadTime, view.Costliest));
        Assert.Equal(["12:00", "12:10", "12:20", "12:30", "12:40", "12:50", "now"], view.Axis.Select(static mark => mark.Words));
    }

    [Fact]
    public void What_began_before_is_cut_what_is_still_there_goes_to_the_edge_and_another_clients_is_told_apart()
    {
        var view = View(
            new ResidencyLane("a", [new ResidentStretch(At(-500), null, ResidencyOrigin.Before, null, ResidencyEnd.None, null)], []),
            new ResidencyLane("b", [new ResidentStretch(At(1800), null, ResidencyOrigin.OtherClient, null, ResidencyEnd.None, null)], [new ResidentUse(At(1800), TimeSpan.FromSeconds(36), null, TimeSpan.Zero, null, IsFailed: false)]));

        Assert.Equal(("stay", 0.0, 100.0), Shape(Assert.Single(view.Lanes[0].Parts)));
        Assert.Equal([("other", 50.0, 50.0), ("other", 50.0, 1.0)], view.Lanes[1].Parts.Select(Shape));
        Assert.Null(view.Lanes[0].Ended);
        Assert.Equal(0, view.Loads);
    }

    [Fact]
    public void Calls_closer_than_can_be_told_apart_are_one_part_that_leads_to_all_of_them_and_failures_stay_themselves()
    {
        ResidentUse Use(double at, bool failed = false, double? load = null) => new(At(at), TimeSpan.FromSeconds(2), load is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.Zero, $"t{at}", failed);

        var view = View(new ResidencyLane("a:1", [], [Use(100), Use(105), Use(112), Use(120, failed: true), Use(124), Use(127, load: 1), Use(600)]));

        var parts = Assert.Single(view.Lanes).Parts;
        Assert.Equal(["use", "failed", "use", "load", "use", "use"], parts.Select(static part => part.Kind));
        Assert.Equal("traces?q=model%3Aa%3A1&from=2026-03-01T12%3A01%3A39Z&to=2026-03-01T12%3A01%3A55Z", parts[0].Href);
        Assert.Equal("a:1 answered 3 calls, 12:01 to 12:01", parts[0].Words);
        Assert.Equal(["traces/t120", "traces/t124", "traces/t127", "traces/t127", "traces/t600"], parts.Skip(1).Select(static part => part.Href));
    }

    [Fact]
    public void The_table_says_the_same_newest_first_and_how_much_is_left_out()
    {
        var view = View(new ResidencyLane("a",
            [new ResidentStretch(At(100), At(500), ResidencyOrigin.Turn, "t1", ResidencyEnd.Expired, null), new ResidentStretch(At(900), null, ResidencyOrigin.Person, null, ResidencyEnd.None, null)],
            [new ResidentUse(At(98), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(2), TimeSpan.Zero, "t1", IsFailed: false), new ResidentUse(At(200), TimeSpan.FromSeconds(9), null, TimeSpan.Zero, "t2", IsFailed: true)]));

        Assert.Equal(
        [
            ("came into memory, loaded from this page", null), ("left when its time was over", null), ("a call failed", "traces/t2"), ("came into memory, loaded by a turn", "traces/t1"), ("a turn waited 2.00 s for it to load", "traces/t1"),
        ], view.Events.Select(static line => (line.What, line.Href)));

        var many = View(new ResidencyLane("a", [], [.. Enumerable.Range(0, 300).Select(static use => new ResidentUse(At(use + 1), TimeSpan.FromSeconds(1), null, TimeSpan.Zero, $"t{use}", IsFailed: true))]));
        Assert.Equal((ResidencyView.MostEvents, 300), (many.Events.Length, many.EventCount));
        Assert.Equal(At(300), many.Events[0].Time);
    }

    private static ResidencyView View(params ResidencyLane[] lanes) => ResidencyView.Of([.. lanes], At(3600), s_hour, TimeZoneInfo.Utc);

    private static (string, double, double) Shape(LanePart part) => (part.Kind, Math.Round(part.Left, 3), Math.Round(part.Width, 3));
}
