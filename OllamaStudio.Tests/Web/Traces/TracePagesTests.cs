using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class TracePagesTests : PanelTestBase
{
    [Fact]
    public void The_list_shows_each_trace_newest_first()
    {
        Hold(Turn(1));
        Hold(Turn(2, 5000, "llama3.1:8b", sampled: false));

        var page = Render<TracesPage>();

        var rows = page.FindAll("[data-testid=trace-row]");
        Assert.Equal([TraceId(2), TraceId(1)], rows.Select(row => row.GetAttribute("data-trace-id")));
        Assert.Contains("llama3.1:8b", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("sampled out", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("1.00 s", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("1.2k in · 356 out", rows[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_grows_while_it_is_open()
    {
        var page = Render<TracesPage>();
        Assert.NotEmpty(page.FindAll("[data-testid=traces-empty]"));

        Record(Span(1, durationMs: null));

        Assert.Equal("running", page.Find("[data-testid=trace-row]").GetAttribute("data-status"));
    }

    [Fact]
    public void The_list_filters_and_sorts()
    {
        Hold(Turn(1));
        Hold(Span(900, trace: 9, name: "ollama.verify_connection", startMs: 9000, durationMs: 5, status: SpanStatus.Error));
        var page = Render<TracesPage>();

        page.Find("[data-testid=trace-filter]").Input("demo-small");
        Assert.Equal([TraceId(1)], Ids());

        page.Find("[data-testid=trace-filter]").Input("");
        page.Find("[data-testid=trace-status-filter]").Change("Error");
        Assert.Equal([TraceId(9)], Ids());

        page.Find("[data-testid=trace-status-filter]").Change("");
        page.FindAll("th button").Single(button => button.TextContent.StartsWith("Duration", StringComparison.Ordinal)).Click();
        Assert.Equal([TraceId(1), TraceId(9)], Ids());
        Assert.Equal("descending", page.Find("th.duration").GetAttribute("aria-sort"));

        string[] Ids() => [.. page.FindAll("[data-testid=trace-row]").Select(row => row.GetAttribute("data-trace-id")!)];
    }

    [Fact]
    public void A_press_on_a_row_opens_its_waterfall()
    {
        Hold(Turn(1));

        Render<TracesPage>().Find("[data-testid=trace-row]").Click();

        Assert.EndsWith($"/traces/{TraceId(1)}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_has_a_waterfall_with_an_axis()
    {
        Hold(Turn(1));

        var page = Page(1);

        Assert.Equal(6, Names(page, "waterfall-row").Length);
        Assert.Equal(["0", "200 ms", "400 ms", "600 ms", "800 ms", "1 s"], page.FindAll(".tick").Select(tick => tick.TextContent));
        Assert.Equal("left:33%;width:57%", Row(page, "process_streaming_response", "waterfall-row").QuerySelector(".bar")!.GetAttribute("style"));
    }

    [Fact]
    public void The_wait_for_the_persons_word_is_drawn_where_it_was()
    {
        var approval = new SpanEventRecord("tool.approval", Start.AddMilliseconds(600), [new("tool.approval.wait_ms", 400.0)]);
        var known = new SpanEventRecord("tool.approval", Start.AddMilliseconds(700), [new("tool.approval.wait_ms", 0.01)]);
        Hold(Span(1, durationMs: 1000), Span(2, 1, "generate_response", durationMs: 1000, events: [approval, known]));

        var row = Row(Page(1), "generate_response", "waterfall-row");

        var stretch = Assert.Single(row.QuerySelectorAll(".bar.person"));
        Assert.Equal(("left:20%;width:40%", "waiting for you 400 ms"), (stretch.GetAttribute("style"), stretch.GetAttribute("title")));
    }

    [Fact]
    public void A_press_on_a_row_opens_its_details_and_escape_closes_them()
    {
        Hold(Turn(1));
        var page = Page(1);

        Row(page, "ollama_request", "waterfall-row").Click();
        Assert.Equal(SpanId(104), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));

        page.Find(".page").KeyDown("Escape");
        Assert.Empty(page.FindAll("[data-testid=span-details]"));
    }

    [Fact]
    public void A_link_may_name_a_span()
    {
        Hold(Turn(1));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"traces/{TraceId(1)}?span={SpanId(103)}");

        var page = Page(1);

        Assert.Equal(SpanId(103), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));
    }

    [Fact]
    public void The_table_says_what_the_waterfall_draws()
    {
        Hold(Turn(1));
        var page = Page(1);

        page.Find("[data-testid=trace-view-table]").Click();

        Assert.Equal(6, page.FindAll("[data-testid=table-row]").Count);
        var row = page.Find("[data-testid=table-row][data-name=process_streaming_response]").TextContent;
        Assert.Contains("ollama.chat_streaming", row, StringComparison.Ordinal);
        Assert.Contains("330 ms", row, StringComparison.Ordinal);
        Assert.Contains("570 ms", row, StringComparison.Ordinal);

        page.Find("[data-testid=table-row] button").Click();
        Assert.Equal(SpanId(101), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));
    }

    [Fact]
    public void A_trace_that_is_not_held_is_said_to_be_gone_and_shown_should_it_come()
    {
        var page = Page(1);
        Assert.Contains(TraceId(1), page.Find("[data-testid=trace-missing]").TextContent, StringComparison.Ordinal);

        Record(Turn(1));

        Assert.Equal(6, Names(page, "waterfall-row").Length);
    }

    [Fact]
    public void A_trace_that_is_being_read_does_not_vanish_when_the_feed_lets_it_go()
    {
        Hold(Turn(1));
        var page = Page(1);

        Feed.Clear();
        Tell();
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(6, Names(page, "waterfall-row").Length);
    }

    [Fact]
    public async Task The_subscriptions_end_with_the_pages()
    {
        Render<TracesPage>();
        Page(1);
        Assert.Equal(2, Feed.SubscriptionCount);

        await DisposeComponentsAsync();

        Assert.Equal(0, Feed.SubscriptionCount);
    }

    private IRenderedComponent<TracePage> Page(int trace) => Render<TracePage>(parameters => parameters.Add(p => p.TraceId, TraceId(trace)));
}
