using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Export;

/// <summary>Which project of Phoenix a trace goes to: a trace never falls into two.</summary>
[Collection("telemetry")]
public sealed class ProjectRuleTests
{
    private const string Session = "019abcdef0127000aaaabbbbccccdddd";

    [Theory]
    [InlineData(ProjectRule.One, "shop", "shop")]
    [InlineData(ProjectRule.Model, "shop-qwen3:8b", "shop-hf.co_bartowski_x:Q4")]
    [InlineData(ProjectRule.Conversation, "shop-019abcdef012", "shop-019abcdef012")]
    public async Task Every_span_of_a_trace_goes_where_its_root_says_the_inner_ones_that_end_first_too(ProjectRule rule, string first, string second)
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "shop", ProjectRule = rule } });

        EmitTurn("a", "qwen3:8b", innerModel: "judge");
        EmitTurn("b", "hf.co/bartowski/x:Q4", innerModel: null);
        ExportRig.Emit("of no turn");

        await rig.WaitForStatusAsync(static status => status.Exported == 5);
        var projects = rig.Receiver.Spans.ToDictionary(static span => span.Name, static span => span.Headers["x-project-name"], StringComparer.Ordinal);
        Assert.Equal((first, first, second, second, "shop"), (projects["inner a"], projects["root a"], projects["inner b"], projects["root b"], projects["of no turn"]));
    }

    [Theory]
    [InlineData(DestinationCompression.None)]
    [InlineData(DestinationCompression.Gzip)]
    public async Task By_gRPC_the_resource_says_it_for_no_header_is_read_there(DestinationCompression compression)
    {
        await using var receiver = await GrpcReceiver.StartAsync();
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            Destination = settings.Destination with { Endpoint = receiver.Address, Protocol = DestinationProtocol.Grpc, Compression = compression, ProjectName = "shop", ProjectRule = ProjectRule.Model },
        });

        EmitTurn("a", "qwen3:8b", innerModel: null);
        ExportRig.Emit("of no turn");

        await rig.WaitForStatusAsync(static status => status.Exported == 3);
        Assert.Equal(
            [("inner a", "shop-qwen3:8b"), ("of no turn", "shop"), ("root a", "shop-qwen3:8b")],
            receiver.Spans.Select(static span => (span.Name, (string)span.Resource["openinference.project.name"]!)).Order());
        Assert.All(receiver.Spans, static span => Assert.Equal("ollama-client", span.Resource["service.name"]));
    }

    [Fact]
    public async Task That_one_project_has_nothing_new_keeps_no_other_from_being_read_back()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.IsPhoenix = true;
        var data = new DataFolder(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
        using (var rig = new DestinationRig(data, receiver, change: static destination => destination with { ProjectName = "shop", ProjectRule = ProjectRule.Model }))
        {
            receiver.Answer = OtlpReceiverAnswer.Ok with { Forgets = true };
            EndTurn(rig, "phi4");
            await rig.WaitAsync(static books => books is { Sent: 2, LookUps: not null });
            receiver.Answer = OtlpReceiverAnswer.Ok;
            EndTurn(rig, "qwen3:8b");
            await rig.WaitAsync(static books => books is { Sent: 4 });
            rig.WaitForProof(2);

            await rig.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
            Assert.Equal(2, rig.Books.Stored);
            Assert.Equal(["inner qwen3:8b", "root qwen3:8b"], receiver.Spans.Select(static span => span.Name).Order(StringComparer.Ordinal));
        }

        Directory.Delete(data.Path, recursive: true);
    }

    [Fact]
    public async Task A_project_that_no_header_can_name_stays_one()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "größe", ProjectRule = ProjectRule.Model } });

        EmitTurn("a", "qwen3:8b", innerModel: null);

        var span = await rig.Receiver.WaitForAsync(static span => span.Name == "root a");
        Assert.False(span.Headers.ContainsKey("x-project-name"));
        Assert.Equal("größe", span.Project);
    }

    [Fact]
    public async Task What_was_kept_for_a_project_goes_there_later_too_and_is_proved_there()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.IsPhoenix = true;
        var data = new DataFolder(Directory.CreateTempSubdirectory("ollama-studio-test-").FullName);
        using (var rig = new DestinationRig(data, receiver, change: static destination => destination with { ProjectName = "shop", ProjectRule = ProjectRule.Model }))
        {
            receiver.Answer = OtlpReceiverAnswer.Refuse(503);
            Array.ForEach(["qwen3:8b", "phi4"], model => EndTurn(rig, model));
            await rig.WaitAsync(static books => books is { Waiting: 4, SpoolFiles: 2 });

            receiver.Answer = OtlpReceiverAnswer.Ok;
            rig.Use(receiver, change: static destination => destination with { ProjectName = "shop", ProjectRule = ProjectRule.One });
            EndTurn(rig, "phi4");
            await rig.WaitAsync(static books => books is { Sent: 6, Waiting: 0, LookUps: not null });
            rig.WaitForProof(3);
            Assert.Equal(
                [("inner phi4", "shop"), ("inner phi4", "shop-phi4"), ("inner qwen3:8b", "shop-qwen3:8b"), ("root phi4", "shop"), ("root phi4", "shop-phi4"), ("root qwen3:8b", "shop-qwen3:8b")],
                receiver.Spans.Select(static span => (span.Name, span.Headers["x-project-name"])).Order());

            // The receiver shows a span in its own project only: asked for in another one it would be missing, and go again.
            await rig.PassAsync(TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(10));
            var books = await rig.WaitAsync(static books => books is { Stored: 6, SpoolFiles: 0 });
            Assert.Equal(((receiver.Requests - 3) * 2L, 0L, 6), (books.Resent, books.Unproved, receiver.Spans.Count)); // those that were refused and not held back, once
            rig.AssertBalance();
        }

        Directory.Delete(data.Path, recursive: true);
    }

    private static void EndTurn(DestinationRig rig, string model)
    {
        Activity.Current = null;
        using var root = new Activity($"root {model}") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
        root.SetTag(TelemetryNames.Llm.Model, model);
        using var inner = new Activity($"inner {model}") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        inner.Stop();
        Assert.True(rig.Destination.Accept(inner));
        root.Stop();
        Assert.True(rig.Destination.Accept(root));
        rig.Flush();
    }

    private static void EmitTurn(string name, string model, string? innerModel)
    {
        Activity.Current = null;
        using var root = StudioDiagnostics.Source.StartActivity($"root {name}")!;
        root.SetTag(TelemetryNames.Llm.Model, model).SetTag(TelemetryNames.Turn.SessionId, Session);
        using var inner = StudioDiagnostics.Source.StartActivity($"inner {name}")!;
        inner.SetTag(TelemetryNames.Llm.Model, innerModel);
    }
}
