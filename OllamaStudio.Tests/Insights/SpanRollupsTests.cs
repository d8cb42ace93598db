using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using static OllamaStudio.Tests.Insights.CallSamples;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights;

public sealed class SpanRollupsTests
{
    [Fact]
    public void A_turn_counts_for_how_long_it_took_and_its_calls_for_their_tokens()
    {
        var rows = SpanRollups.Of([Call(1, 0), Tool(1, 2), Root(1, 0)]).ToArray();

        Assert.Equal(["chat", "execute_tool", "invoke_agent"], rows.Select(static row => row.Key.Operation));
        Assert.All(rows, static row => Assert.Equal(("qwen3:8b", "chat", "ok"), (row.Key.Model, row.Key.Source, row.Key.Status)));
        var (call, tool, turn) = (rows[0].Value, rows[1].Value, rows[2].Value);
        Assert.Equal((1000, 400, 200), (call.TokensIn, call.TokensCached, call.TokensOut));
        AssertClose(420, call.FirstToken);
        AssertClose(200 / 2.57, call.Rate);
        Assert.Equal(1200 / 8192.0, call.Context);
        Assert.Equal((1, 1, null, 0.0), (tool.ToolCalls, tool.ToolSuccesses, tool.TokensIn, tool.ContextSum));
        Assert.Equal((null, null, null), (turn.TokensIn, turn.FirstToken, turn.Rate));
        AssertClose(3200, turn.Duration);
    }

    [Fact]
    public void What_no_span_tells_is_null_and_not_zero()
    {
        var call = Span(1, name: "chat", attributes: [("gen_ai.operation.name", "chat")]);

        var row = Assert.Single(SpanRollups.Of([call]));

        Assert.Equal((null, null, null, null, null), (row.Value.TokensIn, row.Value.TokensCached, row.Value.TokensOut, row.Value.Cost, row.Value.Context));
        Assert.Equal((null, null), (row.Value.FirstToken, row.Value.Rate));
        Assert.Equal(("", "", "ok"), (row.Key.Model, row.Key.Source, row.Key.Status));
        Assert.Null(MeasuredCall.Of(row.Span, row.Key));
    }

    [Fact]
    public void Calls_cost_and_what_has_no_price_adds_nothing()
    {
        var sum = new Rollup();
        foreach (var (_, _, value) in SpanRollups.Of([Call(1, 0, cost: 0.25), Call(2, 1, cost: 0.5), Call(3, 2)]))
        {
            sum.Add(value);
        }

        Assert.Equal(0.75, sum.Cost);
    }

    [Fact]
    public void The_share_that_was_cached_is_of_the_calls_that_tell()
    {
        var sum = new Rollup();
        foreach (var (_, _, value) in SpanRollups.Of([Call(1, 0, tokensIn: 1_000, cached: 600), Call(2, 1, tokensIn: 9_000, cached: null)]))
        {
            sum.Add(value);
        }

        Assert.Equal((10_000, 0.6), (sum.TokensIn, sum.CachedShare));
    }

    [Fact]
    public void Stopped_failed_and_denied_are_told_apart()
    {
        var rows = SpanRollups.Of([Root(1, 0, stopped: true), Root(2, 0, status: SpanStatus.Error), Tool(3, 0, success: null), Tool(4, 0, success: false)]).ToArray();

        Assert.Equal([("stopped", ""), ("error", "out_of_memory"), ("ok", ""), ("error", "")], rows.Select(static row => (row.Key.Status, row.Key.ErrorType)));
        Assert.Equal([(0, 0), (1, 0)], rows[2..].Select(static row => (row.Value.ToolCalls, row.Value.ToolSuccesses)));
    }

    [Fact]
    public void A_running_span_and_one_of_no_operation_count_for_nothing() =>
        Assert.Empty(SpanRollups.Of([Root(1, 0) with { Duration = null }, Span(2, name: "generate_response")]));

    [Fact]
    public void Spans_that_were_brought_with_their_root_have_its_source()
    {
        var rows = SpanRollups.Of([Call(1, 0) with { Origin = null }, Tool(1, 1) with { Origin = null }, Root(1, 0, source: "lab")]);

        Assert.All(rows, static row => Assert.Equal(("lab", "qwen3:8b"), (row.Key.Source, row.Key.Model)));
    }

    private static void AssertClose(double expected, Histogram? of) => Assert.InRange(of!.Quantile(0.5)!.Value, expected * 0.955, expected * 1.045);
}
