using System.Diagnostics;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Tests.Export;

/// <summary>The sampling ratio decides, trace by trace, what leaves the process.</summary>
[Collection("telemetry")]
public sealed class ExportServiceSamplingTests
{
    [Fact]
    public async Task At_ratio_0_nothing_leaves_while_a_listener_still_sees_all()
    {
        await using var rig = await ExportRig.StartAsync(settings => settings with { SamplingRatio = 0 });
        using var feed = new SpanFeed(TimeProvider.System);
        using var panel = new SpanListener(feed);
        for (var i = 0; i < 50; i++)
        {
            EmitTrace();
        }

        // What comes after arrives: so the others were not merely late.
        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 1 });
        ExportRig.Emit("after");
        await rig.Receiver.WaitForAsync(span => span.Name == "after");
        Assert.Equal("after", Assert.Single(rig.Receiver.Spans).Name);
        Assert.Equal((151, 0), (feed.SpanCount, feed.Traces.Count(trace => trace.IsRunning)));
        var status = rig.Status; // of one moment
        Assert.Equal((1L, 0L), (status.Exported + status.Waiting, status.Dropped));
    }

    [Fact]
    public async Task At_ratio_one_half_about_half_of_the_traces_leave_and_each_of_them_whole()
    {
        const int Traces = 2000;
        await using var rig = await ExportRig.StartAsync(settings => settings with
        {
            SamplingRatio = 0.5,
            Batch = settings.Batch with { MaxQueueSize = 3 * Traces },
        });
        using var feed = new SpanFeed(TimeProvider.System);
        using var panel = new SpanListener(feed);
        for (var i = 0; i < Traces; i++)
        {
            EmitTrace();
        }

        await rig.StopAsync();
        var traces = rig.Receiver.Spans.GroupBy(span => span.TraceId).ToList();
        Assert.All(traces, trace => Assert.Equal(["inner", "middle", "root"], trace.Select(span => span.Name).Order()));

        // Six standard deviations of a fair coin: wrong once in half a billion runs.
        Assert.InRange(traces.Count, (Traces / 2) - 135, (Traces / 2) + 135);
    }

    [Fact]
    public async Task The_ratio_changes_without_a_new_provider_and_leaves_traces_under_way_as_they_are()
    {
        await using var rig = await ExportRig.StartAsync();
        Activity.Current = null;
        var root = StudioDiagnostics.Source.StartActivity("root")!;
        var announced = rig.Log.Lines.Count;
        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 0 });
        StudioDiagnostics.Source.StartActivity("child")?.Dispose();
        root.Dispose();
        ExportRig.Emit("unsampled");

        await rig.StopAsync();
        Assert.Equal(["child", "root"], rig.Receiver.Spans.Select(span => span.Name));
        Assert.Equal(announced, rig.Log.Lines.Count);
    }

    private static void EmitTrace()
    {
        Activity.Current = null;
        using var root = StudioDiagnostics.Source.StartActivity("root");
        using var middle = StudioDiagnostics.Source.StartActivity("middle");
        using var inner = StudioDiagnostics.Source.StartActivity("inner");
    }
}
