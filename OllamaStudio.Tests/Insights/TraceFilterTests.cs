using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights;

public sealed class TraceFilterTests
{
    private static readonly TraceSummary[] Traces =
    [
        Of(Span(1, durationMs: null, attributes: [("agent.task", "Why is the sky blue?"), ("llm.model", "qwen3:8b")])),
        Of(Span(2, attributes: [("agent.task", "Add these numbers"), ("llm.model", "demo-small:latest")]), Span(3, 2, "execute_tool add", attributes: [("openinference.span.kind", "TOOL")])),
        Of(Span(4, status: SpanStatus.Error, description: "out of memory", attributes: [("llm.model", "qwen3:14b")])),
        Of(Span(5), Span(6, 5, status: SpanStatus.Error)),
    ];

    private static TraceSummary Of(params SpanRecord[] spans) => SpanTree.Of(Trace(spans)).Summary;

    private static int[] Found(string text) => [.. Enumerable.Range(0, Traces.Length).Where(index => TraceFilter.Parse(text).Matches(Traces[index], index == 1 ? "Sums" : null))];

    [Theory]
    [InlineData("", new[] { 0, 1, 2, 3 })]
    [InlineData("sky WHY", new[] { 0 })]
    [InlineData("sums", new[] { 1 })]
    [InlineData("memory", new[] { 2 })]
    [InlineData("qwen3:8b", new[] { 0 })]
    [InlineData("status:error", new[] { 2, 3 })]
    [InlineData("STATUS:run", new[] { 0 })]
    [InlineData("status:", new[] { 0, 1, 2, 3 })]
    [InlineData("status:running status:error", new[] { 0, 2, 3 })]
    [InlineData("status:error memory", new[] { 2 })]
    [InlineData("model:qwen3", new[] { 0, 2 })]
    [InlineData("model:qwen3:8b", new[] { 0 })]
    [InlineData("model:demo-small", new[] { 1 })]
    [InlineData("model:qwen", new int[0])]
    [InlineData("tool:any", new[] { 1 })]
    [InlineData("tool:ADD", new[] { 1 })]
    [InlineData("tool:divide", new int[0])]
    [InlineData("status:lost", new[] { 0, 1, 2, 3 })]
    public void Words_and_typed_filters_narrow(string text, int[] expected) => Assert.Equal(expected, Found(text));

    [Fact]
    public void A_status_that_there_is_not_is_said_with_those_that_there_are()
    {
        Assert.Equal("There is no status “lost”: write running, ok, error, unset or interrupted.", TraceFilter.Parse("status:lost").Problem);
        Assert.Null(TraceFilter.Parse("status:err").Problem);
    }

    [Theory]
    [InlineData("", "status:error")]
    [InlineData("sky ", "sky status:error")]
    [InlineData("sky Status:Error blue", "sky blue")]
    public void A_term_is_put_in_and_taken_out(string text, string expected) => Assert.Equal(expected, TraceFilter.Toggled(text, "status:error"));
}
