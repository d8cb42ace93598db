using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Alerts;

namespace OllamaStudio.Tests.Insights.Alerts;

public sealed class AlertServiceTests
{
    [Fact]
    public async Task An_alert_begins_once_its_figure_held_and_is_over_by_itself()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(18);
        rig.Turns(2, SpanStatus.Error);

        rig.Pass(1);
        Assert.Equal((AlertState.Pending, 10.0, 20, "chat"), (rig[AlertKind.Errors].State, rig[AlertKind.Errors].Value, rig[AlertKind.Errors].Count, rig[AlertKind.Errors].Source));
        Assert.Empty(rig.Alerts.Current.History);

        rig.Pass(4.5);
        Assert.Equal(AlertState.Firing, rig[AlertKind.Errors].State);
        var began = Assert.Single(rig.Alerts.Current.History);
        Assert.Equal(("errors", "chat", 10.0, 5.0, 15, (DateTimeOffset?)null), (began.Rule, began.Source, began.Value, began.Threshold, began.WindowMinutes, began.Ended));

        // The window is empty after 15 minutes, and must stay so for 5.
        rig.Pass(13);
        Assert.Equal(AlertState.Firing, rig[AlertKind.Errors].State);
        rig.Pass(3);
        Assert.Equal(AlertState.Few, rig[AlertKind.Errors].State);
        Assert.Equal(0, rig.Alerts.Current.FiringCount);
        Assert.NotNull(Assert.Single(rig.Alerts.Current.History).Ended);
    }

    [Theory]
    [InlineData(19, AlertState.Few)]
    [InlineData(20, AlertState.Firing)]
    public async Task Of_too_few_turns_nothing_is_said(int turns, AlertState state)
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(turns, SpanStatus.Error);

        rig.Pass(6);

        Assert.Equal(state, rig[AlertKind.Errors].State);
    }

    [Fact]
    public async Task What_fails_at_the_gateway_does_not_hide_among_many_chats_and_the_lab_is_not_counted()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(1_000);
        rig.Turns(20, SpanStatus.Error, source: "gateway");
        rig.Turns(100, SpanStatus.Error, source: "lab");

        rig.Pass(6);

        Assert.Equal((AlertState.Firing, "gateway", 100.0, 20), (rig[AlertKind.Errors].State, rig[AlertKind.Errors].Source, rig[AlertKind.Errors].Value, rig[AlertKind.Errors].Count));
        Assert.Single(rig.Alerts.Current.History);
    }

    [Fact]
    public async Task While_one_source_has_an_alert_another_ones_begins_and_ends_as_its_own()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(20, SpanStatus.Error);
        rig.Pass(6);
        rig.Turns(16);
        rig.Pass(2);
        rig.Turns(4, SpanStatus.Error, source: "gateway");
        rig.Turns(16, source: "gateway");
        rig.Pass(6);

        Assert.Equal([("gateway", 20.0), ("chat", 100.0)], rig.Alerts.Current.History.Select(static entry => (entry.Source, entry.Value)));
        Assert.All(rig.Alerts.Current.History, static entry => Assert.Null(entry.Ended));
        Assert.Equal((AlertState.Firing, "chat", 1), (rig[AlertKind.Errors].State, rig[AlertKind.Errors].Source, rig.Alerts.Current.FiringCount));

        // The chat's failures are out of the window first. What is left of both outlives a restart.
        rig.Pass(8);
        Assert.Equal([null, "chat"], rig.Alerts.Current.History.Select(static entry => entry.Ended is null ? null : entry.Source));
        Assert.Equal((AlertState.Firing, "gateway", 20.0), (rig[AlertKind.Errors].State, rig[AlertKind.Errors].Source, rig[AlertKind.Errors].Value));
        await rig.Studio.Writer.FlushAsync();
        await rig.RestartAsync();
        rig.Pass(20);
        Assert.All(rig.Alerts.Current.History, static entry => Assert.NotNull(entry.Ended));
        Assert.Equal(2, rig.Alerts.Current.History.Length);
    }

    [Theory]
    [InlineData(5, 0)] // never long enough beyond its limit
    [InlineData(0, 1)] // at once; but it is over only after a minute within it
    public async Task A_figure_that_flaps_makes_no_storm(int holdMinutes, int alerts)
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(20, SpanStatus.Error);
        var rule = AlertKind.Errors.Default with { HoldMinutes = holdMinutes };

        for (var time = 0; time < 40; time++)
        {
            rig.Change(rule with { Threshold = time % 2 == 0 ? 5 : 100 });
            rig.Pass(0.2);
        }

        Assert.Equal(alerts, rig.Alerts.Current.History.Length);
    }

    [Fact]
    public async Task A_restart_ends_no_alert_begins_none_anew_and_knows_the_window()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(40, SpanStatus.Error, isStored: true);
        rig.Pass(6);
        var began = Assert.Single(rig.Alerts.Current.History);
        await rig.Studio.Writer.FlushAsync();

        await rig.RestartAsync();

        Assert.Equal(AlertState.Firing, rig[AlertKind.Errors].State);
        Assert.Equal(40, rig[AlertKind.Errors].Count);
        Assert.Equal(began, Assert.Single(rig.Alerts.Current.History));
        rig.Pass(20);
        Assert.NotNull(Assert.Single(rig.Alerts.Current.History).Ended);

        await rig.RestartAsync();
        Assert.NotNull(Assert.Single(rig.Alerts.Current.History).Ended);
        rig.Turns(40, SpanStatus.Error);
        rig.Pass(6);
        Assert.Equal(2, rig.Alerts.Current.History.Length);
    }

    [Fact]
    public async Task A_rule_that_is_switched_off_has_no_alert_and_another_limit_holds_at_once()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Turns(40, SpanStatus.Error);
        rig.Pass(6);

        rig.Change(AlertKind.Errors.Default with { Enabled = false });
        Assert.Equal(AlertState.Off, rig[AlertKind.Errors].State);
        Assert.NotNull(Assert.Single(rig.Alerts.Current.History).Ended);

        rig.Change(AlertKind.Errors.Default with { Threshold = 100, HoldMinutes = 0 });
        Assert.Equal(AlertState.Fine, rig[AlertKind.Errors].State);
        rig.Change(AlertKind.Errors.Default with { Threshold = 99, HoldMinutes = 0 });
        Assert.Equal(AlertState.Firing, rig[AlertKind.Errors].State);
    }

    [Fact]
    public async Task Where_nothing_happens_nothing_runs()
    {
        await using var rig = await AlertRig.StartAsync();
        Assert.Equal(0, rig.Time.TimerCount);

        rig.Turns(1);
        Assert.Equal(1, rig.Time.TimerCount);
        rig.Pass(AlertSettingDefinitions.MostMinutes + 1);

        Assert.Equal(0, rig.Time.TimerCount);
    }

    [Fact]
    public async Task Of_very_many_alerts_the_oldest_go()
    {
        await using var rig = await AlertRig.StartAsync();
        var store = new AlertStore(rig.Studio.Store.Database, rig.Studio.Store.Writer);
        for (var id = 1; id <= IAlertStore.Most + 2; id++)
        {
            await store.SaveAsync(new AlertEntry(id, "errors", "chat", rig.Time.GetUtcNow(), rig.Time.GetUtcNow(), 10, 10, 5, 15));
        }

        var kept = store.Read();

        Assert.Equal((IAlertStore.Most, IAlertStore.Most + 2, 3), (kept.Length, kept[0].Id, kept[^1].Id));
    }

    private static ExportBooks Books(params (string Id, long Sent, long Waiting)[] destinations) => new()
    {
        Destinations = [.. destinations.Select(static one => new DestinationBooks { Id = one.Id, Sent = one.Sent, Accepted = one.Sent, Waiting = one.Waiting })],
    };

    [Fact]
    public void Beyond_the_bound_the_oldest_samples_go_and_that_is_said()
    {
        var time = new Support.ManualTime();
        var samples = new AlertSamples(time);
        for (var i = 0; i <= AlertSamples.Most; i++)
        {
            samples.Add(new AlertSample(time.GetUtcNow(), "chat", AlertSampleKind.Turn, AlertOutcome.Good, i));
        }

        Assert.Equal((AlertSamples.Most, 1.0, true), (samples.Read().Length, samples.Read()[0].Seconds, samples.IsCut));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(samples.Read());
        Assert.False(samples.IsCut);
    }
}
