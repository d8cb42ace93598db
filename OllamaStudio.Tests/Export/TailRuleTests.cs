using System.Diagnostics;
using CsCheck;
using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using static OllamaStudio.Tests.Export.TailTraces;

namespace OllamaStudio.Tests.Export;

/// <summary>What each rule keeps, by what it reads of a trace.</summary>
[Collection("telemetry")]
public sealed class TailRuleTests
{
    [Theory]
    [InlineData("cost", TailRule.Cost)]
    [InlineData("tokens", TailRule.Tokens)]
    [InlineData("model", TailRule.Share)]
    [InlineData("name", TailRule.Share)]
    [InlineData("slowest", TailRule.Slowest)]
    public async Task A_rule_keeps_what_it_is_about_and_nothing_else(string what, TailRule rule)
    {
        await using var rig = await StartAsync(0, tail => what switch
        {
            "cost" => tail with { CostUsd = 0.1 },
            "tokens" => tail with { Tokens = 1000 },
            "slowest" => tail with { KeepSlowest = true },
            _ => tail with { Shares = tail.Shares.Add("large", "1").Add("small", "0").Add("job", "1") },
        });
        for (var i = 0; i < 40; i++)
        {
            Emit(1, model: "small", call: static call => Say(call, 0.1, 1000));
        }

        var kept = Emit(1.5, model: what == "name" ? null : "large", name: what == "name" ? "job" : "turn", call: static call => Say(call, 0.06, 600));
        var costly = Emit(what == "slowest" ? 2 : 1, model: what == "slowest" ? "small" : "other", call: static call => Say(call, 0.2, 1001));
        var sent = await StopAsync(rig);
        Assert.Equal(rule is TailRule.Share ? kept : costly, Assert.Single(sent).Key);
        Assert.Equal((rule, 1L), (Assert.Single(rig.Tail.Current.Kept).Key, rig.Tail.Current.Kept.Single().Value));

        static void Say(Activity call, double cost, int tokens)
        {
            call.SetTag(TelemetryNames.Llm.CostTotal, cost);
            call.SetTag(TelemetryNames.Llm.TokensInput, tokens - 1);
            call.SetTag(TelemetryNames.Llm.TokensOutput, 1);
        }
    }

    [Fact]
    public async Task What_several_calls_cost_is_added_up_and_what_the_root_says_goes_before()
    {
        await using var rig = await StartAsync(0, static tail => tail with { CostUsd = 0.1 });
        Turn(null, 0.06, 0.05);
        Turn(0.09, 0.06, 0.05);
        Turn(0.11, 0.06);
        var sent = await StopAsync(rig);
        Assert.Equal([2, 3], sent.Values.Select(static spans => spans.Count).Order());

        static void Turn(double? whole, params double[] calls)
        {
            var root = Start("turn");
            root.SetTag(TelemetryNames.Llm.CostTotal, whole);
            foreach (var cost in calls)
            {
                var call = Start("call", root);
                call.SetTag(TelemetryNames.OpenInference.SpanKind, TelemetryNames.Values.KindLlm).SetTag(TelemetryNames.Llm.CostTotal, cost);
                End(call);
            }

            End(root);
        }
    }

    [Fact]
    public async Task A_failure_that_nobody_is_to_blame_for_is_no_error()
    {
        await using var rig = await StartAsync(0, static tail => tail with { KeepErrors = true });
        var check = Start("check");
        check.MarkExpected();
        End(check, failed: true);
        Assert.Equal((1L, 0), (rig.Tail.Current.LeftOut, rig.Tail.Current.Kept.Count));
        Assert.Empty(await StopAsync(rig));
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
}
