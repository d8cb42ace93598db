using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(PagesCollection.Name)]
public class TracesInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_query_is_kept_by_the_address_and_the_columns_by_the_browser()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await AskAsync(page, "What does short mean?", "Show me a table");
        await page.GoAsync("/traces");
        var rows = page.Page.GetByTestId("trace-row");
        var query = page.Page.GetByTestId("trace-query");
        var spans = page.Page.Locator("th").GetByText("Spans");

        // A key at a time, as fast as it goes: the address follows, and takes nothing back.
        await query.PressSequentiallyAsync("table show status:ok");
        await Expect(query).ToHaveValueAsync("table show status:ok");
        await page.Page.WaitForFunctionAsync("() => location.search === '?q=table%20show%20status%3Aok'");
        await Expect(query).ToBeFocusedAsync();
        await Expect(rows).ToHaveCountAsync(1);

        await page.Page.GetByTestId("trace-columns").ClickAsync();
        await page.Page.GetByLabel("Spans", new() { Exact = true }).CheckAsync();
        await Expect(spans).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator("details.columns[open]")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("trace-columns")).ToBeFocusedAsync();

        await page.Page.ReloadAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(spans).ToBeVisibleAsync();
        await Expect(query).ToHaveValueAsync("table show");
        await Expect(page.Page.GetByTestId("query-chip")).ToHaveTextAsync("status:ok");

        await rows.First.ClickAsync();
        await Expect(page.Page.GetByTestId("span-details")).ToBeVisibleAsync();
        await page.Page.GoBackAsync();
        await Expect(query).ToHaveValueAsync("table show");
        await Expect(page.Page.GetByTestId("query-chip")).ToHaveTextAsync("status:ok");
        await Expect(rows).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task From_list_to_trace_to_the_next_and_back_by_the_keyboard_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await AskAsync(page, "What does short mean?", "Show me a table");
        var chat = page.Page.Url;
        await page.GoAsync("/traces?q=model%3Ademo-small");
        var links = page.Page.Locator("[data-testid='trace-row'] a");
        var details = page.Page.GetByTestId("span-details");

        await links.First.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(links.Nth(1)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Show me a table");
        await Expect(page.Page.Locator("h1")).ToBeFocusedAsync();
        await Expect(details.GetByTestId("span-message").First).ToContainTextAsync("Show me a table");

        await Expect(page.Page.GetByTestId("trace-next")).Not.ToHaveAttributeAsync("aria-disabled", "true");
        await page.Page.GetByTestId("trace-next").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("What does short mean?");
        await Expect(details.GetByTestId("span-message").First).ToContainTextAsync("What does short mean?");
        await Expect(page.Page.GetByTestId("trace-message")).ToHaveAttributeAsync("href", new Uri(chat).AbsolutePath[1..]);

        await details.GetByRole(AriaRole.Tab, new() { Name = "Messages" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(details.GetByRole(AriaRole.Tab, new() { Name = "Attributes" })).ToBeFocusedAsync();
        await Expect(details.Locator("[data-key='llm.model']")).ToBeVisibleAsync();

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(details).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("What does short mean?");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces?q=model%3Ademo-small");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Axe_finds_nothing_on_list_menu_trace_and_every_tab()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await AskAsync(page, "Show me a table");
        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").First.WaitForAsync();
        await page.Page.GetByTestId("trace-columns").ClickAsync();
        await Axe.AssertCleanAsync(page, "columns");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.GetByTestId("trace-query").FillAsync("status:lost");
        await Expect(page.Page.Locator("#trace-query-problem")).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "a query with a fault");

        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").First.ClickAsync();
        foreach (var tab in new[] { "Messages", "Attributes", "Events", "JSON" })
        {
            await page.Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await Expect(page.Page.GetByRole(AriaRole.Tab, new() { Name = tab })).ToHaveAttributeAsync("aria-selected", "true");
            await Axe.AssertCleanAsync(page, tab);
        }

        await page.Page.GetByTestId("trace-view-table").ClickAsync();
        await Axe.AssertCleanAsync(page, "table");
    }

    private static async Task AskAsync(StudioPage page, params string[] prompts)
    {
        for (var index = 0; index < prompts.Length; index++)
        {
            await page.SendAsync(prompts[index], index == 0 ? "demo-small:latest" : null);
            await Expect(page.Replies).ToHaveCountAsync(index + 1);
            await page.WaitForReplyAsync("complete");
        }
    }
}
