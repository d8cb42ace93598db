using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The list of conversations, with its search, and the table of traces by the arrow keys.</summary>
[Collection(BrowserCollection.Name)]
public class ListKeysInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Conversations_are_searched_walked_and_opened_at_the_place()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await FindInTheBrowserTests.TurnsAsync(page, 34, turn => turn == 2 ? "short, about the heron" : $"short {turn}");
        var first = page.Page.Url;
        await page.Page.GetByTestId("message-edit").Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.GetByTestId("message-edit-text").FillAsync("short, about the otter");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("branch-switcher").First).ToBeVisibleAsync();
        await Expect(page.Send).ToBeVisibleAsync();
        foreach (var prompt in new[] { "short, and second", "short, and third" })
        {
            await page.Page.Keyboard.PressAsync("Control+Shift+O");
            await Expect(page.Replies).ToHaveCountAsync(0);
            await page.SendAsync(prompt);
            await page.WaitForReplyAsync("complete");
        }

        var items = page.Page.GetByTestId("conversation-item");
        var search = page.Page.GetByTestId("conversation-search");
        await Expect(page.Composer).ToBeFocusedAsync(); // it takes the keyboard once the new conversation is drawn
        await search.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(items.First).ToBeFocusedAsync();
        foreach (var (key, row) in new[] { ("ArrowDown", 1), ("End", 2), ("ArrowUp", 1), ("Home", 0) })
        {
            await page.Page.Keyboard.PressAsync(key);
            await Expect(items.Nth(row)).ToBeFocusedAsync();
            Assert.Equal(1, await page.Page.EvaluateAsync<int>("document.querySelectorAll(\"[data-testid='conversation-item'][tabindex='0']\").length"));
        }

        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(search).ToBeFocusedAsync();

        // A hit says what was said, and leads to the very place, though that is neither drawn nor in this conversation.
        await page.Page.Keyboard.TypeAsync("the HERON");
        await Expect(items).ToHaveCountAsync(1);
        await Expect(page.Page.GetByTestId("conversation-snippet").Locator("mark")).ToHaveTextAsync("the heron");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).ToHaveURLAsync(first);
        await Expect(page.Page.GetByTestId("find-query")).ToHaveValueAsync("the HERON");
        await Expect(page.Page.GetByTestId("find-count")).ToContainTextAsync("1 of ");
        await Expect(page.Page.GetByTestId("message").Filter(new() { HasText = "the heron" }).First).ToBeInViewportAsync();

        // In another version of the same conversation, too. Opened in another window, it leaves this one as it is.
        await search.FillAsync("short 34");
        await Expect(page.Page.GetByTestId("conversation-snippet").Locator("mark")).ToHaveTextAsync("short 34");
        var other = await page.Page.Context.RunAndWaitForPageAsync(() => items.ClickAsync(new() { Modifiers = [KeyboardModifier.Control] }));
        await other.Locator(".studio").WaitForAsync();
        await other.CloseAsync();
        await Expect(page.Page.GetByTestId("find-query")).ToHaveValueAsync("the HERON");
        await items.ClickAsync();
        await Expect(page.Page.GetByTestId("find-query")).ToHaveValueAsync("short 34");
        await Expect(page.Page.Locator("[data-role='user']").Filter(new() { HasText = "short 34" })).ToBeInViewportAsync();

        await search.FillAsync("nothing of that kind");
        await Expect(page.Page.GetByText("Nothing matches")).ToBeVisibleAsync();
        await search.PressAsync("Escape");
        await Expect(search).ToHaveValueAsync("");
        await Expect(items).ToHaveCountAsync(3);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Conversations_are_pinned_tagged_put_away_found_duplicated_and_deleted_by_the_keyboard_alone()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short, about the heron");
        await page.WaitForReplyAsync("complete");
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(page.Replies).ToHaveCountAsync(0);
        await page.SendAsync("short, and second");
        await page.WaitForReplyAsync("complete");
        var (keys, search, items) = (page.Page.Keyboard, page.Page.GetByTestId("conversation-search"), page.Page.GetByTestId("conversation-item"));
        var (heron, second) = (items.Filter(new() { HasText = "heron" }), items.Filter(new() { HasText = "second" }));
        await Expect(page.Composer).ToBeFocusedAsync();
        await search.FocusAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(second).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(heron).ToBeFocusedAsync();

        await ChooseAsync("pin");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Pinned" })).ToBeVisibleAsync();
        await Expect(items.First).ToContainTextAsync("heron");
        await Expect(heron).ToBeFocusedAsync();

        await ChooseAsync("tags");
        await Expect(page.Page.GetByTestId("tag-editor-text")).ToBeFocusedAsync();
        await keys.TypeAsync("Birds");
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("tag-editor").GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["Birds"]);
        await keys.PressAsync("Escape");
        var button = page.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for short, about the heron" });
        await Expect(button).ToBeFocusedAsync();
        await Expect(page.Page.GetByTestId("tag-editor")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("conversation-tag")).ToHaveTextAsync(["Birds"]);

        await keys.PressAsync("Enter");
        await WalkAsync("archive");
        await Expect(heron).ToHaveCountAsync(0);
        await Expect(second).ToBeFocusedAsync(); // what stands in its place
        await Expect(page.Page.GetByTestId("conversations-archived")).ToHaveTextAsync("Archived (1)");

        await search.FocusAsync();
        await keys.TypeAsync("tag:birds");
        await Expect(items).ToHaveCountAsync(1);
        await Expect(heron).ToContainTextAsync("archived");
        await keys.PressAsync("ArrowDown");
        await Expect(heron).ToBeFocusedAsync();
        await ChooseAsync("duplicate");
        await Expect(items).ToHaveCountAsync(2);
        await Expect(page.Page.Locator("[data-testid='conversation-item']:focus")).ToHaveCountAsync(1);
        await search.PressAsync("Escape");
        await Expect(search).ToHaveValueAsync("");
        var copy = items.Filter(new() { HasText = "heron (copy)" });
        await Expect(items).ToHaveTextAsync([new Regex("heron \\(copy\\)", RegexOptions.None, TimeSpan.FromSeconds(1)), new Regex("second", RegexOptions.None, TimeSpan.FromSeconds(1))]);
        await keys.PressAsync("ArrowDown");
        await Expect(copy).ToBeFocusedAsync();

        await ChooseAsync("delete");
        await Expect(items).ToHaveCountAsync(1);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(copy).ToBeVisibleAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("short, and second"); // which was in sight before
        await Expect(page.Replies).ToHaveCountAsync(1);
        page.AssertNoComplaints();

        async Task ChooseAsync(string action)
        {
            await keys.PressAsync("Shift+F10");
            await WalkAsync(action);
        }

        async Task WalkAsync(string action)
        {
            var entries = page.Page.GetByRole(AriaRole.Menuitem);
            await Expect(entries.First).ToBeFocusedAsync();
            var actions = await entries.EvaluateAllAsync<string[]>("entries => entries.map(entry => entry.dataset.action)");
            foreach (var _ in actions.TakeWhile(one => one != action))
            {
                await keys.PressAsync("ArrowDown");
            }

            await Expect(page.Page.GetByTestId("conversation-menu").Locator($"[data-action='{action}']")).ToBeFocusedAsync();
            await keys.PressAsync("Enter");
            await Expect(page.Page.GetByTestId("conversation-menu")).ToHaveCountAsync(0);
        }
    }

    [Fact]
    public async Task Escape_in_the_search_clears_it_and_the_reply_goes_on()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write a long answer", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();

        await page.Page.GetByTestId("conversation-search").FillAsync("long");
        await page.Page.GetByTestId("conversation-search").PressAsync("Escape");

        await Expect(page.Page.GetByTestId("conversation-search")).ToHaveValueAsync("");
        await page.WaitForMoreAsync();
    }

    [Fact]
    public async Task The_table_of_traces_is_walked_beyond_what_is_drawn()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await FindInTheBrowserTests.TurnsAsync(page, 60, turn => $"short {turn}");
        await page.GoAsync("/traces");
        var table = page.Page.Locator("#traces");
        await Expect(table).ToHaveAttributeAsync("data-row-count", "61");
        await Expect(page.Page.GetByTestId("trace-row").First).ToBeVisibleAsync();
        var drawn = await page.Page.GetByTestId("trace-row").CountAsync();
        Assert.InRange(drawn, 10, 55);

        await table.FocusAsync();
        var keys = page.Page.Keyboard;
        foreach (var (key, row) in new[] { ("ArrowDown", 0), ("ArrowDown", 1), ("End", 60), ("ArrowUp", 59), ("Home", 0), ("ArrowUp", 0) })
        {
            await keys.PressAsync(key);
            await ExpectRowAsync(page, row);
        }

        // Faster than rows can come: each press counts.
        await keys.PressAsync("PageDown");
        var page1 = await RowAsync(page);
        Assert.InRange(page1, 5, 40);
        await keys.PressAsync("PageDown");
        await keys.PressAsync("PageDown");
        await keys.PressAsync("ArrowUp");
        await ExpectRowAsync(page, Math.Min(60, 3 * page1) - 1);
        await keys.PressAsync("PageUp");
        await ExpectRowAsync(page, Math.Min(60, 3 * page1) - 1 - page1);

        await keys.PressAsync("End");
        await ExpectRowAsync(page, 60);
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("short 1");
        await Expect(page.Page.GetByTestId("span-details")).ToHaveCountAsync(1);
        await Expect(page.Page.Locator(".page.trace[data-has-keys]")).ToHaveCountAsync(1); // they come with its script
        await keys.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("span-details")).ToHaveCountAsync(0);
        await keys.PressAsync("Escape");
        await ExpectRowAsync(page, 59);
        page.AssertNoComplaints();
    }

    private static async Task ExpectRowAsync(StudioPage page, int row)
    {
        try
        {
            await page.Page.WaitForFunctionAsync("row => document.activeElement.closest('[data-row]')?.dataset.row === String(row)", row);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Row {row} has not got the focus, but {await page.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)")}");
        }
    }

    private static Task<int> RowAsync(StudioPage page) => page.Page.EvaluateAsync<int>("Number(document.activeElement.closest('[data-row]')?.dataset.row ?? -1)");
}
