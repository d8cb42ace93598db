using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The page of one trace.</summary>
public sealed class TraceWaterfallTests : PanelTestBase
{
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
    public async Task A_press_on_a_row_opens_its_details_and_escape_closes_them()
    {
        Hold(Turn(1));
        var page = Page(1);

        await Row(page, "ollama_request", "waterfall-row").ClickAsync();
        Assert.Equal(SpanId(104), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));

        await page.InvokeAsync(page.Instance.OnEscape);
        Assert.Empty(page.FindAll("[data-testid=span-details]"));
    }

    [Fact]
    public async Task The_slowest_model_call_is_open_at_first_and_closed_it_stays_closed()
    {
        Hold([.. Turn(1), Span(190, 102, "ollama.chat_streaming", durationMs: 5000, attributes: [("openinference.span.kind", "LLM")])]);
        var page = Page(1);
        Assert.Equal(SpanId(190), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));

        await page.InvokeAsync(page.Instance.OnEscape);
        Record(Span(191, 102));

        Assert.Empty(page.FindAll("[data-testid=span-details]"));
    }

    [Fact]
    public async Task Escape_leads_back_to_the_list_as_it_was_once_nothing_is_open()
    {
        Hold(Turn(1));
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo($"traces/{TraceId(1)}?q=hi&sort=duration");
        var page = Page(1);

        await page.InvokeAsync(page.Instance.OnEscape);
        Assert.Empty(page.FindAll("[data-testid=span-details]"));
        Assert.Contains(TraceId(1), navigation.Uri, StringComparison.Ordinal);

        await page.InvokeAsync(page.Instance.OnEscape);
        Assert.EndsWith("/traces?q=hi&sort=duration", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Previous_and_next_are_those_of_the_list_that_led_here()
    {
        Hold(Turn(1));
        Hold(Turn(2, 2000));
        Hold(Turn(3, 4000, "llama3.1:8b"));
        Hold(Turn(4, 6000));
        Services.GetRequiredService<NavigationManager>().NavigateTo($"traces/{TraceId(2)}?q=model%3Ademo-small");

        var page = Page(2);

        page.WaitForAssertion(() => Assert.Equal($"traces/{TraceId(4)}?q=model%3Ademo-small", page.Find("[data-testid=trace-previous]").GetAttribute("href")), TimeSpan.FromSeconds(30));
        Assert.Equal($"traces/{TraceId(1)}?q=model%3Ademo-small", page.Find("[data-testid=trace-next]").GetAttribute("href"));

        page.Render(parameters => parameters.Add(p => p.TraceId, TraceId(1)));
        page.WaitForAssertion(() => Assert.Equal($"traces/{TraceId(2)}?q=model%3Ademo-small", page.Find("[data-testid=trace-previous]").GetAttribute("href")), TimeSpan.FromSeconds(30));
        Assert.Equal("true", page.Find("[data-testid=trace-next]").GetAttribute("aria-disabled"));
        Assert.Null(page.Find("[data-testid=trace-next]").GetAttribute("href"));
        Assert.Equal(SpanId(103), page.Find("[data-testid=span-details]").GetAttribute("data-span-id"));
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
    public async Task The_table_says_what_the_waterfall_draws()
    {
        Hold(Turn(1));
        var page = Page(1);

        await page.Find("[data-testid=trace-view-table]").ClickAsync();

        page.WaitForAssertion(() => Assert.Equal(6, page.FindAll("[data-testid=table-row]").Count), TimeSpan.FromSeconds(30));
        var row = page.Find("[data-testid=table-row][data-name=process_streaming_response]").TextContent;
        Assert.Contains("ollama.chat_streaming", row, StringComparison.Ordinal);
        Assert.Contains("330 ms", row, StringComparison.Ordinal);
        Assert.Contains("570 ms", row, StringComparison.Ordinal);

        await page.Find("[data-testid=table-row] button").ClickAsync();
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

    private IRenderedComponent<TracePage> Page(int trace) => RenderTrace(trace);
}
