#pragma warning disable CA1848, CA1873, CA2254 // what is logged here is made up, template and all
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Export.Push;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export.Push;

/// <summary>Metrics and logs on their way to a receiver, from instrument and logger to what is on the wire.</summary>
[Collection("telemetry")]
public sealed class PushTests
{
    [Theory]
    [InlineData(DestinationProtocol.HttpProtobuf, DestinationCompression.None)]
    [InlineData(DestinationProtocol.HttpProtobuf, DestinationCompression.Gzip)]
    [InlineData(DestinationProtocol.Grpc, DestinationCompression.None)]
    [InlineData(DestinationProtocol.Grpc, DestinationCompression.Gzip)]
    public async Task Both_arrive_whole(DestinationProtocol protocol, DestinationCompression compression)
    {
        await using var receiver = await SignalReceiver.StartAsync(protocol is DestinationProtocol.Grpc);
        await using var rig = await PushRig.StartAsync(
            receiver.Address + (protocol is DestinationProtocol.Grpc ? "" : "/v1/traces"),
            it => it with { Protocol = protocol, Compression = compression, ApiKey = "the-key" },
            static telemetry => telemetry with { ServiceName = "pushed" });
        string traceId, spanId;
        using (var span = new Activity("a turn").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            (traceId, spanId) = (span.TraceId.ToHexString(), span.SpanId.ToHexString());
            rig.Logger().LogWarning(new InvalidOperationException("it broke for me@example.com"), "{Count} of {What} failed", 3, "sk-abcdefghijklmnopqrstuvwx");
        }

        await receiver.WaitAsync(() => receiver.Lines.Any(static line => line.Text.Contains("failed", StringComparison.Ordinal)) && receiver.Metrics.Any(static one => PointOf(one) is not null));

        var line = receiver.Lines.First(static line => line.Text.Contains("failed", StringComparison.Ordinal));
        var shown = rig.Log.Lines.First(static line => line.Level is LogLevel.Warning);
        Assert.Equal((shown.Message, "OllamaStudio.Some.Type", traceId, spanId, "pushed"), (line.Text, line.Scope, line.TraceId, line.SpanId, line.Resource["service.name"]));
        Assert.StartsWith("Warn", line.Severity, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", line.Attributes["exception.type"]);
        Assert.Equal(shown.ExceptionMessage, line.Attributes["exception.message"]);
        var bytes = System.Text.Encoding.UTF8.GetString(line.Whole);
        Assert.DoesNotContain("sk-abc", bytes, StringComparison.Ordinal);
        Assert.DoesNotContain("me@example.com", bytes, StringComparison.Ordinal);

        var metric = receiver.Metrics.First(static one => PointOf(one) is not null);
        Assert.Equal((StudioDiagnostics.Name, "pushed", 2), (metric.Scope, metric.Resource["service.name"], metric.Temporality));
        Assert.Equal(1, PointOf(metric)!.Value.Value);
        foreach (var (signal, path, headers) in receiver.Requests)
        {
            Assert.Equal("Bearer the-key", headers["Authorization"]);
            Assert.Equal(compression is DestinationCompression.Gzip, (headers.GetValueOrDefault("Content-Encoding") ?? headers.GetValueOrDefault("grpc-encoding")) is not null);
            Assert.Equal(protocol is DestinationProtocol.Grpc ? $"/opentelemetry.proto.collector.{signal}.v1.{(signal == "logs" ? "Logs" : "Metrics")}Service/Export" : $"/v1/{signal}", path);
        }

        await rig.WaitForAsync(TelemetrySignal.Metrics, static status => status is { State: ExportState.Healthy, Sent: > 0, Failed: 0, LastError: null });
        await rig.WaitForAsync(TelemetrySignal.Logs, static status => status is { State: ExportState.Healthy, Sent: > 0, Failed: 0, LastError: null });
    }

    [Fact]
    public async Task Nothing_goes_where_it_is_not_chosen_or_to_a_kind_that_takes_none()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var rig = await PushRig.StartAsync(receiver.Address, static it => it with { Kind = DestinationKind.Phoenix }, telemetry => telemetry with
        {
            MoreDestinations = [new() { Id = "off", Name = "Off", Endpoint = receiver.Address }, new() { Id = "logs", Name = "L", Kind = DestinationKind.Other, Endpoint = receiver.Address, Logs = true }],
        });

        rig.Logger().LogInformation("a line");
        await receiver.WaitAsync(() => receiver.Lines.Any(static line => line.Text == "a line"));

        Assert.Equal(["logs"], receiver.Requests.Select(static request => request.Signal).Distinct(StringComparer.Ordinal));
        Assert.Single(receiver.Lines, static line => line.Text == "a line");
        Assert.Equal([ExportState.Off, ExportState.Off], rig.Export.SignalsOf(DestinationSettings.FirstId).Select(static status => status.State));
    }

    [Fact]
    public async Task A_change_is_in_force_without_a_restart()
    {
        await using var before = await SignalReceiver.StartAsync();
        await using var after = await SignalReceiver.StartAsync(isGrpc: true);
        await using var rig = await PushRig.StartAsync(before.Address);
        rig.Logger().LogInformation("first");
        await before.WaitAsync(() => before.Lines.Any(static line => line.Text == "first") && !before.Metrics.IsEmpty);

        rig.Settings.UpdateTelemetry(telemetry => telemetry with { ServiceName = "renamed", Destination = telemetry.Destination with { Endpoint = after.Address, Protocol = DestinationProtocol.Grpc } });
        rig.Logger().LogInformation("second");
        await after.WaitAsync(() => after.Lines.Any(static line => line.Text == "second") && !after.Metrics.IsEmpty);

        Assert.DoesNotContain(before.Lines, static line => line.Text == "second");
        Assert.All(after.Lines, static line => Assert.Equal("renamed", line.Resource["service.name"]));
        Assert.All(after.Metrics, static metric => Assert.Equal("renamed", metric.Resource["service.name"]));
        Assert.Contains(after.Address, rig.Status(TelemetrySignal.Logs).Endpoint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TelemetrySignal.Logs, DestinationProtocol.HttpProtobuf)]
    [InlineData(TelemetrySignal.Metrics, DestinationProtocol.HttpProtobuf)]
    [InlineData(TelemetrySignal.Metrics, DestinationProtocol.Grpc)]
    public async Task Where_no_spans_go_the_test_sends_what_does_go_once_and_tells_the_answer(TelemetrySignal signal, DestinationProtocol protocol)
    {
        await using var receiver = await SignalReceiver.StartAsync(protocol is DestinationProtocol.Grpc);
        var sender = new TestSpanSender(TimeProvider.System);
        DestinationSettings destination = new() { Endpoint = receiver.Address, Kind = DestinationKind.Other, Protocol = protocol, Traces = false, Metrics = signal is TelemetrySignal.Metrics, Logs = signal is TelemetrySignal.Logs };

        var result = await sender.SendAsync(new() { ServiceName = "tested" }, destination, null, CancellationToken.None);

        Assert.Equal((TestExportOutcome.Accepted, null), (result.Outcome, result.TraceId));
        Assert.Contains(signal is TelemetrySignal.Logs ? "Look for the line “A test of OllamaStudio’s settings” there" : "Look for the metric “studio.test_metric” there", result.Message, StringComparison.Ordinal);
        Assert.Equal(signal.ToString().ToLowerInvariant(), Assert.Single(receiver.Requests).Signal);
        Assert.Equal("tested", (signal is TelemetrySignal.Logs ? Assert.Single(receiver.Lines).Resource : Assert.Single(receiver.Metrics).Resource)["service.name"]);

        receiver.Answer = (_, _, _) => Task.FromResult(protocol is DestinationProtocol.Grpc ? 16 : 401);
        Assert.Equal((TestExportOutcome.Refused, 401), ((result = await sender.SendAsync(new(), destination, null, CancellationToken.None)).Outcome, result.StatusCode));
        Assert.Equal(TestExportOutcome.Off, (await sender.SendAsync(new(), destination with { Metrics = false, Logs = false }, null, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Measurements_are_gathered_only_while_they_go_somewhere_and_sums_begin_anew_with_that()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        await using var rig = await PushRig.StartAsync(receiver.Address, static it => it with { Metrics = false });
        StudioMetrics.ToolCallEnded("measured", success: true, duration: null, errorType: null, MetricNaming.Both);
        Assert.False(rig.Metrics.IsListening);

        Switch(true);
        Assert.True(rig.Metrics.IsListening);
        StudioMetrics.ToolCallEnded("measured", success: true, duration: null, errorType: null, MetricNaming.Both);
        await receiver.WaitAsync(() => Calls().Any(static one => one.Value == 1));
        StudioMetrics.ToolCallEnded("measured", success: true, duration: null, errorType: null, MetricNaming.Both);
        await receiver.WaitAsync(() => Calls().Any(static one => one.Value == 2));
        var before = Assert.Single(Calls().Select(static one => one.Start).Distinct());
        Assert.Contains(receiver.Metrics, static metric => PointOf(metric) is not null); // a call that was under way before

        Switch(false);
        Assert.False(rig.Metrics.IsListening);
        StudioMetrics.ToolCallEnded("measured", success: true, duration: null, errorType: null, MetricNaming.Both);

        Switch(true);
        StudioMetrics.ToolCallEnded("measured", success: true, duration: null, errorType: null, MetricNaming.Both);
        await receiver.WaitAsync(() => Calls().Any(one => one.Start > before));
        Assert.All(Calls().Where(one => one.Start > before), static one => Assert.Equal(1, one.Value));
        Assert.Equal([1, 2], Calls().Where(one => one.Start == before).Select(static one => one.Value).Distinct());

        await rig.Export.StopAsync(CancellationToken.None);
        Assert.False(rig.Metrics.IsListening);

        void Switch(bool isOn) => rig.Settings.UpdateTelemetry(telemetry => telemetry with { Destination = telemetry.Destination with { Metrics = isOn } });

        IEnumerable<(double Value, ulong Start)> Calls() =>
            from metric in receiver.Metrics
            where metric.Name == "llm_tool_calls_total"
            from point in metric.Points.Zip(metric.Starts)
            where point.First.Labels["tool"] is "measured"
            select (point.First.Value, point.Second);
    }

    [Fact]
    public async Task What_fails_is_told_in_plain_words_and_leaves_the_books_of_spans_alone()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        receiver.Answer = static (signal, _, _) => Task.FromResult(signal == "metrics" ? 404 : 200);
        await using var rig = await PushRig.StartAsync(receiver.Address);

        var status = await rig.WaitForAsync(TelemetrySignal.Metrics, static status => status.State is ExportState.Failing);
        Assert.Contains("refused the metrics: 404 Not Found — nothing takes metrics there; an OTLP/HTTP address usually ends in /v1/metrics", status.LastError, StringComparison.Ordinal);
        Assert.Equal((0, true), (status.Sent, status.Failed > 0));
        receiver.Answer = null;

        status = await rig.WaitForAsync(TelemetrySignal.Metrics, static status => status.State is ExportState.Healthy);
        Assert.True(status is { Sent: > 0, Failed: > 0, LastError: not null, LastSuccess: not null });
        var books = Assert.Single(rig.Export.Books.Destinations);
        Assert.Equal((0, 0, 0, 0), (books.Sent, books.Refused, books.Waiting, books.Dropped));
        Assert.Equal(ExportState.Off, rig.Export.Current.State);
        Assert.Contains(rig.Export.Current.Signals, static signal => signal is { Title: "Receiver", Status: { Signal: TelemetrySignal.Metrics, State: ExportState.Healthy } });
        Assert.Contains(rig.Log.Lines, static line => line.Message.StartsWith("Metrics do not reach ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_pushing_logs_is_on_the_page_and_is_not_pushed()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        receiver.Answer = static (_, _, body) => Task.FromResult(body.Contains("refused", StringComparison.Ordinal) ? 503 : 200); // either answer turns the standing, and that is logged
        await using var rig = await PushRig.StartAsync(receiver.Address, static it => it with { Metrics = false });

        for (var round = 0; round < 2; round++)
        {
            rig.Logger().LogInformation("refused");
            await rig.WaitForAsync(TelemetrySignal.Logs, static status => status.State is ExportState.Failing);
            rig.Logger().LogInformation("taken");
            await rig.WaitForAsync(TelemetrySignal.Logs, static status => status.State is ExportState.Healthy);
        }

        rig.Logger().LogInformation("the last one");
        await receiver.WaitAsync(() => receiver.Lines.Any(static line => line.Text == "the last one"));
        Assert.Contains(rig.Log.Lines, static line => line.Message.StartsWith("Log lines do not reach ", StringComparison.Ordinal));
        Assert.Contains(rig.Log.Lines, static line => line.Message.StartsWith("Log lines reach ", StringComparison.Ordinal));
        Assert.DoesNotContain(receiver.Lines, static line => line.Text.Contains("reach", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_receiver_that_hangs_keeps_nobody_waiting_and_what_finds_no_room_is_counted()
    {
        await using var receiver = await SignalReceiver.StartAsync();
        var (hang, time) = (new TaskCompletionSource<int>(), TimeProvider.System);
        receiver.Answer = (_, _, _) => hang.Task;
        var data = new DataFolder(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
        using var logs = new SignalSender(TelemetrySignal.Logs, new AnsweredServers(data), time, NullLogger.Instance, static () => { });
        using var metrics = new SignalSender(TelemetrySignal.Metrics, new AnsweredServers(data), time, NullLogger.Instance, static () => { });
        logs.Use(ExportPlan.From(new(), new() { Endpoint = receiver.Address }, TelemetrySignal.Logs));
        metrics.Use(ExportPlan.From(new(), new() { Endpoint = receiver.Address }, TelemetrySignal.Metrics));

        logs.Offer(new([], 1));
        metrics.Offer(new([], 1));
        await receiver.WaitAsync(() => receiver.Requests.Count == 2);
        for (var i = 0; i < SignalSender.MaxWaiting + 3; i++)
        {
            logs.Offer(new([], 10));
            metrics.Offer(new([], 1));
        }

        Assert.Equal((30, 0), (logs.Current.Dropped, metrics.Current.Dropped));
        hang.SetResult(200);
        await Task.WhenAll(logs.SettleAsync(), metrics.SettleAsync()).WaitAsync(OtlpReceiver.Guard);
        Assert.Equal((1 + (10 * SignalSender.MaxWaiting), 2), (logs.Current.Sent, metrics.Current.Sent)); // of metrics the newest alone had waited
        Directory.Delete(data.Path, recursive: true);
    }

    [Fact]
    public async Task Nobody_there_is_no_failure()
    {
        await using var rig = await PushRig.StartAsync("http://127.0.0.1:1");

        var status = await rig.WaitForAsync(TelemetrySignal.Metrics, static status => status.State is ExportState.Waiting);

        Assert.Contains("nothing listens", status.LastError, StringComparison.Ordinal);
    }

    private static (Dictionary<string, object?> Labels, double Value)? PointOf(ReceivedMetric metric) =>
        metric.Name != "llm_queue_size" ? null : metric.Points.Where(static point => point.Labels["model"] is PushRig.Model).Select(static point => ((Dictionary<string, object?>, double)?)point).FirstOrDefault(static point => point!.Value.Item2 == 1);
}
