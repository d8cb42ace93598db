using System.Diagnostics;
using OllamaStudio.Core.Export;
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
        await using var rig = await ExportRig.StartAsync(settings => settings with { Destination = settings.Destination with { ProjectName = "shop", ProjectRule = ProjectRule.Model } });
        rig.Receiver.Answer = OtlpReceiverAnswer.Refuse(503);
        EmitTurn("a", "qwen3:8b", innerModel: null);
        EmitTurn("b", "phi4", innerModel: null);
        await rig.WaitForStatusAsync(static status => status.Waiting == 4);

        rig.Receiver.Answer = OtlpReceiverAnswer.Ok;
        rig.Settings.UpdateTelemetry(settings => settings with { Destination = settings.Destination with { ProjectRule = ProjectRule.One } });
        EmitTurn("c", "phi4", innerModel: null);

        await rig.WaitForStatusAsync(static status => status.Exported == 6);
        var projects = rig.Receiver.Spans.DistinctBy(static span => span.Name).ToDictionary(static span => span.Name, static span => span.Headers["x-project-name"], StringComparer.Ordinal);
        Assert.Equal(("shop-qwen3:8b", "shop-phi4", "shop"), (projects["root a"], projects["inner b"], projects["root c"]));
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
