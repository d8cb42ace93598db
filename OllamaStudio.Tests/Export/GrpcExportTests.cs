using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>A destination that is spoken to by gRPC.</summary>
[Collection("telemetry")]
public sealed class GrpcExportTests
{
    [Theory]
    [InlineData(DestinationCompression.None)]
    [InlineData(DestinationCompression.Gzip)]
    public async Task Spans_arrive_with_project_and_key(DestinationCompression compression)
    {
        await using var receiver = await GrpcReceiver.StartAsync();
        await using var rig = await StartAsync(receiver, settings => settings with { ApiKey = "the-key", Compression = compression, ProjectName = "here" });

        var traceId = ExportRig.Emit("by grpc");

        await rig.WaitForStatusAsync(static status => status is { State: ExportState.Healthy, Exported: 1 });
        var span = Assert.Single(receiver.Spans);
        Assert.Equal((traceId, "by grpc", "here"), (span.TraceId, span.Name, span.Project));
        var headers = Assert.Single(receiver.Requests);
        Assert.Equal(("Bearer the-key", "application/grpc", "trailers"), (headers["authorization"], headers["content-type"], headers["te"]));
        Assert.Equal(compression is DestinationCompression.Gzip ? "gzip" : null, headers.GetValueOrDefault("grpc-encoding"));
        Assert.Equal(receiver.Address, rig.Status.Endpoint.TrimEnd('/'));
    }

    [Fact]
    public async Task What_is_not_taken_goes_again_from_the_disk_after_a_restart()
    {
        await using var receiver = await GrpcReceiver.StartAsync((14, "later"), (14, "later"), (0, ""));
        await using var unused = await OtlpReceiver.StartAsync();
        var data = new DataFolder(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
        List<string> ids;
        using (var left = Start())
        {
            ids = left.End(2, "by grpc");
            await left.WaitAsync(static books => books is { Waiting: 2, SpoolFiles: 1 });
            left.WaitUntilTried();
            Assert.Empty(receiver.Spans);

            // One more try before it ends, which is refused as well.
            left.Destination.Retries.SendNow();
            await left.SettleAsync();
            await left.Destination.StopAsync(CancellationToken.None);
        }

        using (var next = Start())
        {
            await next.WaitAsync(static books => books is { Found: 2, Sent: 2, Waiting: 0, SpoolFiles: 0 });
            Assert.Equal(ids.Order(), receiver.Spans.Select(static span => span.SpanId).Order());
            Assert.Equal((3, "here"), (receiver.Requests.Count, receiver.Spans.First().Project));
            next.AssertBalance();
        }

        Directory.Delete(data.Path, recursive: true);

        DestinationRig Start() => new(data, unused, change: destination => destination with { Endpoint = receiver.Address, Protocol = DestinationProtocol.Grpc, ProjectName = "here" });
    }

    [Theory]
    [InlineData(16, "wrong key", 401, true)]
    [InlineData(7, "not yours", 403, true)]
    [InlineData(12, "unknown service", 404, true)]
    [InlineData(3, "no spans", 400, false)]
    [InlineData(2, "broken", 500, true)]
    public async Task A_status_means_what_it_would_over_HTTP_and_says_the_receivers_words(int status, string words, int http, bool isKept)
    {
        await using var receiver = await GrpcReceiver.StartAsync((status, words));
        await using var rig = await StartAsync(receiver);

        ExportRig.Emit("refused");

        var told = await rig.WaitForStatusAsync(status => status.State is ExportState.Failing && (isKept ? status.Blocked : status.Failed) == 1);
        Assert.Contains(words, told.LastError, StringComparison.Ordinal);
        Assert.Contains($"{http}", told.LastError, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task A_receiver_of_somebody_elses_making_takes_them()
    {
        await using var dashboard = await AspireDashboard.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { Endpoint = dashboard.GrpcUrl, Protocol = DestinationProtocol.Grpc, Compression = DestinationCompression.Gzip } });

        var traceId = ExportRig.Emit("by grpc");

        var spans = await dashboard.WaitForSpansAsync(static spans => spans.Count > 0);
        Assert.Equal(("by grpc", traceId), (spans[0].GetProperty("name").GetString(), spans[0].GetProperty("traceId").GetString()));
    }

    [Theory]
    [InlineData("grpc: received message larger than max (5000000 vs. 4194304)")]
    [InlineData("Received message exceeds the maximum configured message size.")]
    [InlineData("gRPC message exceeds maximum size 4194304: 5000000")]
    public async Task What_is_too_large_is_cut(string words)
    {
        await using var receiver = await GrpcReceiver.StartAsync((8, words), (0, ""));
        await using var rig = await StartAsync(receiver, delay: 600_000); // so that they are one request

        Array.ForEach(["a", "b", "c", "d"], static name => ExportRig.Emit(name));
        rig.Settings.UpdateTelemetry(static settings => settings with { Environment = "flushes" });

        await rig.WaitForStatusAsync(static status => status is { Exported: 4, Waiting: 0 });
        Assert.Equal(["a", "b", "c", "d"], receiver.Spans.Select(static span => span.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_speaks_no_gRPC_is_told_from_one_that_is_away()
    {
        await using var rig = await ExportRig.StartAsync(static settings => settings with { Destination = settings.Destination with { Protocol = DestinationProtocol.Grpc } });

        ExportRig.Emit("lost in translation");

        var status = await rig.WaitForStatusAsync(static status => status.State is ExportState.Failing);
        Assert.NotNull(status.LastError);
        Assert.Empty(rig.Receiver.Spans);
    }

    private static Task<ExportRig> StartAsync(GrpcReceiver receiver, Func<DestinationSettings, DestinationSettings>? change = null, int delay = 50) => ExportRig.StartAsync(settings => settings with
    {
        Batch = settings.Batch with { ScheduledDelayMilliseconds = delay },
        Destination = (change ?? (static it => it))(settings.Destination with { Endpoint = receiver.Address, Protocol = DestinationProtocol.Grpc }),
    });
}
