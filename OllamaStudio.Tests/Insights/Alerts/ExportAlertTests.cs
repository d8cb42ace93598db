using OllamaStudio.Core.Export;
using OllamaStudio.Core.Insights.Alerts;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Insights.Alerts;

/// <summary>The alert of an export that nobody takes.</summary>
public sealed class ExportAlertTests
{
    [Fact]
    public async Task Spans_that_wait_for_five_minutes_without_a_success_are_an_alert_where_something_is_set_up()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Export.Books = Books(("phoenix", 0, 10));
        rig.Export.Set(new() { State = ExportState.Waiting, Endpoint = "http://localhost:6006/v1/traces", IsPreset = true });
        rig.Pass(30);
        Assert.Equal(AlertState.Few, rig[AlertKind.Export].State);

        rig.Export.Set(new() { State = ExportState.Failing, Endpoint = "http://localhost:6006/v1/traces" });
        rig.Pass(5);
        Assert.Equal(AlertState.Fine, rig[AlertKind.Export].State);
        rig.Pass(1);
        Assert.Equal((AlertState.Firing, "http://localhost:6006/v1/traces"), (rig[AlertKind.Export].State, rig[AlertKind.Export].Source));

        rig.Export.Books = Books(("phoenix", 1, 9));
        rig.Export.Set(new() { State = ExportState.Healthy });
        rig.Pass(3);
        Assert.Equal(AlertState.Fine, rig[AlertKind.Export].State);
    }

    [Fact]
    public async Task An_address_that_somebody_set_and_where_nothing_ever_listened_is_an_alert()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Export.Books = Books(("phoenix", 0, 10));
        rig.Export.Set(new() { State = ExportState.Waiting, Endpoint = "http://localhost:6060/v1/traces" });
        rig.Pass(6);

        Assert.Equal((AlertState.Firing, "http://localhost:6060/v1/traces"), (rig[AlertKind.Export].State, rig[AlertKind.Export].Source));
    }

    [Fact]
    public async Task What_turns_out_to_be_missing_is_no_lack_of_success_and_what_is_stuck_waits_for_nothing()
    {
        await using var rig = await AlertRig.StartAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            // Each minute ten are accepted, and of those before as many turn out to be lost, and wait again.
            rig.Export.Books = new() { Destinations = [new() { Id = "phoenix", Sent = 100 - minute, Accepted = 100 + (10 * minute), Waiting = 1 + minute }] };
            rig.Export.Set(new() { State = ExportState.Healthy, Endpoint = "http://localhost:6006/v1/traces" });
            rig.Pass(1);
        }

        Assert.NotEqual(AlertState.Firing, rig[AlertKind.Export].State);
        rig.Export.Books = new() { Destinations = [new() { Id = "phoenix", Sent = 200, Accepted = 200, Waiting = 8, Blocked = 8, Stuck = 8 }] };
        rig.Export.Set(new() { State = ExportState.Failing, Endpoint = "http://localhost:6006/v1/traces" });
        rig.Pass(10);
        Assert.Empty(rig.Alerts.Current.History);
    }

    [Fact]
    public async Task Metrics_that_are_refused_for_five_minutes_are_an_alert_though_spans_arrive()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Export.Books = Books(("collector", 10, 0));
        Refuse(0);
        rig.Pass(4);
        Assert.Equal(AlertState.Fine, rig[AlertKind.Export].State);
        Refuse(4);
        rig.Pass(2);
        Assert.Equal((AlertState.Firing, "http://localhost:4318/v1/metrics"), (rig[AlertKind.Export].State, rig[AlertKind.Export].Source));

        rig.Export.Signals["collector"] = [new(TelemetrySignal.Metrics) { State = ExportState.Healthy, Sent = 1 }];
        rig.Export.Set(rig.Export.Current);
        rig.Pass(3);
        Assert.Equal(AlertState.Few, rig[AlertKind.Export].State);

        void Refuse(long failed)
        {
            rig.Export.Signals["collector"] = [new(TelemetrySignal.Metrics) { State = ExportState.Failing, Endpoint = "http://localhost:4318/v1/metrics", Failed = failed }];
            rig.Export.Set(new() { State = ExportState.Healthy, Endpoint = "http://localhost:4318/v1/traces" });
        }
    }

    [Fact]
    public async Task Spans_and_metrics_that_go_to_one_address_are_one_alert()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Export.Books = Books(("phoenix", 0, 10), ("collector", 0, 1));
        rig.Export.Statuses["collector"] = new() { State = ExportState.Failing, Endpoint = "http://localhost:4317" };
        rig.Export.Signals["collector"] = [new(TelemetrySignal.Metrics) { State = ExportState.Failing, Endpoint = "http://localhost:4317", Failed = 1 }];
        rig.Export.Set(new() { State = ExportState.Failing, Endpoint = "http://localhost:6006/v1/traces" });
        rig.Pass(6);

        Assert.Equal(["http://localhost:4317", "http://localhost:6006/v1/traces"], rig.Alerts.Current.History.Select(static entry => entry.Source).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_destinations_that_take_none_are_two_alerts()
    {
        await using var rig = await AlertRig.StartAsync();
        rig.Export.Books = Books(("phoenix", 0, 10), ("collector", 0, 1));
        rig.Export.Statuses["collector"] = new() { State = ExportState.Failing, Endpoint = "http://localhost:4318/v1/traces" };
        rig.Export.Set(new() { State = ExportState.Failing, Endpoint = "http://localhost:6006/v1/traces" });
        rig.Pass(6);
        Assert.Equal(["http://localhost:4318/v1/traces", "http://localhost:6006/v1/traces"], rig.Alerts.Current.History.Select(static entry => entry.Source).Order(StringComparer.Ordinal));

        rig.Export.Books = Books(("phoenix", 0, 10), ("collector", 1, 0));
        rig.Export.Set(rig.Export.Current);
        rig.Pass(3);
        Assert.Equal("http://localhost:6006/v1/traces", Assert.Single(rig.Alerts.Current.History, static entry => entry.Ended is null).Source);
    }

    [Fact]
    public async Task A_destination_that_takes_spans_does_not_hide_one_that_takes_none()
    {
        await using var rig = await AlertRig.StartAsync();

        rig.Export.Statuses["collector"] = new() { State = ExportState.Failing, Endpoint = "http://localhost:4318/v1/traces" };
        for (var minute = 0; minute < 8; minute++)
        {
            rig.Export.Books = Books(("phoenix", minute, 3), ("collector", 7, minute + 1));
            rig.Export.Set(new() { State = ExportState.Healthy });
            rig.Pass(1);
        }

        Assert.Equal((AlertState.Firing, "http://localhost:4318/v1/traces"), (rig[AlertKind.Export].State, rig[AlertKind.Export].Source));
    }

    private static ExportBooks Books(params (string Id, long Sent, long Waiting)[] destinations) => new()
    {
        Destinations = [.. destinations.Select(static one => new DestinationBooks { Id = one.Id, Sent = one.Sent, Accepted = one.Sent, Waiting = one.Waiting })],
    };
}
