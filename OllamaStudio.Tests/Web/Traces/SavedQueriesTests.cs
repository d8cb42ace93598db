using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

public sealed class SavedQueriesTests : PanelTestBase
{
    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private static SpanRecord[] Many(int count) => [.. Enumerable.Range(1, count).Select(static trace => Span(trace, trace: trace, startMs: -trace * 60_000, attributes: [("agent.task", $"Question {trace}"), ("llm.model", trace % 2 == 0 ? "even:1b" : "odd:1b")]))];

    private static string Held(IRenderedComponent<TracesPage> page) => page.Find("[data-testid=traces-held]").TextContent;

    [Fact]
    public async Task What_is_shown_is_saved_under_a_name_and_comes_back_by_it()
    {
        await Stored.Value.StoreAsync(Many(20));
        Navigation.NavigateTo("traces?q=model%3Aeven&sort=-prompt");
        var layers = Render<MudPopoverProvider>();
        var page = RenderTraces();

        await page.Find("[data-testid=trace-saved]").ClickAsync();
        await layers.Find("form").SubmitAsync();
        Assert.Equal("Give it a name.", layers.Find("[role=alert]").TextContent);
        await layers.Find("[data-testid=saved-name]").InputAsync("Even ones");
        await layers.Find("form").SubmitAsync();
        layers.WaitForAssertion(() => Assert.Equal("Even ones", layers.Find("[data-testid=saved-query]").TextContent));

        Navigation.NavigateTo("traces");
        page.WaitForAssertion(() => Assert.Equal("20 traces", Held(page)));
        await layers.Find("[data-testid=saved-query]").ClickAsync();
        page.WaitForAssertion(() => Assert.Equal(("10 of 20 traces", "traces?q=model%3Aeven&sort=-prompt"), (Held(page), Navigation.ToBaseRelativePath(Navigation.Uri))));

        // Another of that name, in whatever case, is not replaced without a word.
        Navigation.NavigateTo("traces?q=model%3Aodd");
        await page.Find("[data-testid=trace-saved]").ClickAsync();
        await layers.Find("[data-testid=saved-name]").InputAsync("even ONES");
        await layers.Find("form").SubmitAsync();
        Assert.Contains("a query named “Even ones”", layers.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("?q=model%3Aeven&sort=-prompt", Assert.Single(Stored.Value.Queries.Read()).Address);
        await layers.Find("form").SubmitAsync();
        layers.WaitForAssertion(() => Assert.Equal(new SavedQuery("even ONES", "?q=model%3Aodd"), Assert.Single(Stored.Value.Queries.Read())));
        layers.WaitForAssertion(() => Assert.Empty(layers.FindAll("[role=alert]")));

        await layers.Find("[data-testid=saved-delete]").ClickAsync();
        layers.WaitForAssertion(() => Assert.Empty(layers.FindAll("[data-testid=saved-query]")));
        Assert.Empty(Stored.Value.Queries.Read());
    }

    [Fact]
    public async Task More_saved_queries_than_are_kept_are_refused()
    {
        for (var number = 0; number <= ISavedQueries.Most; number++)
        {
            await Stored.Value.Queries.SaveAsync(new SavedQuery($"query {number}", $"?q={number}"));
        }

        Assert.Equal(ISavedQueries.Most, Stored.Value.Queries.Read().Count);
        await Stored.Value.Queries.SaveAsync(new SavedQuery("QUERY 7", "?q=other")); // instead of one that is there
        Assert.Contains(new SavedQuery("QUERY 7", "?q=other"), Stored.Value.Queries.Read());
        await Stored.Value.StoreAsync(Many(2));
        var layers = Render<MudPopoverProvider>();
        var page = RenderTraces();
        await page.Find("[data-testid=trace-saved]").ClickAsync();
        await layers.Find("[data-testid=saved-name]").InputAsync("One more");
        await layers.Find("form").SubmitAsync();
        Assert.Contains("There are 200 saved queries", layers.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("One more", layers.Find("[data-testid=saved-name]").GetAttribute("value"));
    }
}
