using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;
using OpenTelemetry.Trace;
using static OllamaStudio.Tests.Export.TailTraces;

namespace OllamaStudio.Tests.Export;

/// <summary>Rules go on and off while traces run; the head sampler, and a caller, have their say.</summary>
[Collection("telemetry")]
public sealed class TailSwitchTests
{
    [Fact]
    public async Task Off_there_is_nothing_in_the_way_of_a_span_and_nothing_is_allocated_for_it()
    {
        await using var rig = await ExportRig.StartAsync();
        var id = ExportRig.Emit("one");
        await rig.Receiver.WaitForAsync(span => span.TraceId == id);
        Assert.Null(rig.Router.Tail);
        Assert.False(rig.Tail.Current.IsOn);

        using var tail = new TailSampler(rig.Router, new ManualTime(), headDecidesFirst: false);
        tail.Use(new TelemetrySettings());
        var traceId = ActivityTraceId.CreateRandom();
        Assert.True(tail.Begin(traceId, headSays: true, isRoot: true));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            tail.Begin(traceId, headSays: true, isRoot: true);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Null(rig.Router.Tail);
    }

    [Fact]
    public async Task A_trace_that_began_before_the_rules_is_sent_as_the_head_decided()
    {
        await using var rig = await ExportRig.StartAsync();
        var root = Start("root");
        End(Start("before", root));
        rig.Settings.UpdateTelemetry(static settings => Rules(settings, 0));
        End(Start("after", root));
        End(root);
        Assert.Equal((0, 0L), (rig.Tail.Current.HeldTraces, rig.Tail.Current.LeftOut));
        Assert.Equal(["after", "before", "root"], await NamesAsync(rig));
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "after,before,late,root")]
    public async Task A_trace_that_is_held_when_the_rules_go_is_decided_at_its_end_by_the_ratio_alone(double ratio, string sent)
    {
        await using var rig = await ExportRig.StartAsync(static settings => Rules(settings, 0.5, static tail => tail with { KeepErrors = true }));
        var root = Start("root");
        End(Start("before", root), failed: true);
        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = ratio, Tail = settings.Tail with { Enabled = false } });
        Assert.Equal((1, false), (rig.Tail.Current.HeldTraces, rig.Tail.Current.IsOn));
        End(Start("after", root));
        End(root);
        End(Start("late", root));
        Assert.Equal(0, rig.Tail.Current.HeldTraces);

        // One that begins now is the head's.
        var next = Start("next");
        Assert.Equal((ratio > 0, 0), (next.Recorded, rig.Tail.Current.HeldTraces));
        Assert.Equal(sent, string.Join(',', await NamesAsync(rig)));
    }

    [Fact]
    public async Task The_rules_in_force_at_the_end_of_a_trace_decide()
    {
        await using var rig = await ExportRig.StartAsync(static settings => Rules(settings, 0, static tail => tail with { SlowSeconds = 10 }));
        var (slow, failed) = (Start("slow"), Start("failed"));
        rig.Settings.UpdateTelemetry(static settings => settings with { Tail = settings.Tail with { SlowSeconds = 0, KeepErrors = true } });
        End(slow, 11);
        End(failed, failed: true);
        Assert.Equal(["failed"], await NamesAsync(rig));
    }

    [Fact]
    public async Task With_the_export_off_nothing_is_held_and_nothing_counts_as_exported()
    {
        await using var rig = await ExportRig.StartAsync(static settings => Rules(settings, 1));
        var held = Start("held");
        rig.Settings.UpdateTelemetry(static settings => settings with { Enabled = false });
        End(held);
        Assert.False(Start("next").Recorded);
        Assert.Equal((0, 1L), (rig.Tail.Current.HeldTraces, rig.Tail.Current.LeftOut));
    }

    [Fact]
    public void A_smaller_bound_holds_at_once()
    {
        using var router = new SpanRouter();
        using var tail = new TailSampler(router, new ManualTime(), headDecidesFirst: false);
        var settings = Rules(new TelemetrySettings(), 0);
        tail.Use(settings);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(tail.Begin(ActivityTraceId.CreateRandom(), headSays: false, isRoot: true));
        }

        tail.Use(settings with { Tail = settings.Tail with { MaxTraces = 2 } });
        Assert.Equal((2, 3L, 3L), (tail.Current.HeldTraces, tail.Current.Early[HoldingBound.Count], tail.Current.LeftOut));
    }

    [Theory]
    [InlineData("parentbased_always_off", false)]
    [InlineData("always_on", true)]
    [InlineData(null, true)]
    public async Task Where_the_variable_is_set_the_head_decides_first_and_rules_bring_nothing_back(string? sampler, bool isKept)
    {
        using var files = new SettingsFixture();
        var settings = files.Open(sampler is null ? null : new SettingsLayers { Environment = new Dictionary<string, string> { ["OTEL_TRACES_SAMPLER"] = sampler } });
        var saved = await settings.SaveAsync(
            static current => current with { Telemetry = current.Telemetry with { Tail = current.Telemetry.Tail with { Enabled = true } } }, CancellationToken.None);
        Assert.Empty(saved.Faults);
        await using var services = new ServiceCollection().AddLogging().AddSingleton(settings).AddSingleton<ISettings>(settings)
            .AddSingleton(new AnsweredServers(files.Folder)).AddSingleton<TimeProvider>(new ManualTime()).AddExport().BuildServiceProvider();
        _ = services.GetRequiredService<TracerProvider>();
        await using var export = services.GetRequiredService<ExportService>();
        await export.StartAsync(CancellationToken.None);
        var root = Start("root");
        Assert.Equal(isKept, root.Recorded);
        End(root, failed: true);
        var status = services.GetRequiredService<ITailSampling>().Current;
        Assert.Equal((sampler is not null, isKept ? 1 : 0), (status.HeadDecidesFirst, (int)status.Kept.GetValueOrDefault(TailRule.Error)));
    }

    [Fact]
    public async Task The_studio_s_own_listener_and_its_tail_sampler_know_each_other()
    {
        using var files = new SettingsFixture();
        var settings = new FakeSettings();
        settings.UpdateTelemetry(static telemetry => Rules(telemetry, 0));
        await using var services = new ServiceCollection().AddLogging().AddSingleton<ISettings>(settings)
            .AddSingleton(new AnsweredServers(files.Folder)).AddSingleton<TimeProvider>(new ManualTime()).AddSpans().AddExport().BuildServiceProvider();
        _ = services.GetRequiredService<TracerProvider>();
        _ = services.GetRequiredService<SpanListener>();
        await using var export = services.GetRequiredService<ExportService>();
        await export.StartAsync(CancellationToken.None);
        var feed = services.GetRequiredService<ISpanFeed>();
        var root = Start("root");
        Assert.Null(feed.FindTrace(root.TraceId.ToHexString())!.Root.Sampled);
        End(root);
        Assert.False(feed.FindTrace(root.TraceId.ToHexString())!.Root.Sampled);
    }

    [Theory]
    [InlineData(true, false, 2)]
    [InlineData(false, false, 0)]
    [InlineData(false, true, 2)]
    public async Task A_caller_s_trace_is_held_to_the_end_of_its_local_root_and_the_rest_follows_the_caller(bool callerSamples, bool failed, int sent)
    {
        await using var rig = await ExportRig.StartAsync(settings => Rules(settings, callerSamples ? 0 : 1, static tail => tail with { KeepErrors = true }));
        var caller = new ActivityContext(
            ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), callerSamples ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, isRemote: true);
        Activity.Current = null;
        var root = StudioDiagnostics.Source.StartActivity("local root", ActivityKind.Server, caller)!;
        Assert.True(root.Recorded);
        End(Start("child", root), failed: failed);
        Assert.Equal(1, rig.Tail.Current.HeldTraces);
        End(root);
        Assert.Equal(0, rig.Tail.Current.HeldTraces);
        Assert.Equal(sent, (await NamesAsync(rig)).Length);
    }

    [Fact]
    public async Task Two_local_roots_of_one_caller_are_one_trace_which_ends_with_the_later_one()
    {
        await using var rig = await ExportRig.StartAsync(static settings => Rules(settings, 0, static tail => tail with { KeepErrors = true }));
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None, isRemote: true);
        Activity.Current = null;
        var first = StudioDiagnostics.Source.StartActivity("first", ActivityKind.Server, caller)!;
        Activity.Current = null;
        var second = StudioDiagnostics.Source.StartActivity("second", ActivityKind.Server, caller)!;
        End(first);
        Assert.Equal(1, rig.Tail.Current.HeldTraces);
        End(second, failed: true);

        // One more after the decision follows it.
        Activity.Current = null;
        End(StudioDiagnostics.Source.StartActivity("third", ActivityKind.Server, caller)!);
        Assert.Equal(["first", "second", "third"], await NamesAsync(rig));
    }

    private static async Task<string[]> NamesAsync(ExportRig rig)
    {
        await rig.StopAsync();
        return [.. rig.Receiver.Spans.Select(static span => span.Name).Order(StringComparer.Ordinal)];
    }
}
