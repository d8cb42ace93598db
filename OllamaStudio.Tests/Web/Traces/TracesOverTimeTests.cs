using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The list of traces, and what leads through it, where most of them are stored and no longer live.</summary>
public sealed class TracesOverTimeTests : PanelTestBase
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private static SpanRecord[] Many(int count) => [.. Enumerable.Range(1, count).Select(static trace => Span(trace, trace: trace, startMs: -trace * 60_000, attributes: [("agent.task", $"Question {trace}"), ("llm.model", trace % 2 == 0 ? "even:1b" : "odd:1b")]))];

    private static string[] Ids(IRenderedComponent<TracesPage> page) => [.. page.FindAll("[data-testid=trace-row]").Select(row => row.GetAttribute("data-trace-id")!)];

    private static string Held(IRenderedComponent<TracesPage> page) => page.Find("[data-testid=traces-held]").TextContent;

    [Fact]
    public async Task Stored_and_live_traces_are_one_list_with_every_row_in_its_place()
    {
        await Stored.Value.StoreAsync(Many(350));
        var page = RenderTraces();
        Assert.Equal("350 traces", Held(page));
        Assert.Equal(Enumerable.Range(1, 120).Select(TraceId), Ids(page)[..120]);
        Assert.Equal(Enumerable.Range(0, 120).Select(static index => $"{index}"), page.FindAll("[data-testid=trace-row]").Select(row => row.GetAttribute("data-row")));

        Record(Turn(900));

        Assert.Equal("351 traces", Held(page));
        Assert.Equal([TraceId(900), TraceId(1)], Ids(page)[..2]);
        Assert.Equal("352", page.Find("table").GetAttribute("aria-rowcount"));
    }

    [Fact]
    public async Task Spans_that_found_no_room_are_counted_beside_what_is_there()
    {
        await using var small = new StoredTraces(Feed, Conversations, Time, maxBytes: 20_000);
        Services.AddSingleton(small.Traces);
        await small.StoreAsync(Many(3));
        Assert.Equal("3 traces", Held(RenderTraces()));

        await small.StoreAsync(Span(90, trace: 90, attributes: [("agent.task", new string('x', 30_000))]));
        Assert.Equal("3 traces; 1 span could not be kept", Held(RenderTraces()));
        await small.StoreAsync(Span(91, trace: 91, attributes: [("agent.task", new string('x', 30_000))]));
        Assert.Equal("3 traces; 2 spans could not be kept", Held(RenderTraces()));
    }

    [Fact]
    public async Task Filters_that_are_whole_are_chips_and_words_stay_in_the_field()
    {
        await Stored.Value.StoreAsync(Many(20));
        Navigation.NavigateTo("traces?q=question%20model%3Aeven%20status%3Aok");
        var page = RenderTraces();
        Assert.Equal(["model:even", "status:ok"], Chips());
        Assert.Equal("question", Field().GetAttribute("value"));
        Assert.Equal("10 of 20 traces", Held(page));

        await page.Find("[data-testid=query-chip] button").ClickAsync();
        Assert.Equal(("20 traces", "traces?q=status%3Aok%20question"), (Held(page), Navigation.ToBaseRelativePath(Navigation.Uri)));

        await Field().InputAsync("duration>1h");
        Assert.Equal("0 of 20 traces", Held(page));
        await Field().KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.Equal(["status:ok", "duration>1h"], Chips());
        Assert.Equal("", Field().GetAttribute("value"));

        await Field().KeyDownAsync(new KeyboardEventArgs { Key = "Backspace" });
        Assert.Equal(["status:ok"], Chips());
        Assert.Equal("duration>1h", Field().GetAttribute("value"));

        string[] Chips() => [.. page.FindAll("[data-testid=query-chip]").Select(chip => chip.TextContent)];
        AngleSharp.Dom.IElement Field() => page.Find("[data-testid=trace-query]");
    }

    [Fact]
    public async Task A_filter_is_completed_by_keys_and_what_only_begins_one_hides_nothing()
    {
        await Stored.Value.StoreAsync(Many(20));
        var page = RenderTraces();

        await Field().InputAsync("mo");
        Assert.Equal(["model:"], Options());
        Assert.Equal("20 traces", Held(page));
        Assert.Equal("true", Field().GetAttribute("aria-expanded"));

        await Press("ArrowDown");
        Assert.Equal(page.Find("[data-testid=query-option]").Id, Field().GetAttribute("aria-activedescendant"));
        await Press("Enter");
        Assert.Equal("model:", Field().GetAttribute("value"));
        Assert.Equal(["model:even:1b", "model:odd:1b"], Options());

        await Press("ArrowDown");
        await Press("ArrowDown");
        await Press("Enter");
        Assert.Equal("model:odd:1b", page.Find("[data-testid=query-chip]").TextContent);
        Assert.Equal("10 of 20 traces", Held(page));
        Assert.Empty(Options());

        await Field().InputAsync("mo");
        await Press("Escape");
        Assert.Empty(Options());
        Assert.Equal("0 of 20 traces", Held(page));

        string[] Options() => [.. page.FindAll("[data-testid=query-option]").Select(option => option.Children[0].TextContent)];
        Task Press(string key) => Field().KeyDownAsync(new KeyboardEventArgs { Key = key });
        AngleSharp.Dom.IElement Field() => page.Find("[data-testid=trace-query]");
    }

    [Fact]
    public async Task A_time_range_narrows_list_and_facets_and_travels_in_the_address()
    {
        await Stored.Value.StoreAsync(Many(200));
        var layers = Render<MudPopoverProvider>();
        var page = RenderTraces();

        await page.Find("[data-testid=trace-range]").ClickAsync();
        await layers.Find("[data-range='1h']").ClickAsync();

        Assert.Equal("60 of 200 traces", Held(page));
        page.WaitForAssertion(() => Assert.Equal("30", page.Find("[data-term='model:even:1b'] b").TextContent), Patience);
        Assert.Equal("traces?range=1h", Navigation.ToBaseRelativePath(Navigation.Uri));
        Assert.Equal("Last hour", page.Find("[data-testid=trace-range]").TextContent.Trim());

        // The clock of the test stands five and a half hours east.
        await page.Find("[data-testid=trace-range]").ClickAsync();
        await layers.Find("[data-testid=trace-from]").ChangeAsync("2026-03-01T17:00");
        await layers.Find("[data-testid=trace-to]").ChangeAsync("2026-03-01T17:10");
        await layers.Find("form").SubmitAsync();

        Assert.Equal("10 of 200 traces", Held(page));
        Assert.Equal("traces?from=2026-03-01T11%3A30%3A00Z&to=2026-03-01T11%3A40%3A00Z", Navigation.ToBaseRelativePath(Navigation.Uri));
        Assert.Equal("2026-03-01 17:00 – 17:10", page.Find("[data-testid=trace-range]").TextContent.Trim());
    }

    [Fact]
    public async Task Sessions_are_the_turns_of_each_conversation_with_their_totals()
    {
        var conversation = Conversations.Create();
        Conversations.Rename(conversation.Id, "Rename the billing module");
        await Stored.Value.StoreAsync(
            Span(1, startMs: -90_000, durationMs: 2000, attributes: [("session.id", conversation.Id), ("llm.tokens_input", 1000), ("llm.tokens_output", 20)]),
            Span(2, trace: 2, startMs: -60_000, durationMs: 1000, status: SpanStatus.Error, attributes: [("session.id", conversation.Id), ("llm.tokens_input", 500)]),
            Span(3, trace: 3, attributes: ("session.id", "elsewhere")));
        Hold(Span(4, trace: 4, startMs: -30_000, attributes: ("session.id", conversation.Id)));
        Navigation.NavigateTo("traces?view=sessions");

        var page = RenderTraces();

        page.WaitForAssertion(() => Assert.Equal(["elsewhere", conversation.Id], page.FindAll("[data-testid=session-row]").Select(row => row.GetAttribute("data-session"))), Patience);
        var row = page.Find($"[data-session='{conversation.Id}']");
        Assert.Equal(["Rename the billing module", "3", "1,500", "20", "3.10 s", "1", "17:29:30", "Traces"], row.Children.Select(cell => cell.TextContent.Trim()));
        Assert.Equal($"chat/{conversation.Id}", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("2 conversations", Held(page));

        Navigation.NavigateTo(row.QuerySelector("td.traces a")!.GetAttribute("href")!);
        Assert.Equal("3 of 4 traces", Held(page));
    }

    [Fact]
    public async Task Attributes_are_searched_for_in_every_span_and_what_is_found_is_listed()
    {
        await Stored.Value.StoreAsync([.. Many(30), .. Enumerable.Range(1, 3).Select(static trace => Span(100 + trace, trace, "ollama.chat_streaming", trace: trace * 10, startMs: -trace * 600_000, attributes: ("llm.finish_reason", "length")))]);
        Navigation.NavigateTo("traces?q=attr.llm.finish_reason%3Dlength");

        var page = RenderTraces();

        page.WaitForAssertion(() => Assert.Equal("3 of 30 traces", Held(page)));
        Assert.Equal([TraceId(10), TraceId(20), TraceId(30)], Ids(page));
        Assert.NotNull(page.Find("[data-testid=search-again]"));
    }

    [Fact]
    public async Task A_stored_trace_has_its_page_and_its_neighbours_and_the_list_finds_back_to_it()
    {
        await Stored.Value.StoreAsync(Many(350));
        Navigation.NavigateTo($"traces/{TraceId(300)}?q=model%3Aeven");

        var trace = RenderTrace(300);

        Assert.Equal("Question 300", trace.Find("h1").TextContent);
        Assert.Single(trace.FindAll("[data-testid=waterfall-row]"));
        trace.WaitForAssertion(() => Assert.Equal($"traces/{TraceId(298)}?q=model%3Aeven", trace.Find("[data-testid=trace-previous]").GetAttribute("href")), Patience);
        Assert.Equal($"traces/{TraceId(302)}?q=model%3Aeven", trace.Find("[data-testid=trace-next]").GetAttribute("href"));

        Navigation.NavigateTo("traces?q=model%3Aeven");
        var page = RenderTraces();
        using var limit = new CancellationTokenSource(Patience);
        while (await page.InvokeAsync(() => JSInterop.Invocations["studio.rows.go"].Count) == 0)
        {
            limit.Token.ThrowIfCancellationRequested(); // nothing is drawn after it
            await Task.Yield();
        }

        Assert.Equal(149L, JSInterop.Invocations["studio.rows.go"].Single().Arguments[1]);
    }

    [Fact]
    public async Task Rows_come_first_and_what_is_counted_beside_them_when_it_is_known()
    {
        await Stored.Value.StoreAsync(Many(350));
        using var slow = new HeldTraces(Stored.Value.Traces);
        Services.AddSingleton<ITraces>(slow);
        Navigation.NavigateTo("traces?q=model%3Aeven");

        var page = Render<TracesPage>();

        Assert.Equal(Enumerable.Range(1, 50).Select(static number => TraceId(number * 2)), Ids(page)[..50]);
        Assert.Equal(("100 and more of 350 traces", "-1"), (Held(page), page.Find("table").GetAttribute("aria-rowcount")));
        Assert.Equal("true", page.Find(".facets").GetAttribute("aria-busy"));
        Assert.Empty(page.FindAll(".facet b"));

        slow.LetGo();
        page.WaitForAssertion(() => Assert.Equal(("175 of 350 traces", "176"), (Held(page), page.Find("table").GetAttribute("aria-rowcount"))), Patience);
        page.WaitForAssertion(() => Assert.Equal(["175", "175"], page.FindAll(".facet b").Select(static count => count.TextContent)), Patience);
        Assert.Null(page.Find(".facets").GetAttribute("aria-busy"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Traces_that_cannot_be_read_are_not_said_to_be_none_and_are_looked_for_again(bool isPressed)
    {
        await Stored.Value.StoreAsync(Many(20));
        using var traces = new HeldTraces(Stored.Value.Traces) { IsUnreadable = true };
        traces.LetGo();
        Services.AddSingleton<ITraces>(traces);
        var page = RenderTraces();
        Assert.Empty(page.FindAll("[data-testid=traces-empty]"));
        Assert.Contains("It cannot be read now.", page.Find("[data-testid=traces-fault]").TextContent, StringComparison.Ordinal);

        traces.IsUnreadable = false;
        if (isPressed)
        {
            await page.Find("[data-testid=traces-fault] button").ClickAsync();
        }
        else
        {
            Time.Advance(TimeSpan.FromSeconds(2));
        }

        page.WaitForAssertion(() => Assert.Equal("20 traces", Held(page)), Patience);
        Assert.Empty(page.FindAll("[data-testid=traces-fault]"));

        // So is what was counted beside them.
        await Time.WaitForTimerAsync();
        Time.Advance(PacedReading<TimeRange, TraceFacets>.Pause);
        page.WaitForAssertion(() => Assert.Equal(2, traces.FacetCounts), Patience);
    }

    [Fact]
    public async Task While_traces_come_they_are_counted_again_once_in_some_seconds()
    {
        await Stored.Value.StoreAsync(Many(20));
        using var traces = new HeldTraces(Stored.Value.Traces);
        traces.LetGo();
        Services.AddSingleton<ITraces>(traces);
        var page = RenderTraces();
        page.WaitForAssertion(() => Assert.Equal("10", page.Find("[data-term='model:odd:1b'] b").TextContent), Patience);
        Assert.Equal(1, traces.FacetCounts);

        foreach (var trace in (int[])[901, 903, 905])
        {
            Record(Span(trace, trace: trace, attributes: ("llm.model", "odd:1b")));
            Assert.Equal(TraceId(trace), Ids(page).Single(id => id == TraceId(trace)));
        }

        Assert.Equal("23 traces", Held(page));
        Assert.Equal(1, traces.FacetCounts);
        await Time.WaitForTimerAsync();
        Time.Advance(PacedReading<TimeRange, TraceFacets>.Pause);
        page.WaitForAssertion(() => Assert.Equal("13", page.Find("[data-term='model:odd:1b'] b").TextContent), Patience);
        Assert.Equal(2, traces.FacetCounts);
    }

    [Fact]
    public async Task Sessions_of_traces_with_an_attribute_are_theirs_alone_and_found_while_one_waits()
    {
        await Stored.Value.StoreAsync([.. Enumerable.Range(1, 30).Select(static trace => Span(
            trace, trace: trace, startMs: -trace * 60_000, attributes: [("session.id", trace % 3 == 0 ? "third" : "other"), ("llm.finish_reason", trace % 6 == 0 ? "length" : "stop")]))]);
        Navigation.NavigateTo("traces?view=sessions&q=attr.llm.finish_reason%3Dlength");

        var page = Render<TracesPage>();

        page.WaitForAssertion(() => Assert.Equal("1 conversation", Held(page)), Patience);
        Assert.Equal("third", page.Find("[data-testid=session-row]").GetAttribute("data-session"));
        Assert.Equal("5", page.Find("[data-testid=session-row] td.number").TextContent);
        Assert.NotNull(page.Find("[data-testid=search-again]"));

        Navigation.NavigateTo("traces?view=sessions&q=attr.llm.finish_reason%3Dnothing");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=sessions-empty]")), Patience);
    }

    [Fact]
    public async Task The_neighbours_of_a_trace_that_was_found_by_an_attribute_have_it_too()
    {
        await Stored.Value.StoreAsync([.. Enumerable.Range(1, 30).Select(static trace => Span(trace, trace: trace, startMs: -trace * 60_000, attributes: ("llm.finish_reason", trace % 6 == 0 ? "length" : "stop")))]);
        Navigation.NavigateTo($"traces/{TraceId(12)}?q=attr.llm.finish_reason%3Dlength");

        var trace = RenderTrace(12);

        trace.WaitForAssertion(() => Assert.Equal($"traces/{TraceId(6)}?q=attr.llm.finish_reason%3Dlength", trace.Find("[data-testid=trace-previous]").GetAttribute("href")), Patience);
        Assert.Equal($"traces/{TraceId(18)}?q=attr.llm.finish_reason%3Dlength", trace.Find("[data-testid=trace-next]").GetAttribute("href"));

        // One that does not have it is none of the list.
        trace.Render(parameters => parameters.Add(p => p.TraceId, TraceId(13)));
        trace.WaitForAssertion(() => Assert.Equal("No next trace in the list", Tip()), Patience);
        Assert.Null(trace.Find("[data-testid=trace-next]").GetAttribute("href"));

        string? Tip() => trace.Find("[data-testid=trace-next]").GetAttribute("aria-description");
    }
}
