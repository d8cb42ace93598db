using OllamaStudio.Core.Export;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>What an endpoint cannot take for the moment arrives later, and counts as waiting until then.</summary>
[Collection("telemetry")]
public sealed class RetryQueueTests
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task An_overloaded_endpoint_gets_the_spans_again_with_the_next_that_it_takes(int status)
    {
        await using var rig = await ExportRig.StartAsync(time: new PauseClock());
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(status);
        var early = ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Failing);
        Assert.Equal((1L, 0L), (rig.Status.Waiting, rig.Status.Failed));
        Assert.Equal(TraceExportState.Waiting, rig.Pipeline.StateOf(early));

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        ExportRig.Emit("late");
        var arrived = await rig.Receiver.WaitForAsync(span => span.Name == "early");
        Assert.Equal(early, arrived.TraceId);
        Assert.Equal(("default", "ollama-client"), (arrived.Headers["x-project-name"], arrived.Resource["service.name"]));
        await rig.WaitForStatusAsync(status => status.Exported == 2);
        Assert.Equal((ExportState.Healthy, 0L, 0L), (rig.Status.State, rig.Status.Waiting, rig.Status.Failed));
        Assert.Equal(TraceExportState.Exported, rig.Pipeline.StateOf(early));
        Assert.Equal(2, rig.Receiver.Spans.Count);
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_gets_the_spans_without_any_new_one()
    {
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        await rig.Receiver.StopAsync();
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Waiting, Waiting: 1 });

        await clock.FireAsync(TimeSpan.FromSeconds(1));
        await clock.FireAsync(TimeSpan.FromSeconds(2));
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(4));
        await rig.Receiver.RestartAsync();
        clock.Advance(TimeSpan.FromSeconds(4));
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Exported: 1, Waiting: 0 });
        Assert.Equal("one", Assert.Single(rig.Receiver.Spans).Name);
    }

    [Fact]
    public async Task A_compressed_request_is_sent_again_as_it_was()
    {
        using var compression = new EnvironmentVariable("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip");
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.Receiver.WaitForRequestsAsync(1);
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        await clock.FireAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("gzip", (await rig.Receiver.WaitForAsync(span => span.Name == "one")).Headers["content-encoding"]);
    }

    [Fact]
    public async Task A_corrected_address_gets_what_the_wrong_one_could_not_take()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "early-project" } });
        await using var right = await OtlpReceiver.StartAsync();
        await rig.Receiver.StopAsync();
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Waiting, Waiting: 1 });

        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { Endpoint = right.TracesUrl, ProjectName = "late-project", ApiKey = "key" } });
        var arrived = await right.WaitForAsync(span => span.Name == "early");
        Assert.Equal(("early-project", "Bearer key"), (arrived.Project, arrived.Headers["authorization"]));
    }

    [Fact]
    public async Task What_waits_for_a_hanging_address_goes_to_the_corrected_one()
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
        await right.WaitForSpansAsync(7);
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Exported: 7, Waiting: 0, Failed: 0 });
    }

    [Fact]
    public async Task Beyond_64_requests_the_oldest_is_given_up()
    {
        await using var rig = await ExportRig.StartAsync(
            settings => settings with { Batch = settings.Batch with { MaxExportBatchSize = 1, ScheduledDelayMilliseconds = 50 } },
            new PauseClock());
        await rig.Receiver.StopAsync();
        var traceIds = Enumerable.Range(0, 70).Select(_ => ExportRig.Emit("one")).ToList();

        await rig.WaitForStatusAsync(status => status.Failed == 6);
        Assert.Equal((64L, 0L), (rig.Status.Waiting, rig.Status.Exported));
        Assert.Equal([.. Enumerable.Repeat(TraceExportState.Failed, 6), TraceExportState.Waiting], traceIds.Take(7).Select(rig.Pipeline.StateOf));
    }

    [Fact]
    public async Task What_is_refused_for_good_the_second_time_has_failed()
    {
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });

        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(422, "not a span");
        await clock.FireAsync(TimeSpan.FromSeconds(1));
        var status = await rig.WaitForStatusAsync(status => status is { Failed: 1, Waiting: 0 });
        Assert.Contains("422 Unprocessable", status.LastError, StringComparison.Ordinal);
        Assert.EndsWith("— not a span", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_gives_up_what_was_held()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });
        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false });

        await rig.WaitForStatusAsync(status => status is { State: ExportState.Off, Waiting: 0, Failed: 1 });
        Assert.Contains(rig.Log.Lines, line => line.Text.StartsWith("1 spans were given up", StringComparison.Ordinal));
    }
}
