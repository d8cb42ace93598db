using System.Collections.Immutable;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared.Find;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public class SpanFinderTests
{
    private static readonly TraceRecord Sample = Trace(
        Span(1, null, "chat_interaction", attributes: [("openinference.span.kind", "AGENT"), ("session.id", "session-1")]),
        Span(2, 1, "ollama.chat_streaming", status: SpanStatus.Error, description: "it broke off",
            events: [new SpanEventRecord("exception", Start, [KeyValuePair.Create<string, object?>("exception.message", "no more bytes")])],
            attributes: [("openinference.span.kind", "LLM"), ("llm.model", "demo-small"), ("input.value", "what was asked"), ("llm.prompt", "what was asked")]));

    [Theory]
    [InlineData("turn", 1, "label")]
    [InlineData("chat_interaction", 1, "name")]
    [InlineData("session-1", 1, "value-session.id")]
    [InlineData("broke off", 2, "status")]
    [InlineData("was asked", 2, "message-0-text")]
    [InlineData("input.val", 2, "key-input.value")]
    [InlineData("more bytes", 2, "event-0-value-exception.message")]
    public void Every_fact_is_found_once_where_it_is_drawn(string query, int span, string part)
    {
        var match = Assert.Single(Find(query));

        Assert.Equal((SpanId(span), part), (match.Place, match.Part));
    }

    [Fact]
    public void In_the_table_the_rows_have_the_spans_own_names()
    {
        Assert.Equal("name", Assert.Single(Find("chat_interaction", asTable: true)).Part);
        Assert.Empty(Find("turn", asTable: true));
    }

    [Theory]
    [InlineData("label", null)]
    [InlineData("name", null)]
    [InlineData("message-3-text", SpanDetailsTab.Messages)]
    [InlineData("event-0-name", SpanDetailsTab.Events)]
    [InlineData("value-llm.model", SpanDetailsTab.Attributes)]
    public void A_part_names_its_tab(string part, SpanDetailsTab? tab) => Assert.Equal(tab, SpanParts.TabOf(part));

    [Fact]
    public void The_spans_above_one_are_known_outermost_first()
    {
        var tree = SpanTree.Of(Trace(Turn()));

        Assert.Equal(["chat_interaction", "generate_response", "ollama.chat_streaming"], tree.Above(tree.Trace.Spans.Single(span => span.Name == "ollama_request")).Select(span => span.Name));
        Assert.Empty(tree.Above(tree.Nodes[0].Span));
    }

    private static ImmutableArray<FindMatch> Find(string query, bool asTable = false)
    {
        var scan = new FindScan(query, null, CancellationToken.None);
        new SpanFinder().Look(SpanTree.Of(Sample), asTable, scan);
        return scan.Result.Matches;
    }
}
