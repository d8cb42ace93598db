using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Export;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>An endpoint that is wrong, down, slow or refusing: the standing says so, nobody waits for it, and it recovers.</summary>
[Collection("telemetry")]
public sealed class ExportServiceFailureTests
{
    [Fact]
    public async Task A_refusal_is_told_with_its_status_and_words_and_the_next_success_ends_it()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ApiKey = "wrong-key" } });
        rig.Receiver.RequiredKey = "right-key";
        var traceId = ExportRig.Emit("refused");

        var failing = await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, Blocked: 1 });
        Assert.Equal($"127.0.0.1:{rig.Receiver.Port} refused the spans: 401 Unauthorized — Invalid token. Phoenix does not know this API key: create one there under Settings → API keys", failing.LastError);
        Assert.NotNull(failing.LastFailure);
        Assert.Equal((1L, 0L, 0L, null), (failing.Waiting, failing.Exported, failing.Failed, failing.NextTry));
        Assert.Equal(TraceExportState.Waiting, rig.Pipeline.StateOf(traceId));
        Assert.Contains(rig.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("401 Unauthorized", StringComparison.Ordinal));
        Assert.DoesNotContain(rig.Log.Lines, line => line.Text.Contains("wrong-key", StringComparison.Ordinal));

        rig.Receiver.RequiredKey = null;
        ExportRig.Emit("taken");
        var healthy = await rig.WaitForStatusAsync(status => status.Exported == 2);
        Assert.Equal((ExportState.Healthy, 0L, 0L), (healthy.State, healthy.Failed, healthy.Blocked));
        Assert.Equal(["refused", "taken"], rig.Receiver.Spans.Select(static span => span.Name).Order());
    }

    [Theory]
    [InlineData(415)]
    [InlineData(422)]
    [InlineData(507)]
    [InlineData(301)]
    public async Task Every_refusal_turns_the_standing(int refusal)
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(refusal, "for a reason");
        ExportRig.Emit("refused");

        var status = await rig.WaitForStatusAsync(status => status.State == ExportState.Failing);
        Assert.StartsWith($"127.0.0.1:{rig.Receiver.Port} refused the spans: {refusal} ", status.LastError, StringComparison.Ordinal);
        Assert.EndsWith("for a reason", status.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_that_an_accepted_request_rejected_count_as_failed()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ScheduledDelayMilliseconds = 600_000 } });

        // ExportTraceServiceResponse { partial_success { rejected_spans: 2, error_message: "no" } }
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { ContentType = "application/x-protobuf", Body = [0x0A, 6, 0x08, 2, 0x12, 2, (byte)'n', (byte)'o'] };
        var traceIds = new[] { ExportRig.Emit("a"), ExportRig.Emit("b"), ExportRig.Emit("c") };
        rig.Settings.UpdateTelemetry(settings => settings with { Environment = "flushes" });

        var status = await rig.WaitForStatusAsync(status => status.Waiting == 0);
        Assert.Equal((1L, 2L, ExportState.Failing), (status.Exported, status.Failed, status.State));
        Assert.Equal($"127.0.0.1:{rig.Receiver.Port} accepted the request but rejected 2 spans — no", status.LastError);
        Assert.All(traceIds, traceId => Assert.Equal(TraceExportState.Failed, rig.Pipeline.StateOf(traceId)));
    }

    // The endpoint answers only after the test's end and the time limit is hours: whatever ends here has not waited for it.
    [Fact]
    public async Task Nobody_waits_for_an_endpoint_that_hangs()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Batch = settings.Batch with { MaxQueueSize = 20, MaxExportBatchSize = 5, ExportTimeoutMilliseconds = 600_000 },
        });
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        ExportRig.Emit("first");
        await rig.Receiver.WaitForRequestsAsync(1);
        for (var i = 0; i < 500; i++)
        {
            ExportRig.Emit("more");
        }

        for (var i = 0; i < 12; i++)
        {
            rig.Settings.UpdateTelemetry(settings => settings with { ServiceName = $"name-{i}" });
            ExportRig.Emit("further");
        }

        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 0.5 });
        rig.Settings.UpdateTelemetry(settings => settings with { Enabled = false });
        Assert.Equal(ExportState.Off, rig.Status.State);
    }

    [Fact]
    public async Task An_endpoint_that_hangs_is_told_of_after_ten_seconds_however_long_it_may_take()
    {
        var clock = new ManualTime();
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ExportTimeoutMilliseconds = 600_000 } }, clock);
        var release = new TaskCompletionSource();
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { After = release.Task };
        ExportRig.Emit("one");
        await rig.Receiver.WaitForRequestsAsync(1);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(ExportState.Idle, rig.Status.State);

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((ExportState.Failing, 1L), (rig.Status.State, rig.Status.Waiting));
        Assert.Equal($"No answer within 10 s from 127.0.0.1:{rig.Receiver.Port}", rig.Status.LastError);

        release.SetResult();
        await rig.Receiver.WaitForSpansAsync(1);
        await rig.WaitForStatusAsync(status => status.State == ExportState.Healthy);
    }

    [Fact]
    public async Task A_hanging_request_ends_at_its_time_limit()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { ExportTimeoutMilliseconds = 200 } });
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        ExportRig.Emit("one");

        // With so little time a busy machine may fail at something else first; then it is tried again.
        var status = await rig.WaitForStatusAsync(status => status.LastError == $"No answer within 0.2 s from 127.0.0.1:{rig.Receiver.Port}");
        Assert.Equal(ExportState.Failing, status.State);
    }

    [Fact]
    public async Task An_endpoint_where_nothing_ever_was_is_waited_for_and_is_no_failure()
    {
        await using var rig = await ExportRig.StartAsync();
        await rig.Receiver.StopAsync();
        ExportRig.Emit("early");

        var waiting = await rig.WaitForStatusAsync(status => status.State == ExportState.Waiting);
        Assert.Equal((1L, 0L), (waiting.Waiting, waiting.Failed));
        Assert.DoesNotContain(rig.Log.Lines, line => line.Level >= LogLevel.Warning);

        await rig.Receiver.RestartAsync();
        ExportRig.Emit("after");
        await rig.Receiver.WaitForAsync(span => span.Name == "early");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Healthy);
        Assert.Contains(rig.Log.Lines, line => line.Text == $"Spans reach {rig.Receiver.TracesUrl}");
    }

    [Fact]
    public async Task One_that_refused_once_was_there()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(401);
        ExportRig.Emit("refused");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Failing);
        await rig.Receiver.StopAsync();
        ExportRig.Emit("late");

        await rig.WaitForStatusAsync(status => status is { State: ExportState.Failing, LastError: ['C', 'o', 'n', 'n', ..] });
    }

    [Fact]
    public async Task A_dead_endpoint_is_told_of_and_recovers_when_it_comes_back()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Answered.Add(new Uri(rig.Receiver.TracesUrl));
        await rig.Receiver.StopAsync();
        ExportRig.Emit("lost or late");

        var failing = await rig.WaitForStatusAsync(status => status.State == ExportState.Failing);
        Assert.Equal($"Connection refused: nothing listens at 127.0.0.1:{rig.Receiver.Port}", failing.LastError);

        await rig.Receiver.RestartAsync();
        ExportRig.Emit("after");
        await rig.Receiver.WaitForAsync(span => span.Name == "after");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Healthy);
        Assert.Contains(rig.Log.Lines, line => line.Text == $"Spans reach {rig.Receiver.TracesUrl} again");
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_and_counted_and_the_counts_add_up()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Batch = settings.Batch with { MaxQueueSize = 10, MaxExportBatchSize = 4, ExportTimeoutMilliseconds = 600_000 },
        });
        var release = new TaskCompletionSource();
        rig.Receiver.Answer = OtlpReceiverAnswer.Ok with { After = release.Task };
        ExportRig.Emit("in flight");
        await rig.Receiver.WaitForRequestsAsync(1);
        var traceIds = Enumerable.Range(0, 25).Select(_ => ExportRig.Emit("one of many")).ToList();

        Assert.Equal((15L, 11L, 0L), (rig.Status.Dropped, rig.Status.Waiting, rig.Status.Exported));
        Assert.Equal(TraceExportState.Waiting, rig.Pipeline.StateOf(traceIds[9]));
        Assert.Equal(TraceExportState.Failed, rig.Pipeline.StateOf(traceIds[10]));

        release.SetResult();
        var status = await rig.WaitForStatusAsync(status => status.Waiting == 0);
        Assert.Equal((11L, 15L, 0L), (status.Exported, status.Dropped, status.Failed));
        Assert.Equal(11, rig.Receiver.Spans.Count);
    }

    [Fact]
    public async Task What_a_hanging_endpoint_still_holds_at_the_end_counts_as_failed()
    {
        var rig = await ExportRig.StartAsync(settings => settings with { Batch = settings.Batch with { MaxExportBatchSize = 3, ExportTimeoutMilliseconds = 600_000 } });
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        for (var i = 0; i < 10; i++)
        {
            ExportRig.Emit("never arrives");
        }

        await rig.Pipeline.StopAsync(CancellationToken.None);
        Assert.Equal((0L, 10L, 0L), (rig.Status.Exported, rig.Status.Failed, rig.Status.Waiting));
        Assert.Contains(rig.Log.Lines, line => line.Text.StartsWith("10 spans were given up", StringComparison.Ordinal));
        await rig.DisposeAsync();
    }
}
