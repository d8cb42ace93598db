using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
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
    [InlineData(522)]
    [InlineData(530)]
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
    public async Task Spans_are_told_as_exported_once_the_endpoint_has_taken_them_at_the_first_try_or_a_later_one()
    {
        await using var rig = await ExportRig.StartAsync(time: new PauseClock());
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Failing);
        Assert.Empty(rig.Exported);

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        ExportRig.Emit("late");
        await rig.WaitForStatusAsync(status => status.Exported == 2);
        Assert.Equal(
            rig.Receiver.Spans.Select(static span => (span.TraceId, span.SpanId)).Order(),
            rig.Exported.Order());
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
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { Compression = DestinationCompression.Gzip } }, clock);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.Receiver.WaitForRequestsAsync(1);
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        await clock.FireAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("gzip", (await rig.Receiver.WaitForAsync(span => span.Name == "one")).Headers["content-encoding"]);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Sun, 01 Mar 2026 12:02:00 GMT", 120)]
    [InlineData("86400", 300)]
    public async Task An_endpoint_that_asks_to_be_left_alone_is_for_five_minutes_at_most(string retryAfter, int seconds)
    {
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(429) with { RetryAfter = retryAfter };
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status.NextTry is not null);
        Assert.Equal(TimeSpan.FromSeconds(seconds), rig.Status.NextTry - clock.GetUtcNow());

        // Neither what comes meanwhile goes out, nor the early one by a shorter pause.
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        ExportRig.Emit("late");
        clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = "flushes" });
        await rig.WaitForStatusAsync(status => status.Waiting == 2);
        Assert.Equal(1, rig.Receiver.Requests);

        clock.Advance(TimeSpan.FromSeconds(1));
        await rig.Receiver.WaitForSpansAsync(2);
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Waiting: 0, NextTry: null });
    }

    [Fact]
    public async Task A_person_need_not_wait_for_the_next_try()
    {
        await using var rig = await ExportRig.StartAsync(time: new PauseClock());
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503) with { RetryAfter = "120" };
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status.NextTry is not null);

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        rig.Pipeline.TryNow();
        await rig.Receiver.WaitForAsync(span => span.Name == "early");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Healthy, Waiting: 0, NextTry: null });
    }

    [Fact]
    public async Task A_test_span_that_arrives_sends_what_was_kept()
    {
        await using var rig = await ExportRig.StartAsync(time: new PauseClock());
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("early");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        await rig.Receiver.WaitForAsync(span => span.Name == "early");
        Assert.Equal(ExportState.Healthy, rig.Status.State);
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
    public async Task What_is_refused_for_good_the_second_time_waits_for_a_change()
    {
        var clock = new PauseClock();
        await using var rig = await ExportRig.StartAsync(time: clock);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });

        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(422, "not a span");
        await clock.FireAsync(TimeSpan.FromSeconds(1));
        var status = await rig.WaitForStatusAsync(status => status is { Failed: 0, Waiting: 1, Blocked: 1, NextTry: null });
        Assert.Contains("422 Unprocessable", status.LastError, StringComparison.Ordinal);
        Assert.EndsWith("— not a span", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_keeps_what_was_held_and_sends_it_when_it_is_on_again()
    {
        await using var rig = await ExportRig.StartAsync(time: new PauseClock());
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        ExportRig.Emit("one");
        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Waiting: 1 });
        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false });

        await rig.WaitForStatusAsync(status => status is { State: ExportState.Off, Waiting: 1, Failed: 0, NextTry: null });
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        rig.Pipeline.TryNow();
        Assert.Empty(rig.Receiver.Spans);

        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = true });
        await rig.WaitForStatusAsync(status => status is { Waiting: 0, Exported: 1 });
    }
}
