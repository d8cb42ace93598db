using Bunit;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class LiveSpanPanelTests : PanelTestBase
{
    [Fact]
    public void Without_spans_it_says_what_to_do_and_offers_one_action()
    {
        var composing = 0;
        var panel = Render<LiveSpanPanel>(parameters => parameters.Add(p => p.OnCompose, () => composing++));

        panel.Find("[data-testid=span-empty] button").Click();

        Assert.Equal(1, composing);
        Assert.Contains("Send a message to see its spans here", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_span_has_a_row_the_moment_it_starts_and_the_row_changes_when_it_ends()
    {
        var panel = Render<LiveSpanPanel>();

        Record(Span(1, durationMs: null));
        Assert.Equal("running", Row(panel, "chat_interaction").GetAttribute("data-status"));

        Record(Span(1, durationMs: 1240, status: SpanStatus.Ok));
        var row = Row(panel, "chat_interaction");
        Assert.Equal("ok", row.GetAttribute("data-status"));
        Assert.Contains("1.24 s", row.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SpanStatus.Error, "error")]
    [InlineData(SpanStatus.Unset, "unset")]
    public void The_status_is_said_in_words(SpanStatus status, string word)
    {
        var panel = Render<LiveSpanPanel>();

        Record(Span(1, status: status));

        var row = Row(panel, "chat_interaction");
        Assert.Equal(word, row.GetAttribute("data-status"));
        Assert.Contains(word, row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_denied_call_looks_denied()
    {
        var panel = Render<LiveSpanPanel>();

        Record(Span(1), Span(2, 1, "execute_tool write", durationMs: 0, status: SpanStatus.Unset, attributes: ("tool.denied", true)));

        var status = Row(panel, "execute_tool write").QuerySelector(".status")!;
        Assert.Equal("denied", status.QuerySelector(".word")!.TextContent);
        Assert.Equal(IconPaths.Of("clear"), status.QuerySelector("path")!.GetAttribute("d"));
        Assert.Contains("denied", status.ClassList);
    }

    [Fact]
    public void Rows_lie_as_a_tree_below_their_trace()
    {
        var panel = Render<LiveSpanPanel>();

        Record(Turn());

        Assert.Equal(
            ["chat_interaction", "generate_response", "ollama.chat_streaming", "ollama_request", "process_streaming_response", "log_interaction"],
            Names(panel));
        Assert.Equal(["1", "2", "3", "4", "5", "5", "3"], panel.FindAll("[role=row]").Select(row => row.GetAttribute("aria-level")));
        Assert.Equal("treegrid", panel.Find("[role=row]").Closest("[role=treegrid]")!.GetAttribute("role"));
    }

    [Fact]
    public void A_model_call_shows_its_tokens_and_their_rate()
    {
        var panel = Render<LiveSpanPanel>();

        Record(Turn());

        var text = Row(panel, "ollama.chat_streaming").TextContent;
        Assert.Contains("1.2k in · 356 out", text, StringComparison.Ordinal);
        Assert.Contains("42.1 tok/s", text, StringComparison.Ordinal);
        Assert.Contains("1.2k in · 356 out", panel.Find("[data-testid=span-trace]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_turn_says_how_much_has_come_and_how_fast_and_its_tokens_once_it_has_ended()
    {
        var panel = Render<LiveSpanPanel>();
        Paces.Pace = new ReplyPace(573, TimeSpan.FromSeconds(12), null);

        Record(Span(1, durationMs: null));
        Assert.Contains("573 chunks · 48/s", panel.Find("[data-testid=span-trace]").TextContent, StringComparison.Ordinal);
        Assert.Contains("573 chunks · 48/s", Row(panel, "chat_interaction").TextContent, StringComparison.Ordinal);

        Record(Span(1, durationMs: 1240, status: SpanStatus.Ok));
        Assert.DoesNotContain("chunks", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bar_and_the_time_grow_while_the_span_runs_and_nothing_ticks_afterwards()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Span(1, durationMs: null), Span(2, 1, "generate_response", startMs: 0, durationMs: 100));

        Time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal("left:0%;width:25%", Bar("generate_response"));
        Assert.Contains("0.4 s", Row(panel, "chat_interaction").TextContent, StringComparison.Ordinal);

        Time.Advance(TimeSpan.FromMilliseconds(600));
        Assert.Equal("left:0%;width:10%", Bar("generate_response"));
        Assert.Contains("1.0 s", Row(panel, "chat_interaction").TextContent, StringComparison.Ordinal);

        Record(Span(1, durationMs: 1050));
        var renders = panel.RenderCount;
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(renders, panel.RenderCount);

        string? Bar(string name) => Row(panel, name).QuerySelector(".bar")!.GetAttribute("style");
    }

    [Fact]
    public void However_many_changes_come_it_draws_at_most_ten_times_a_second()
    {
        var panel = Render<LiveSpanPanel>();
        var before = panel.RenderCount;

        for (var change = 0; change < 1000; change++)
        {
            Hold(Span(change + 1, name: $"span {change}"));
            Tell();
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(panel.RenderCount - before, 5, 11);
    }

    [Fact]
    public void A_sampled_out_trace_says_so()
    {
        var panel = Render<LiveSpanPanel>();

        Record(Turn(1, sampled: false));
        Record(Turn(2, 5000, sampled: true));

        Assert.Equal(["false", "true"], panel.FindAll("[data-testid=span-trace]").Select(row => row.GetAttribute("data-sampled")));
        Assert.All(panel.FindAll($"[data-testid=span-row][data-trace-id='{TraceId(1)}']"), row => Assert.Equal("false", row.GetAttribute("data-sampled")));
        Assert.Contains("sampled out", panel.FindAll("[data-testid=span-trace]")[0].TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("sampled out", panel.FindAll("[data-testid=span-trace]")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_that_is_undecided_says_neither_and_then_what_was_decided()
    {
        var panel = Render<LiveSpanPanel>();

        Record([.. Turn(1).Select(static span => span with { Sampled = null })]);
        Assert.Equal(["pending"], panel.FindAll("[data-testid=span-trace]").Select(row => row.GetAttribute("data-sampled")));
        Assert.All(panel.FindAll("[data-testid=span-row]"), row => Assert.Equal("pending", row.GetAttribute("data-sampled")));
        Assert.DoesNotContain("sampled out", panel.Markup, StringComparison.Ordinal);

        Feed.Decide(TraceId(1), false);
        Tell();
        Assert.Equal(["false"], panel.FindAll("[data-testid=span-trace]").Select(row => row.GetAttribute("data-sampled")));
        Assert.All(panel.FindAll("[data-testid=span-row]"), row => Assert.Equal("false", row.GetAttribute("data-sampled")));
    }

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

        Assert.Empty(Names(panel));
        Assert.Empty(panel.FindAll("[data-testid=span-details]"));
        Assert.NotEmpty(panel.FindAll("[data-testid=span-empty]"));

        Record(Turn(2));
        Assert.Equal("6 spans in 1 trace", panel.Find("[data-testid=span-held]").TextContent);
        Assert.Equal("12 spans in 2 traces", another.Find("[data-testid=span-held]").TextContent);
        Assert.Equal(2, traces.FindAll("[data-testid=trace-row]").Count);
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

    [Fact]
    public void Details_go_along_with_the_span_while_it_runs()
    {
        var panel = Render<LiveSpanPanel>();
        Record(Span(1, durationMs: null));
        Row(panel, "chat_interaction").Click();
        Assert.Contains("still running", panel.Find("[data-testid=span-details]").TextContent, StringComparison.Ordinal);

        Record(Span(1, attributes: [("llm.finish_reason", "stop")]));

        Assert.Contains("stop", panel.Find("[data-testid=span-attribute][data-key='llm.finish_reason']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_that_bites_is_said()
    {
        var panel = Render<LiveSpanPanel>();

        Record([.. Enumerable.Range(1, Feed.Capacity + 240).Select(id => Span(id, name: $"span {id}"))]);

        Assert.Equal("Newest 10,000 of 10,240 spans", panel.Find("[data-testid=span-held]").TextContent);
    }

    [Fact]
    public async Task Ten_thousand_spans_are_not_ten_thousand_rows()
    {
        var panel = Render<LiveSpanPanel>();

        Record([.. Enumerable.Range(1, 10_000).Select(id => Span(id, name: $"span {id}", startMs: id))]);

        Assert.InRange(Names(panel).Length, 1, 100);
        Assert.Contains("span 10000", Names(panel));
        Assert.Equal("10001", panel.Find("[role=treegrid]").GetAttribute("aria-rowcount"));

        await panel.InvokeAsync(() => panel.FindComponent<SpanTreeGrid>().Instance.OnViewport(0, 30));
        Assert.Contains("span 1", Names(panel));
        Assert.DoesNotContain("span 10000", Names(panel));
    }

    [Fact]
    public async Task The_subscription_ends_with_the_panel()
    {
        Render<LiveSpanPanel>();
        Assert.Equal(1, Feed.SubscriptionCount);

        await DisposeComponentsAsync();

        Assert.Equal(0, Feed.SubscriptionCount);
        Record(Span(1, durationMs: null));
    }
}
