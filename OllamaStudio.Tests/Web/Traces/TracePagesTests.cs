using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
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

        var page = RenderTraces();

        var rows = page.FindAll("[data-testid=trace-row]");
        Assert.Equal([TraceId(2), TraceId(1)], rows.Select(row => row.GetAttribute("data-trace-id")));
        Assert.Contains("llama3.1:8b", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("false", rows[0].GetAttribute("data-sampled"));
        Assert.Contains("1.00 s", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Equal(["1,234", "", "356", "42.1"], rows[1].QuerySelectorAll("td.number").Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public void A_trace_that_was_sent_links_to_itself_where_it_was_sent_as_soon_as_that_is_there()
    {
        Hold([.. Turn(1).Select(static span => span with { Sampled = true })]);
        var page = Page(1);
        Assert.Empty(page.FindAll("[data-testid=open-in-receiver]"));

        Export.Links["Jaeger"] = "http://localhost:16686/trace/{0}";
        Export.Set(Export.Current);

        page.WaitForAssertion(() => Assert.Equal($"http://localhost:16686/trace/{TraceId(1)}", page.Find("[data-testid=open-in-receiver]").GetAttribute("href")), TimeSpan.FromSeconds(30));
        Assert.Equal("Open in Jaeger", page.Find("[data-testid=open-in-receiver]").TextContent.Trim());
    }

    [Fact]
    public void An_undecided_trace_is_no_sampled_out_one_in_the_list_and_on_its_page()
    {
        Hold([.. Turn(1).Select(static span => span with { Sampled = null })]);
        Assert.Equal("pending", RenderTraces().Find("[data-testid=trace-row]").GetAttribute("data-sampled"));
        Assert.DoesNotContain("sampled out", RenderTrace(1).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_grows_while_it_is_open()
    {
        var page = RenderTraces();
        Assert.NotEmpty(page.FindAll("[data-testid=traces-empty]"));

        Record(Span(1, durationMs: null));

        Assert.Equal("running", page.Find("[data-testid=trace-row]").GetAttribute("data-status"));
    }

    [Fact]
    public async Task The_list_filters_and_sorts()
    {
        Hold(Turn(1));
        Hold(Span(900, trace: 9, name: "ollama.verify_connection", startMs: 9000, durationMs: 5, status: SpanStatus.Error));
        var page = RenderTraces();

        await page.Find("[data-testid=trace-query]").InputAsync("demo-small");
        Assert.Equal([TraceId(1)], Ids());

        await page.Find("[data-testid=trace-query]").InputAsync("");
        await page.Find("[data-term='status:error']").ClickAsync();
        Assert.Equal([TraceId(9)], Ids());
        Assert.Equal("status:error", page.Find("[data-testid=query-chip]").TextContent);
        Assert.EndsWith("/traces?q=status%3Aerror", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);

        await page.Find("[data-term='status:error']").ClickAsync();
        await page.FindAll("th button").Single(button => button.TextContent.Contains("Duration", StringComparison.Ordinal)).ClickAsync();
        Assert.Equal([TraceId(1), TraceId(9)], Ids());
        Assert.Equal("descending", page.Find("th.duration").GetAttribute("aria-sort"));

        string[] Ids() => [.. page.FindAll("[data-testid=trace-row]").Select(row => row.GetAttribute("data-trace-id")!)];
    }

    [Fact]
    public async Task A_failed_trace_says_why_and_one_of_a_conversation_says_its_title()
    {
        var conversation = Conversations.Create();
        Conversations.Rename(conversation.Id, "Rename the billing module");
        Hold(Span(1, status: SpanStatus.Error, description: "out of memory", attributes: [("session.id", conversation.Id)]));
        Hold(Span(2, trace: 2, attributes: [("session.id", "0123456789abcdef")]));

        var page = RenderTraces();

        var failed = page.Find("[data-status=error]");
        Assert.Contains("out of memory", failed.QuerySelector(".failure")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Rename the billing module", failed.QuerySelector(".conversation")!.TextContent.Trim());
        Assert.Equal("0123…cdef", page.Find("[data-status=ok] .conversation").TextContent.Trim());

        await page.Find("[data-testid=trace-query]").InputAsync("BILLING rename");
        Assert.Equal(TraceId(1), page.Find("[data-testid=trace-row]").GetAttribute("data-trace-id"));
    }

    [Fact]
    public void What_the_address_asks_holds_and_a_fault_in_it_is_said()
    {
        Hold(Turn(1));
        Hold(Turn(2, 5000, "llama3.1:8b"));
        var navigation = Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("traces?q=model%3Allama3.1");

        var page = RenderTraces();

        Assert.Equal(TraceId(2), page.Find("[data-testid=trace-row]").GetAttribute("data-trace-id"));
        Assert.Equal("1 of 2 traces", page.Find("[data-testid=traces-held]").TextContent);

        navigation.NavigateTo("traces?q=status%3Alost");
        Assert.Equal("There is no status “lost”: write running, ok, error, unset or interrupted.", page.Find("[role=alert]").TextContent);
        Assert.Equal(2, page.FindAll("[data-testid=trace-row]").Count);
    }

    [Fact]
    public async Task Columns_are_chosen_and_kept_by_the_browser()
    {
        var module = JSInterop.SetupModule("./Traces/TracesPage.razor.js");
        module.Mode = JSRuntimeMode.Loose;
        module.Setup<string?>("keptColumns").SetResult("Model,TraceId");
        var kept = module.SetupVoid("keepColumns", "Prompt,Model,Spans,TraceId").SetVoidResult();
        Hold(Turn(1));

        var layers = Render<MudPopoverProvider>();
        var page = RenderTraces();
        Assert.Equal(["Prompt", "Model", "Trace id"], Headers());

        await page.Find("[data-testid=trace-columns]").ClickAsync();
        await layers.Find("[data-column=Spans]").ChangeAsync(true);
        Assert.Equal(["Prompt", "Model", "Spans", "Trace id"], Headers());
        Assert.Single(kept.Invocations);

        string[] Headers() => [.. page.FindAll("th button").Select(header => header.TextContent.Trim())];
    }

    [Fact]
    public async Task A_press_on_a_row_opens_its_waterfall()
    {
        Hold(Turn(1));

        await RenderTraces().Find("[data-testid=trace-row]").ClickAsync();

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

    [Fact]
    public async Task The_subscriptions_end_with_the_pages()
    {
        RenderTraces();
        Page(1);
        Assert.Equal(2, Feed.SubscriptionCount);

        await DisposeComponentsAsync();

        Assert.Equal(0, Feed.SubscriptionCount);
    }

    private IRenderedComponent<TracePage> Page(int trace) => RenderTrace(trace);
}
