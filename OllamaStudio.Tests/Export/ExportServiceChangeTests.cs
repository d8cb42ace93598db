using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Settings that change while spans are under way: in force at once, and no span lost or sent twice.</summary>
[Collection("telemetry")]
public sealed class ExportServiceChangeTests
{
    [Fact]
    public async Task A_changed_setting_is_in_the_next_span()
    {
        await using var rig = await ExportRig.StartAsync();
        ExportRig.Emit("before");
        rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = "renamed", Destination = settings.Destination with { ProjectName = "moved", ApiKey = "key" }, Environment = "production" });
        ExportRig.Emit("after");

        var before = await rig.Receiver.WaitForAsync(span => span.Name == "before");
        var after = await rig.Receiver.WaitForAsync(span => span.Name == "after");
        Assert.Equal(("ollama-client", "default"), (before.Resource["service.name"], before.Project));
        Assert.False(before.Headers.ContainsKey("authorization"));
        Assert.Equal(("renamed", "moved", "production"), (after.Resource["service.name"], after.Project, after.Resource["deployment.environment.name"]));
        Assert.Equal("Bearer key", after.Headers["authorization"]);
        Assert.Equal(before.Resource["service.instance.id"], after.Resource["service.instance.id"]);
    }

    [Fact]
    public async Task A_span_under_way_while_the_provider_is_replaced_arrives_in_the_new_name()
    {
        await using var rig = await ExportRig.StartAsync();
        Activity.Current = null;
        using (StudioDiagnostics.Source.StartActivity("long"))
        {
            rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = "renamed" });
        }

        Assert.Equal("renamed", (await rig.Receiver.WaitForAsync(span => span.Name == "long")).Resource["service.name"]);
    }

    [Fact]
    public async Task A_new_endpoint_gets_what_comes_after_and_the_old_one_what_came_before()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });
        await using var other = await OtlpReceiver.StartAsync();
        ExportRig.Emit("before");
        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { Endpoint = other.TracesUrl }, Batch = settings.Batch with { ScheduledDelayMilliseconds = 50 } });
        ExportRig.Emit("after");

        await rig.Receiver.WaitForAsync(span => span.Name == "before");
        await other.WaitForAsync(span => span.Name == "after");
        Assert.Single(rig.Receiver.Spans);
        Assert.Single(other.Spans);
        Assert.Equal(other.TracesUrl, rig.Status.Endpoint);
    }

    [Fact]
    public async Task Under_load_no_span_is_lost_or_sent_twice_while_settings_flip()
    {
        const int Producers = 8;
        const int Flips = 25;
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { MaxQueueSize = 1_000_000 } });
        var flipping = true;
        var producers = Enumerable.Range(0, Producers).Select(_ => Task.Run(async () =>
        {
            var made = new List<string>();
            while (Volatile.Read(ref flipping))
            {
                Activity.Current = null;
                using var span = StudioDiagnostics.Source.StartActivity("load")!;
                made.Add(span.SpanId.ToHexString());
                span.Dispose();
                do
                {
                    await Task.Yield();
                }
                while (rig.Status.Waiting > 1000 && Volatile.Read(ref flipping));
            }

            return made;
        })).ToList();

        for (var i = 0; i < Flips; i++)
        {
            rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = $"name-{i}" });
            await rig.Receiver.WaitForAsync(span => Equals(span.Resource["service.name"], $"name-{i}"));
        }

        Volatile.Write(ref flipping, false);
        var made = (await Task.WhenAll(producers)).SelectMany(ids => ids).ToList();
        await rig.StopAsync();
        var arrived = rig.Receiver.Spans.Select(span => span.SpanId).ToList();
        Assert.Equal(made.Order(), arrived.Order());
        var status = rig.Status;
        Assert.Equal((made.Count, 0L, 0L, 0L), (status.Exported, status.Failed, status.Dropped, status.Waiting));
    }

    [Fact]
    public async Task A_span_that_ends_while_one_route_takes_over_from_another_goes_to_the_new_one()
    {
        var plan = ExportPlan.From(new TelemetrySettings { Batch = new() { ScheduledDelayMilliseconds = 600_000 } });
        using var destination = new Destination(new AnsweredServers(new DataFolder("never made")), TimeProvider.System, NullLogger.Instance);
        using var router = new SpanRouter { Destinations = [destination] };
        destination.Use(plan);
        using var span = new Activity("span") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        destination.Route!.Retire(OtlpReceiver.Guard);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ending = Task.Run(() =>
        {
            begun.SetResult();
            router.OnEnd(span);
        });
        await begun.Task;
        destination.Use(plan);

        await ending.WaitAsync(OtlpReceiver.Guard);
        Assert.Equal(1, destination.Current.Waiting);
    }

    [Fact]
    public async Task What_was_replaced_lets_go_of_its_connections()
    {
        await using var rig = await ExportRig.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = $"name-{i}" });
            ExportRig.Emit($"span-{i}");
            await rig.Receiver.WaitForAsync(span => span.Name == $"span-{i}");
        }

        await rig.Receiver.WaitForConnectionsAsync(1).WaitAsync(TimeSpan.FromSeconds(20)); // idle ones would end after a minute
    }

    [Fact]
    public async Task Many_changes_at_once_end_with_the_last_one_in_force()
    {
        await using var rig = await ExportRig.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = $"name-{i}" }))));
        ExportRig.Emit("after");

        var span = await rig.Receiver.WaitForAsync(span => span.Name == "after");
        Assert.Equal(rig.Settings.Current.Telemetry.ServiceName, span.Resource["service.name"]);
    }

    [Fact]
    public async Task Off_sends_nothing_more_and_on_again_it_flows()
    {
        await using var rig = await ExportRig.StartAsync();
        ExportRig.Emit("before");
        Activity.Current = null;
        var underway = StudioDiagnostics.Source.StartActivity("under way");
        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false });
        underway?.Dispose();
        ExportRig.Emit("off");
        Assert.Equal(ExportState.Off, rig.Status.State);

        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = true });
        ExportRig.Emit("on");
        await rig.Receiver.WaitForAsync(span => span.Name == "on");
        await rig.Receiver.WaitForAsync(span => span.Name == "before");
        await rig.StopAsync();
        Assert.Equal(["before", "on"], rig.Receiver.Spans.Select(span => span.Name).Order());
    }

    [Fact]
    public async Task Started_off_it_says_nothing_of_an_endpoint_and_sends_nothing()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Enabled = false });
        ExportRig.Emit("off");

        Assert.Equal((ExportState.Off, ""), (rig.Status.State, rig.Status.Endpoint));
        Assert.Equal("Telemetry is off: spans stay in this process", Assert.Single(rig.Log.Lines).Text);
        await rig.Pipeline.StopAsync(CancellationToken.None);
        Assert.Equal(0, rig.Receiver.Requests);
    }

    [Fact]
    public async Task A_setting_that_does_not_concern_the_provider_leaves_it_alone()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Settings.Update(settings => settings with { Chat = new() { MaxConversationHistory = 3 } });
        rig.Settings.UpdateTelemetry(settings => settings with { Capture = CaptureLevel.Off, ResourceAttributes = settings.ResourceAttributes.ToBuilder().ToImmutable() });

        Assert.Single(rig.Log.Lines);
    }
}
