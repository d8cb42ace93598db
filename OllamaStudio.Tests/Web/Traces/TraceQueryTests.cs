using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class TraceQueryTests
{
    private static readonly TraceSummary[] NewestFirst =
    [
        SpanTree.Of(Trace(Span(3, trace: 3, name: "ollama.verify_connection", startMs: 2000, durationMs: 5))).Summary,
        SpanTree.Of(Trace(Turn(2, 1000, "llama3.1:8b"))).Summary,
        SpanTree.Of(Trace(Span(1, durationMs: null))).Summary,
    ];

    private static string[] Ids(TraceQuery query) => [.. query.Apply(NewestFirst, Start.AddSeconds(30)).Select(trace => trace.TraceId)];

    [Fact]
    public void The_newest_comes_first_at_first() => Assert.Equal([TraceId(3), TraceId(2), TraceId(1)], Ids(new TraceQuery()));

    [Fact]
    public void A_running_trace_is_sorted_by_how_long_it_has_taken() =>
        Assert.Equal([TraceId(1), TraceId(2), TraceId(3)], Ids(new TraceQuery().SortedBy(TraceSortKey.Duration)));

    [Fact]
    public void Sorting_by_the_same_again_turns_it_round()
    {
        var byName = new TraceQuery().SortedBy(TraceSortKey.Name);

        Assert.Equal([TraceId(2), TraceId(1), TraceId(3)], Ids(byName));
        Assert.Equal([TraceId(3), TraceId(2), TraceId(1)], Ids(byName.SortedBy(TraceSortKey.Name)));
    }

    [Theory]
    [InlineData("LLAMA3", 2)]
    [InlineData("session-2", 2)]
    [InlineData("verify", 3)]
    public void Text_is_looked_for_in_name_model_and_session(string text, int expected) =>
        Assert.Equal([TraceId(expected)], Ids(new TraceQuery { Text = text }));

    [Fact]
    public void Status_error_also_finds_good_traces_with_a_failed_span()
    {
        var traces = new[] { SpanTree.Of(Trace(Span(1), Span(2, 1, status: SpanStatus.Error))).Summary, NewestFirst[0] };

        var found = new TraceQuery { Status = SpanStatus.Error }.Apply(traces, Start);

        Assert.Equal([traces[0]], found);
    }
}
