using OllamaStudio.Core.Insights;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights;

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
        var byPrompt = new TraceQuery().SortedBy(TraceSortKey.Prompt);

        Assert.Equal([TraceId(3), TraceId(2), TraceId(1)], Ids(byPrompt));
        Assert.Equal([TraceId(2), TraceId(1), TraceId(3)], Ids(byPrompt.SortedBy(TraceSortKey.Prompt)));
    }

    [Theory]
    [InlineData("LLAMA3", 2)]
    [InlineData("session-2", 2)]
    [InlineData("verify", 3)]
    public void Text_is_looked_for_in_name_model_and_session(string text, int expected) =>
        Assert.Equal([TraceId(expected)], Ids(new TraceQuery { Text = text }));

    [Fact]
    public void What_is_asked_travels_in_the_address()
    {
        var query = new TraceQuery { Text = "status:error  c# & co" }.SortedBy(TraceSortKey.Duration);

        Assert.Equal("?q=status%3Aerror%20%20c%23%20%26%20co&sort=-duration", query.Address);
        Assert.Equal(query, TraceQuery.From(query.Text, "-duration"));
        Assert.Equal(new TraceQuery(), TraceQuery.From(null, "nonsense"));
        Assert.Equal("", new TraceQuery().Address);
    }
}
