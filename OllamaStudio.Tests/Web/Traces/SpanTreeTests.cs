using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SpanTreeTests
{
    private static string[] Outline(SpanTree tree) => [.. tree.Nodes.Select(node => new string('-', node.Depth) + node.Span.Name)];

    [Fact]
    public void A_turn_is_laid_out_depth_first()
    {
        var tree = SpanTree.Of(Trace(Turn()));

        Assert.Equal(
            ["chat_interaction", "-generate_response", "--ollama.chat_streaming", "---ollama_request", "---process_streaming_response", "-log_interaction"],
            Outline(tree));
        Assert.Equal([6, 5, 5, 4, 5, 6], tree.Nodes.Select(node => node.End));
        Assert.Equal([-1, 0, 1, 2, 2, 0], tree.Nodes.Select(node => node.Parent));
    }

    [Fact]
    public void Spans_whose_parent_is_not_held_stand_at_the_top()
    {
        var tree = SpanTree.Of(Trace(Span(2, 1, "generate_response"), Span(3, 2, "ollama.chat_streaming"), Span(9, 8, "log_interaction")));

        Assert.Equal(["generate_response", "-ollama.chat_streaming", "log_interaction"], Outline(tree));
    }

    [Fact]
    public void Spans_that_name_each_other_as_parents_are_shown_and_not_lost()
    {
        var tree = SpanTree.Of(Trace(Span(1, null, "root"), Span(2, 3, "hen"), Span(3, 2, "egg"), Span(4, 4, "itself")));

        Assert.Equal(["root", "itself", "hen", "-egg"], Outline(tree));
    }

    [Fact]
    public void A_chain_of_ten_thousand_spans_is_no_trouble()
    {
        var spans = Enumerable.Range(1, 10_000).Select(id => Span(id, id == 1 ? null : id - 1)).ToArray();

        var tree = SpanTree.Of(Trace(spans));

        Assert.Equal(9_999, tree.Nodes[^1].Depth);
        Assert.Equal(10_000, tree.Nodes[0].End);
    }

    [Fact]
    public void A_snapshot_is_computed_once()
    {
        var trace = Trace(Turn());

        Assert.Same(SpanTree.Of(trace), SpanTree.Of(trace));
        Assert.NotSame(SpanTree.Of(trace), SpanTree.Of(Trace(Turn())));
    }

    [Fact]
    public void The_summary_takes_tokens_from_the_model_calls_until_the_root_tells_them()
    {
        var spans = Turn();
        Assert.Equal(new TokenCounts(1234, 356), SpanTree.Of(Trace(spans)).Summary.Tokens);

        spans[0] = spans[0] with { Attributes = spans[0].Attributes.Add(new("llm.tokens_input", 2000)).Add(new("llm.tokens_output", 700)) };
        Assert.Equal(new TokenCounts(2000, 700), SpanTree.Of(Trace(spans)).Summary.Tokens);
    }

    [Fact]
    public void The_summary_names_root_model_session_and_length()
    {
        var summary = SpanTree.Of(Trace(Turn(trace: 7, model: "llama3.1:8b", sampled: false))).Summary;

        Assert.Equal("chat_interaction", summary.Name);
        Assert.Equal("llama3.1:8b", summary.Model);
        Assert.Equal("session-7", summary.SessionId);
        Assert.Equal(6, summary.SpanCount);
        Assert.Equal(TimeSpan.FromSeconds(1), summary.Duration);
        Assert.Equal(SpanStatus.Ok, summary.Status);
        Assert.False(summary.Sampled);
    }

    [Fact]
    public void A_trace_is_running_while_any_of_its_spans_is()
    {
        var summary = SpanTree.Of(Trace(Span(1), Span(2, 1, durationMs: null))).Summary;

        Assert.Equal(SpanStatus.Running, summary.Status);
        Assert.Null(summary.Duration);
        Assert.Equal("2.5 s", summary.DurationLabel(Start.AddSeconds(2.5)));
    }

    [Fact]
    public void A_turn_that_the_person_stopped_is_told_from_one_that_ended_by_itself()
    {
        Assert.True(SpanTree.Of(Trace(Span(1, attributes: [("llm.finish_reason", "cancelled")]))).Summary.IsStopped);
        Assert.False(SpanTree.Of(Trace(Span(1, attributes: [("llm.finish_reason", "stop")]))).Summary.IsStopped);
        Assert.False(SpanTree.Of(Trace(Span(1, status: SpanStatus.Error, attributes: [("llm.finish_reason", "cancelled")]))).Summary.IsStopped);
    }

    [Fact]
    public void A_failed_tool_in_a_good_turn_is_counted_and_leaves_the_turn_good()
    {
        var summary = SpanTree.Of(Trace(Span(1), Span(2, 1, status: SpanStatus.Error))).Summary;

        Assert.Equal(SpanStatus.Ok, summary.Status);
        Assert.Equal(1, summary.ErrorCount);
    }

    [Fact]
    public void A_rate_is_told_from_ten_tokens_on()
    {
        Assert.Equal(10, SpanFacts.TokensPerSecond(Span(1, attributes: [("llm.tokens_output", 10), ("llm.eval_duration_ms", 1000.0)])));
        Assert.Null(SpanFacts.TokensPerSecond(Span(1, attributes: [("llm.tokens_output", 9), ("llm.eval_duration_ms", 1000.0)])));
        Assert.Null(SpanFacts.TokensPerSecond(Span(1, attributes: [("llm.tokens_output", 100)])));
        Assert.Null(SpanFacts.TokensPerSecond(Span(1, attributes: [("llm.tokens_output", 100), ("llm.eval_duration_ms", 0.0)])));
    }
}
