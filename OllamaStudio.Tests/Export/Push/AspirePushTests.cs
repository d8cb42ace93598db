#pragma warning disable CA1848, CA1873 // what is logged here is made up
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export.Push;

/// <summary>Traces, metrics and logs in a receiver of somebody else's making, read back through its own API.</summary>
[Collection("telemetry")]
public sealed class AspirePushTests
{
    [LinuxX64Fact]
    public async Task It_has_all_three_by_HTTP_and_by_gRPC()
    {
        await using var dashboard = await AspireDashboard.StartAsync();
        foreach (var protocol in Enum.GetValues<DestinationProtocol>())
        {
            var service = $"studio-by-{protocol}".ToLowerInvariant();
            await using var rig = await PushRig.StartAsync(
                protocol is DestinationProtocol.Grpc ? dashboard.GrpcUrl : dashboard.TracesUrl,
                it => it with { Kind = DestinationKind.Aspire, Protocol = protocol, Traces = true },
                telemetry => telemetry with { ServiceName = service });

            var traceId = PushRig.EndSpan("a turn " + protocol, () => rig.Logger().LogWarning("{What} went wrong in it", protocol));

            var spans = await dashboard.WaitForSpansAsync(spans => spans.Any(span => span.GetProperty("traceId").GetString() == traceId));
            var lines = await dashboard.WaitForLogsAsync(lines => lines.Any(line => TextOf(line) == $"{protocol} went wrong in it"));
            await dashboard.WaitForResourcesAsync(all => all.Any(one => one.GetProperty("name").GetString() == service && one.GetProperty("hasMetrics").GetBoolean()));

            var span = spans.Single(span => span.GetProperty("traceId").GetString() == traceId);
            var line = lines.Single(line => TextOf(line) == $"{protocol} went wrong in it");
            Assert.Equal("a turn " + protocol, span.GetProperty("name").GetString());
            Assert.Equal((traceId, span.GetProperty("spanId").GetString()), (line.GetProperty("traceId").GetString(), line.GetProperty("spanId").GetString()));
        }
    }

    private static string? TextOf(JsonElement line) => line.GetProperty("body").GetProperty("stringValue").GetString();
}
