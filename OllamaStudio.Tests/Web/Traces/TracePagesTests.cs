using Bunit;
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
