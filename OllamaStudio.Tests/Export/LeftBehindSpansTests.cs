using OllamaStudio.Core.Export;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What waits for one address goes to another only when a person says so, and nobody who saves waits for that.</summary>
[Collection("telemetry")]
public sealed class LeftBehindSpansTests
{
    [Fact]
    public async Task Sent_here_they_arrive_in_the_project_they_were_made_for()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "early-project" } });
        await using var right = await OtlpReceiver.StartAsync();
        await LeaveOneBehindAsync(rig, right);

        // What comes after arrives, and what came before does not.
        ExportRig.Emit("late");
        Assert.Equal("late-project", (await right.WaitForAsync(span => span.Name == "late")).Project);
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Exported: 1, Waiting: 1, LeftBehind.Spans: 1 });
        Assert.Single(right.Spans);

        rig.Pipeline.SendLeftBehind();
        var arrived = await right.WaitForAsync(span => span.Name == "early");
        Assert.Equal(("early-project", "Bearer key"), (arrived.Project, arrived.Headers["authorization"]));
        await rig.WaitForStatusAsync(status => status is { LeftBehind: null, Waiting: 0, Exported: 2 });
    }

    [Fact]
    public async Task Discarded_they_are_gone_and_counted()
    {
        await using var rig = await ExportRig.StartAsync();
        await using var right = await OtlpReceiver.StartAsync();
        await LeaveOneBehindAsync(rig, right);

        rig.Pipeline.DiscardLeftBehind();
        Assert.Equal((null, 0L, 1L), (rig.Status.LeftBehind, rig.Status.Waiting, rig.Status.Failed));
        await rig.Pipeline.StopAsync(CancellationToken.None);
        Assert.Equal(0, right.Requests);
    }

    [Fact]
    public async Task Unanswered_they_expire_as_all_else_does_after_three_days()
    {
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        await using var right = await OtlpReceiver.StartAsync();
        await LeaveOneBehindAsync(rig, right);
        Assert.Equal(clock.GetUtcNow() + Spool.MaxAge, rig.Status.LeftBehind!.Until);

        clock.Advance(Spool.MaxAge - TimeSpan.FromMinutes(1));
        Assert.Equal((1L, 0L), (rig.Status.Waiting, rig.Status.Failed));
        clock.Advance(TimeSpan.FromMinutes(1));
        await rig.WaitForStatusAsync(status => status is { LeftBehind: null, Waiting: 0, Failed: 1 });
        Assert.Equal((0L, 1L), (rig.Pipeline.Books.Destinations[0].Refused, rig.Pipeline.Books.Destinations[0].Expired));
        Assert.Equal(0, right.Requests);
    }

    [Fact]
    public async Task The_old_address_again_gets_them_without_a_word()
    {
        await using var rig = await ExportRig.StartAsync();
        await using var other = await OtlpReceiver.StartAsync();
        await LeaveOneBehindAsync(rig, other);

        await rig.Receiver.RestartAsync();
        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { Endpoint = rig.Receiver.TracesUrl } });
        await rig.Receiver.WaitForAsync(span => span.Name == "early");
        await rig.WaitForStatusAsync(status => status is { LeftBehind: null, Waiting: 0, Exported: 1 });
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task A_new_key_for_the_same_address_needs_no_word()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });

        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { ApiKey = "key" } });
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        Assert.Equal("Bearer key", (await rig.Receiver.WaitForAsync(span => span.Name == "early")).Headers["authorization"]);
    }

    [Fact]
    public async Task What_a_hanging_address_holds_up_is_left_behind_too()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { MaxExportBatchSize = 2, ExportTimeoutMilliseconds = 300 } });
        await using var right = await OtlpReceiver.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        for (var i = 0; i < 7; i++)
        {
            ExportRig.Emit("early");
        }

        await rig.Receiver.WaitForRequestsAsync(1);
        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { Endpoint = right.TracesUrl } });
        await rig.WaitForStatusAsync(status => status is { LeftBehind.Spans: 7, Waiting: 7, Failed: 0 });
        Assert.Equal(0, right.Requests);

        rig.Pipeline.SendLeftBehind();
        await right.WaitForSpansAsync(7);
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Exported: 7, Waiting: 0, Failed: 0 });
    }

    private static async Task LeaveOneBehindAsync(ExportRig rig, OtlpReceiver other)
    {
        await rig.Receiver.StopAsync();
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Waiting, Waiting: 1, NextTry: not null });
        rig.Settings.UpdateTelemetry(settings => settings with
        {
            Destination = settings.Destination with { Endpoint = other.TracesUrl, ProjectName = "late-project", ApiKey = "key" },
        });
        var left = (await rig.WaitForStatusAsync(status => status.LeftBehind is not null)).LeftBehind!;
        Assert.Equal((1, rig.Receiver.TracesUrl), (left.Spans, Assert.Single(left.Addresses)));
    }
}
