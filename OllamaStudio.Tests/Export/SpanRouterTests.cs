using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>One is configured today; the router serves several, each on its own.</summary>
[Collection("telemetry")]
public sealed class SpanRouterTests
{
    [Fact]
    public async Task Two_destinations_get_every_span_and_the_trouble_of_one_is_not_the_others()
    {
        var data = Directory.CreateTempSubdirectory("ollama-studio-test-").FullName;
        var answered = new AnsweredServers(new DataFolder(data));
        await using var healthy = await OtlpReceiver.StartAsync();
        await using var full = await OtlpReceiver.StartAsync();
        full.Answer = OtlpReceiverAnswer.Refuse(507, "disk full");
        using var first = To(healthy);
        using var second = To(full);
        using var router = new SpanRouter { Destinations = [first, second] };

        var span = new Activity("span") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        span.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        var unsampled = new Activity("unsampled");
        unsampled.SetIdFormat(ActivityIdFormat.W3C).Start().Stop();
        router.OnEnd(span);
        router.OnEnd(unsampled);
        await healthy.WaitForAsync(one => one.Name == "span");
        await full.WaitForRequestsAsync(1);
        await Task.WhenAll(first.StopAsync(CancellationToken.None), second.StopAsync(CancellationToken.None));

        var traceId = span.TraceId.ToHexString();
        Assert.Equal((1L, 0L, TraceExportState.Exported), (first.Current.Exported, first.Current.Failed, first.StateOf(traceId)));
        Assert.Equal((0L, 1L, TraceExportState.Failed), (second.Current.Exported, second.Current.Failed, second.StateOf(traceId)));
        Assert.Equal("span", Assert.Single(healthy.Spans).Name);
        Directory.Delete(data, recursive: true);

        Destination To(OtlpReceiver receiver)
        {
            var destination = new Destination(answered, TimeProvider.System, NullLogger.Instance);
            destination.Use(ExportPlan.From(new TelemetrySettings { Destination = new() { Endpoint = receiver.TracesUrl }, Batch = new() { ScheduledDelayMilliseconds = 50 } }));
            return destination;
        }
    }
}
