using System.Diagnostics;
using CsCheck;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;
using static OllamaStudio.Tests.Export.TailTraces;

namespace OllamaStudio.Tests.Export;

/// <summary>Rules decide of a trace when it ends: what they keep arrives whole, and of the rest the ratio.</summary>
[Collection("telemetry")]
public sealed class TailSamplingTests
{
    [Fact]
    public async Task Of_1000_turns_all_failed_and_all_slow_ones_arrive_and_of_the_rest_the_ratio_each_whole()
    {
        Seed(2);
        await using var rig = await StartAsync(0.05, tail => tail with { KeepErrors = true, SlowSeconds = 30 });
        var (failed, slow, rest) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < 1000; i++)
        {
            var (isFailed, isSlow) = (i % 33 == 5 && failed.Count < 30, i % 50 == 7);
            (isFailed ? failed : isSlow ? slow : rest).Add(Emit(isSlow ? 30.5 : 29.5, isFailed));
        }

        var sent = await StopAsync(rig);
        Assert.Equal((30, 20, 950), (failed.Count, slow.Count, rest.Count));
        string[] byRatio = [.. rest.Where(id => RatioSampler.IsSampled(ActivityTraceId.CreateFromString(id), 0.05))];
        Assert.InRange(byRatio.Length, 30, 65); // 47.5, give or take two and a half standard deviations; always the same ids
        Assert.Equal(failed.Concat(slow).Concat(byRatio).Order(StringComparer.Ordinal), sent.Keys.Order(StringComparer.Ordinal));
        Assert.All(sent, static trace => Assert.Equal(["call", "iteration", "turn"], trace.Value.Order(StringComparer.Ordinal)));
        var status = rig.Tail.Current;
        Assert.Equal(
            [(TailRule.Error, 30), (TailRule.Slow, 20), (TailRule.Ratio, byRatio.Length)],
            status.Kept.Select(static each => (each.Key, (int)each.Value)));
        Assert.Equal((950 - byRatio.Length, 3 * (950 - byRatio.Length), 0, 0L), ((int)status.LeftOut, (int)status.LeftOutSpans, status.HeldTraces, status.HeldBytes));
        Assert.Empty(status.Early);
    }

    [Fact]
    public async Task The_time_that_a_person_took_to_allow_a_tool_makes_no_turn_slow()
    {
        Seed(3);
        await using var rig = await StartAsync(0, static tail => tail with { SlowSeconds = 30 });
        var (waited, slow) = (Start("turn"), Start("turn"));
        waited.SetTag(TelemetryNames.Approval.Wait, 20_000.0);
        slow.SetTag(TelemetryNames.Approval.Wait, 4_000.0);
        End(waited, 35);
        End(slow, 35);

        Assert.Equal([slow.TraceId.ToHexString()], (await StopAsync(rig)).Keys);
    }

    [Fact]
    public async Task Any_order_of_the_spans_of_several_traces_sends_the_same_and_never_half_a_trace() =>
        await Gen.Select(Gen.Int[1, 6], Gen.Int, Gen.Double[0, 1], (traces, seed, ratio) => (traces, seed, ratio)).SampleAsync(
            async sample =>
            {
                Seed(sample.seed);
                await using var rig = await StartAsync(sample.ratio, static tail => tail with { KeepErrors = true, SlowSeconds = 30 });
                var runs = Run(sample.traces, new Random(sample.seed));
                var sent = await StopAsync(rig);
                Assert.Equal(
                    runs.Where(run => run.Failed || run.Slow || RatioSampler.IsSampled(run.Root.TraceId, sample.ratio)).Select(static run => run.Id).Order(StringComparer.Ordinal),
                    sent.Keys.Order(StringComparer.Ordinal));
                Assert.All(sent, trace => Assert.Equal(runs.Single(run => run.Id == trace.Key).Spans, trace.Value.Count));
            },
            iter: 25, threads: 1);

    [Fact]
    public async Task Whatever_bound_bites_in_between_a_trace_is_sent_whole_or_not_at_all_and_all_are_accounted_for() =>
        await Gen.Select(Gen.Int[2, 8], Gen.Int, Gen.Int[1, 3], (traces, seed, most) => (traces, seed, most)).SampleAsync(
            async sample =>
            {
                Seed(sample.seed);
                await using var rig = await StartAsync(0.5, tail => tail with { KeepErrors = true, MaxTraces = sample.most });
                var runs = Run(sample.traces, new Random(sample.seed), () => Assert.InRange(rig.Tail.Current.HeldTraces, 0, sample.most));
                var sent = await StopAsync(rig);
                Assert.All(sent, trace => Assert.Equal(runs.Single(run => run.Id == trace.Key).Spans, trace.Value.Count));
                var status = rig.Tail.Current;
                Assert.Equal((sent.Count, sample.traces), ((int)status.Kept.Values.Sum(), (int)(status.Kept.Values.Sum() + status.LeftOut)));
                Assert.Equal(runs.Where(run => !sent.ContainsKey(run.Id)).Sum(static run => run.Spans), status.LeftOutSpans);
            },
            iter: 25, threads: 1);

    [Fact]
    public async Task Spans_that_end_on_many_threads_while_their_root_does_stay_together_and_none_stays_undecided()
    {
        await using var rig = await StartAsync(0.5);
        using var feed = new SpanFeed(TimeProvider.System);
        var store = new KeptSpans();
        using var listener = new SpanListener(feed, decisions: rig.Decisions);
        for (var i = 0; i < 200; i++)
        {
            var root = Start("root");
            Activity[] spans = [root, .. Enumerable.Range(0, 4).Select(_ => Start("child", root))];
            await Task.WhenAll(spans.Select(static span => Task.Run(() => End(span))));
        }

        var sent = await StopAsync(rig);
        Assert.InRange(sent.Count, 1, 199);
        Assert.All(sent, static trace => Assert.Equal(5, trace.Value.Count));
        Assert.All(feed.Traces, trace => Assert.All(trace.Spans, span => Assert.Equal(sent.ContainsKey(trace.TraceId), span.Sampled)));
    }

    [Fact]
    public async Task A_trace_is_undecided_while_it_runs_and_decided_at_its_end_in_feed_and_store_and_for_whoever_asks()
    {
        await using var rig = await StartAsync(0, static tail => tail with { KeepErrors = true });
        using var feed = new SpanFeed(new ManualTime());
        var store = new KeptSpans();
        using var listener = new SpanListener(feed, store, decisions: rig.Decisions);
        var (good, bad) = (Start("good"), Start("bad"));
        End(Start("child", good));
        End(Start("child", bad), failed: true);

        Assert.All(feed.Traces.SelectMany(static trace => trace.Spans).Concat(store.Kept), static span => Assert.Null(span.Sampled));
        Assert.Equal(4, feed.SpanCount);
        Assert.Equal((TraceExportState.Undecided, 2, 2L), (rig.Pipeline.StateOf(good.TraceId.ToHexString()), rig.Tail.Current.HeldTraces, rig.Tail.Current.HeldSpans));

        End(good);
        End(bad);
        var late = Start("late", good);
        End(late);
        foreach (var (root, isKept) in new[] { (good, false), (bad, true) })
        {
            Assert.All(feed.FindTrace(root.TraceId.ToHexString())!.Spans, span => Assert.Equal(isKept, span.Sampled));
            Assert.All(store.Kept.Where(span => span.TraceId == root.TraceId.ToHexString()), span => Assert.Equal(isKept, span.Sampled));
        }

        Assert.Equal(5, store.Kept.Count);
        Assert.Equal(TraceExportState.LeftOut, rig.Pipeline.StateOf(good.TraceId.ToHexString()));
        Assert.NotEqual(TraceExportState.Undecided, rig.Pipeline.StateOf(bad.TraceId.ToHexString()));
        var sent = await StopAsync(rig);
        Assert.Equal(["bad", "child"], Assert.Single(sent).Value.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_late_span_follows_the_decision_of_its_trace()
    {
        await using var rig = await StartAsync(0, static tail => tail with { KeepErrors = true });
        var (kept, left) = (Start("kept"), Start("left"));
        var (lateKept, lateLeft) = (Start("late", kept), Start("late", left));
        End(kept, failed: true);
        End(left);
        End(lateKept);
        End(lateLeft, failed: true); // too late: the rest of its trace is gone

        var sent = await StopAsync(rig);
        Assert.Equal((kept.TraceId.ToHexString(), 2), (Assert.Single(sent).Key, sent.Single().Value.Count));
        Assert.Equal(2, rig.Tail.Current.LeftOutSpans);
    }

    private static Task<ExportRig> StartAsync(double ratio, Func<TailSamplingSettings, TailSamplingSettings>? change = null) =>
        ExportRig.StartAsync(settings => Rules(settings, ratio, change));

    // What arrived: the names of each trace's spans.
    private static async Task<Dictionary<string, List<string>>> StopAsync(ExportRig rig)
    {
        await rig.StopAsync();
        Assert.Equal(0, rig.Status.Dropped);
        return rig.Receiver.Spans.GroupBy(static span => span.TraceId).ToDictionary(static trace => trace.Key, static trace => trace.Select(static span => span.Name).ToList());
    }

    // Begins and ends the spans of several traces in a random order; a span may end after its root.
    private static List<RandomRun> Run(int count, Random random, Action? check = null)
    {
        List<RandomRun> runs = [.. Enumerable.Range(0, count).Select(_ => new RandomRun(random.Next(5), random.Next(4) == 0, random.Next(4) == 0))];
        List<RandomRun> going = [.. runs];
        while (going.Count > 0)
        {
            var run = going[random.Next(going.Count)];
            if (!run.Step(random))
            {
                going.Remove(run);
            }

            check?.Invoke();
        }

        return runs;
    }

    /// <summary>A trace whose first child fails, if any does, before the root ends; the others may end later.</summary>
    private sealed class RandomRun(int children, bool failed, bool slow)
    {
        private readonly List<Activity> _open = [];
        private Activity? _root;
        private int _begun;
        private bool _hasFailed;

        public Activity Root => _root!;

        public string Id => Root.TraceId.ToHexString();

        public bool Failed => failed && children > 0;

        public bool Slow => slow;

        public int Spans => children + 1;

        public bool Step(Random random)
        {
            if (_root is null)
            {
                _root = Start("root");
                _open.Add(_root);
                return true;
            }

            if (_begun < children && random.Next(2) == 0)
            {
                _begun++;
                _open.Add(Start("child", _root));
                return true;
            }

            if (_open.Count == 0)
            {
                return _begun < children;
            }

            var span = _open[random.Next(_open.Count)];
            if (span == _root && (_begun < children || (Failed && !_hasFailed)))
            {
                return true; // not yet
            }

            _open.Remove(span);
            var fails = Failed && span != _root && !_hasFailed;
            _hasFailed |= fails;
            End(span, slow && span == _root ? 31 : 1, fails);
            return _open.Count > 0 || _begun < children;
        }
    }
}
