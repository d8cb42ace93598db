using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>"Send test span": what a person is told, against each kind of endpoint.</summary>
[Collection("telemetry")]
public sealed class TestSpanSenderTests
{
    [Fact]
    public async Task Phoenix_that_stored_the_span_is_proven_by_reading_it_back()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "my project", ApiKey = "key" }, ServiceName = "mine" });
        rig.Receiver.IsPhoenix = true;
        rig.Receiver.RequiredKey = "key";

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        var span = Assert.Single(rig.Receiver.Spans);
        Assert.Equal(new TestExportResult(TestExportOutcome.Stored, "Stored: Phoenix has the span in project “my project”.", span.TraceId, 200), result);
        Assert.Equal(("studio.test_span", "my project", "mine"), (span.Name, span.Project, span.Resource["service.name"]));
        Assert.Equal("CHAIN", span.Attributes["openinference.span.kind"]);
    }

    [Fact]
    public async Task Phoenix_that_forgets_the_span_is_found_out()
    {
        var clock = new ManualTime();
        var betweenLooks = TimeSpan.FromMilliseconds(400);
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.IsPhoenix = true;
        receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
        var sending = new TestSpanSender(clock).SendAsync(new TelemetrySettings(), new() { Endpoint = receiver.TracesUrl }, null, CancellationToken.None);
        while (!sending.IsCompleted)
        {
            await Task.WhenAny(clock.WaitForTimerAsync(betweenLooks), sending);
            clock.Advance(betweenLooks);
        }

        var result = await sending;
        Assert.Equal((TestExportOutcome.NotStored, (int?)200), (result.Outcome, result.StatusCode));
        Assert.Contains("does not show the span in project “default” yet", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Phoenix_that_keeps_its_spans_to_itself_has_accepted()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.IsPhoenix = true;
        rig.Receiver.CanReadBack = false;

        Assert.Equal(TestExportOutcome.Accepted, (await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Another_endpoint_has_accepted_and_the_batch_knows_nothing_of_it()
    {
        await using var rig = await ExportRig.StartAsync();
        using var feed = new SpanFeed(TimeProvider.System);
        using var panel = new SpanListener(feed);

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal((TestExportOutcome.Accepted, (int?)200), (result.Outcome, result.StatusCode));
        Assert.Equal("studio.test_span", Assert.Single(rig.Receiver.Spans).Name);
        Assert.Equal((ExportState.Idle, 0L, 0), (rig.Status.State, rig.Status.Exported, feed.SpanCount));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("20")]
    public async Task A_receiver_that_answers_200_to_any_path_is_not_Phoenix(string page)
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.IsPhoenix = true;
        rig.Receiver.Version = page;

        Assert.Equal(TestExportOutcome.Accepted, (await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task A_failed_test_and_the_standing_say_the_same()
    {
        await using var rig = await ExportRig.StartAsync();
        ExportRig.Emit("arrives");
        await rig.WaitForStatusAsync(status => status.State == ExportState.Healthy);
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(507, "disk full");

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal((ExportState.Failing, result.Message), (rig.Status.State, rig.Status.LastError + "."));

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal((ExportState.Healthy, 1L), (rig.Status.State, rig.Status.Exported));
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_status()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ApiKey = "wrong" } });
        rig.Receiver.RequiredKey = "right";

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal((TestExportOutcome.Refused, (int?)401), (result.Outcome, result.StatusCode));
        Assert.Equal($"127.0.0.1:{rig.Receiver.Port} refused the spans: 401 Unauthorized — Invalid token. Phoenix does not know this API key: create one there under Settings → API keys.", result.Message);
    }

    [Fact]
    public async Task Where_nothing_listens_that_is_said()
    {
        await using var rig = await ExportRig.StartAsync();
        await rig.Receiver.StopAsync();

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal((TestExportOutcome.Unreachable, (int?)null), (result.Outcome, result.StatusCode));
        Assert.StartsWith($"Connection refused: nothing listens at 127.0.0.1:{rig.Receiver.Port}.", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_no_http_is_told_of()
    {
        await using var server = new RawServer((stream, cancellationToken) => stream.WriteAsync("SSH-2.0-OpenSSH\r\n\r\n"u8.ToArray(), cancellationToken).AsTask());

        var result = await new TestSpanSender(TimeProvider.System)
            .SendAsync(new TelemetrySettings(), new() { Endpoint = $"{server.Endpoint.BaseAddress}v1/traces" }, null, CancellationToken.None);
        Assert.Equal(1, server.Connections);
        Assert.Equal(TestExportOutcome.Unreachable, result.Outcome);
    }

    [Fact]
    public async Task Export_that_is_off_sends_nothing()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Enabled = false });

        Assert.Equal(TestExportOutcome.Off, (await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None)).Outcome);
        Assert.Equal(0, rig.Receiver.Requests);
    }

    [Fact]
    public async Task An_endpoint_that_is_none_is_told_of()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { Endpoint = "localhost:6006" } });

        var result = await rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, CancellationToken.None);
        Assert.Equal(
            new TestExportResult(TestExportOutcome.Unreachable, "Nothing was sent: the traces endpoint is not an absolute http or https URL.", null, null),
            result);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_for_an_endpoint_that_hangs()
    {
        await using var rig = await ExportRig.StartAsync();
        rig.Receiver.Answer = OtlpReceiverAnswer.Hang;
        using var cancellation = new CancellationTokenSource();
        var sending = rig.Pipeline.SendTestSpanAsync(DestinationSettings.FirstId, cancellation.Token);
        await rig.Receiver.WaitForRequestsAsync(1);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(OtlpReceiver.Guard));
    }
}
