using System.Diagnostics;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Export.TailTraces;

namespace OllamaStudio.Tests.Export;

/// <summary>What is held is bounded: beyond a bound the oldest trace is decided at once, and its later spans follow.</summary>
[Collection("telemetry")]
public sealed class TailBoundsTests
{
    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1, false, 3)]
    [InlineData(0, true, 3)]
    public async Task One_trace_too_many_and_the_oldest_is_decided_by_what_is_known_and_then_by_the_ratio(double ratio, bool failed, int sent)
    {
        await using var rig = await StartAsync(ratio, static tail => tail with { MaxTraces = 2, KeepErrors = true });
        var oldest = Start("oldest");
        End(Start("child", oldest), failed: failed);
        var others = new[] { Start("second"), Start("third") };
        var status = rig.Tail.Current;
        Assert.Equal((2, 0L, (HoldingBound.Count, 1L)), (status.HeldTraces, status.HeldSpans, (status.Early.Single().Key, status.Early.Single().Value)));

        // The ratio of now is not asked any more.
        rig.Settings.UpdateTelemetry(settings => settings with { SamplingRatio = 1 - ratio });
        End(Start("late", oldest));
        End(oldest);
        Assert.Equal(sent, await CountAsync(rig, oldest));
        Assert.All(others, static other => Assert.False(other.IsStopped));
    }

    [Fact]
    public async Task Too_many_bytes_and_the_oldest_is_decided()
    {
        await using var rig = await StartAsync(0, static tail => tail with { MaxMegabytes = 1 });
        var (first, second) = (Start("first"), Start("second"));
        var large = Start("large", second);
        large.SetTag("text", new string('x', 600_000));
        End(large);
        Assert.Equal((2, 1L), (rig.Tail.Current.HeldTraces, rig.Tail.Current.HeldSpans));
        Assert.InRange(rig.Tail.Current.HeldBytes, 600_000, 610_000);

        var larger = Start("larger", second);
        larger.SetTag("text", new string('x', 600_000));
        End(larger);
        var status = rig.Tail.Current;
        Assert.Equal((0, 0L, 0L, 2L), (status.HeldTraces, status.HeldSpans, status.HeldBytes, status.Early[HoldingBound.Bytes]));
        Assert.Equal((2L, 2L), (status.LeftOut, status.LeftOutSpans));
        End(first);
        End(second);
        Assert.Equal(0, await CountAsync(rig, second));
        Assert.Equal(4, rig.Tail.Current.LeftOutSpans);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(30, true)]
    public async Task One_that_runs_for_too_long_is_decided_then_and_is_slow_already(double slowSeconds, bool isKept)
    {
        var time = new ManualTime();
        await using var rig = await StartAsync(0, tail => tail with { SlowSeconds = slowSeconds }, time);
        var first = Start("first");
        End(Start("child", first));
        time.Advance(TimeSpan.FromSeconds(599));
        var second = Start("second");
        Assert.Equal(2, rig.Tail.Current.HeldTraces);

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 1L), (rig.Tail.Current.HeldTraces, rig.Tail.Current.Early[HoldingBound.Time]));
        time.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal((0, 2L), (rig.Tail.Current.HeldTraces, rig.Tail.Current.Early[HoldingBound.Time]));
        End(first);
        End(second);
        Assert.Equal(isKept ? 2 : 0, await CountAsync(rig, first));
    }

    [Fact]
    public async Task At_the_end_what_is_held_is_decided_and_sent()
    {
        await using var rig = await StartAsync(0, static tail => tail with { KeepErrors = true });
        var (good, bad) = (Start("good"), Start("bad"));
        End(Start("child", good));
        End(Start("child", bad), failed: true);
        Assert.Equal(1, await CountAsync(rig, bad));
        var status = rig.Tail.Current;
        Assert.Equal((2L, 1L, 1L, 0, false), (status.Early[HoldingBound.End], status.Kept[TailRule.Error], status.LeftOut, status.HeldTraces, status.IsOn));
        Assert.Single(rig.Receiver.Spans);
    }

    [Fact]
    public void The_slowest_are_known_exactly_once_there_are_enough_and_by_the_newest()
    {
        var slowest = new SlowestTurns();
        for (var i = 1; i < SlowestTurns.Least; i++)
        {
            slowest.Add("m", TimeSpan.FromSeconds(i));
        }

        Assert.False(slowest.IsAmong("m", TimeSpan.FromDays(1)));
        slowest.Add("m", TimeSpan.FromSeconds(20));
        Assert.False(slowest.IsAmong("m", TimeSpan.FromSeconds(19))); // the 19th of 20
        Assert.True(slowest.IsAmong("m", TimeSpan.FromSeconds(19.1)));
        Assert.False(slowest.IsAmong("other", TimeSpan.FromDays(1)));
        for (var i = 0; i < 30; i++)
        {
            slowest.Add("m", TimeSpan.FromSeconds(100));
        }

        Assert.False(slowest.IsAmong("m", TimeSpan.FromSeconds(99)));
        for (var i = 0; i < SlowestTurns.Window; i++)
        {
            slowest.Add("m", TimeSpan.FromSeconds(5));
        }

        Assert.True(slowest.IsAmong("m", TimeSpan.FromSeconds(5.1))); // the longer ones are too long ago
    }

    [Fact]
    public void Of_too_many_models_the_one_that_was_not_used_for_longest_is_forgotten()
    {
        var slowest = new SlowestTurns();
        for (var i = 0; i < SlowestTurns.Least; i++)
        {
            slowest.Add("old", TimeSpan.FromSeconds(1));
            slowest.Add("used", TimeSpan.FromSeconds(1));
        }

        for (var i = 2; i <= SlowestTurns.MaxModels; i++)
        {
            slowest.Add("used", TimeSpan.FromSeconds(1));
            slowest.Add($"model {i}", TimeSpan.FromSeconds(1));
        }

        Assert.Equal((true, false), (slowest.IsAmong("used", TimeSpan.FromSeconds(2)), slowest.IsAmong("old", TimeSpan.FromSeconds(2))));
    }

    [Fact]
    public void Decisions_are_remembered_of_so_many_traces()
    {
        using var router = new SpanRouter();
        using var tail = new TailSampler(router, new ManualTime(), headDecidesFirst: false);
        tail.Use(Rules(new TelemetrySettings(), 0, static rules => rules with { MaxTraces = 1 }));
        string[] ids = [.. Enumerable.Range(0, TailSampler.MaxDecisions + 3).Select(static _ => ActivityTraceId.CreateRandom().ToHexString())];
        foreach (var id in ids)
        {
            tail.Begin(ActivityTraceId.CreateFromString(id), headSays: false, isRoot: true);
        }

        Assert.Equal(
            [TraceExportState.Unknown, TraceExportState.Unknown, TraceExportState.LeftOut, TraceExportState.LeftOut, TraceExportState.Undecided],
            new[] { ids[0], ids[1], ids[2], ids[^2], ids[^1] }.Select(tail.StateOf));
    }

    private static Task<ExportRig> StartAsync(double ratio, Func<TailSamplingSettings, TailSamplingSettings> change, TimeProvider? time = null) =>
        ExportRig.StartAsync(settings => Rules(settings, ratio, change), time);

    private static async Task<int> CountAsync(ExportRig rig, Activity root)
    {
        await rig.StopAsync();
        return rig.Receiver.Spans.Count(span => span.TraceId == root.TraceId.ToHexString());
    }
}
