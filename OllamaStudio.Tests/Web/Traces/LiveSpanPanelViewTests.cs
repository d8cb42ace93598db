using Bunit;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>What a person does to the panel's view: paused, cleared, narrowed, followed.</summary>
public sealed class LiveSpanPanelViewTests : PanelTestBase
{
    [Fact]
    public void Pause_freezes_the_view_and_counts_what_it_does_not_show()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Span(1, durationMs: null));

        panel.Find("[data-testid=span-pause]").Click();
        var frozen = Row(panel, "chat_interaction").TextContent;
        Record(Span(2, 1, "generate_response"), Span(3, 1, "log_interaction"));
        Record(Span(1, durationMs: 5000));
        Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["chat_interaction"], Names(panel));
        Assert.Equal(frozen, Row(panel, "chat_interaction").TextContent);
        Assert.Contains("Paused · 2 new spans", panel.Find("[data-testid=span-paused]").TextContent, StringComparison.Ordinal);
        Assert.Equal(3, Feed.SpanCount);

        panel.Find("[data-testid=span-pause]").Click();
        Assert.Equal(["chat_interaction", "generate_response", "log_interaction"], Names(panel));
        Assert.Empty(panel.FindAll("[data-testid=span-paused]"));
    }

    [Fact]
    public void Clear_empties_this_view_alone()
    {
        var panel = Render<LiveSpanPanel>();
        var another = Render<LiveSpanPanel>();
        var traces = RenderTraces();
        Record(Turn());
        Row(panel, "ollama.chat_streaming").Click();

        panel.Find("[data-testid=span-clear]").Click();

        // The list counts in the background: a press waits while it is drawn.
        panel.WaitForAssertion(() => Assert.NotEmpty(panel.FindAll("[data-testid=span-empty]")), TimeSpan.FromSeconds(30));
        Assert.Empty(Names(panel));
        Assert.Empty(panel.FindAll("[data-testid=span-details]"));

        Record(Turn(2));
        panel.WaitForAssertion(() => Assert.Equal("6 spans in 1 trace", panel.Find("[data-testid=span-held]").TextContent), TimeSpan.FromSeconds(30));
        another.WaitForAssertion(() => Assert.Equal("12 spans in 2 traces", another.Find("[data-testid=span-held]").TextContent), TimeSpan.FromSeconds(30));
        traces.WaitForAssertion(() => Assert.Equal(2, traces.FindAll("[data-testid=trace-row]").Count), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_trace_that_still_runs_is_not_cleared_and_one_that_is_pointed_out_comes_back()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        Record(Span(201, trace: 2, durationMs: null));

        panel.Find("[data-testid=span-clear]").Click();
        Assert.Equal(["chat_interaction"], Names(panel));

        await panel.InvokeAsync(() => panel.Instance.FocusTrace(TraceId(1)));
        Assert.Equal(7, Names(panel).Length);
        Assert.Empty(panel.FindAll("[data-testid=span-missing]"));
    }

    [Fact]
    public void Clear_while_paused_stays_paused_and_counts_from_there()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        panel.Find("[data-testid=span-pause]").Click();

        panel.Find("[data-testid=span-clear]").Click();
        Record(Turn(2));

        Assert.Empty(Names(panel));
        Assert.Contains("6 new spans", panel.Find("[data-testid=span-paused]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_filter_narrows_the_rows_and_can_be_cleared()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());

        panel.Find("[data-testid=span-filter]").Input("log_inter");
        Assert.Equal(["chat_interaction", "log_interaction"], Names(panel));

        panel.Find("[data-testid=span-filter]").Input("no such thing");
        Assert.Empty(Names(panel));

        panel.Find("[data-testid=span-no-match] button").Click();
        Assert.Equal(6, Names(panel).Length);
        Assert.Equal("", panel.Find("[data-testid=span-filter]").GetAttribute("value"));
    }

    [Fact]
    public void Errors_and_kinds_are_one_press_away()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Turn());
        Record(Span(900, trace: 9, name: "ollama.verify_connection", startMs: 9000, status: SpanStatus.Error));
        Assert.Equal("1 trace failed", panel.Find("[data-testid=span-errors-only] .badge").GetAttribute("title"));

        panel.Find("[data-testid=span-errors-only]").Click();
        Assert.Equal(["ollama.verify_connection"], Names(panel));

        panel.Find("[data-testid=span-errors-only]").Click();
        panel.Find("[data-testid=span-kind]").Change("Llm");
        Assert.Equal(["chat_interaction", "generate_response", "ollama.chat_streaming"], Names(panel));
    }
}
