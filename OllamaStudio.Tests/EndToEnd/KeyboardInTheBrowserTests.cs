using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>One test for each kind of control that is MudBlazor's: what the keyboard does with it.</summary>
[Collection(BrowserCollection.Name)]
public class KeyboardInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_button_is_pressed_by_space_and_by_enter_and_one_that_leads_somewhere_is_a_link()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        foreach (var (prompt, key) in new[] { ("What can you do?", "Space"), ("Show me a table of sorting algorithms", "Enter") })
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = prompt }).FocusAsync();
            await page.Page.Keyboard.PressAsync(key);
            await Expect(page.Page.Locator("[data-testid='message'][data-role='user']")).ToContainTextAsync(prompt);
            await Expect(page.Composer).ToHaveValueAsync("");
            await page.Page.GetByTestId("new-chat").ClickAsync();
            await Expect(page.Page.GetByTestId("message")).ToHaveCountAsync(0);
            await Expect(page.Composer).ToBeFocusedAsync(); // which would else take the keyboard from what has it next
        }

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Change the address" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/settings#field-ollama-host");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_button_that_is_an_icon_says_its_name_when_the_keyboard_is_on_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var tip = page.Page.Locator(".mud-tooltip", new() { HasText = "Pause the view; spans are still recorded" });
        var pause = page.Page.GetByTestId("span-pause");
        await Expect(pause).ToHaveAccessibleNameAsync("Pause the view");
        await Expect(tip).ToBeHiddenAsync();

        await Expect(page.Page.GetByTestId("span-collapse-all")).ToBeEnabledAsync(); // there is a trace
        await page.Page.GetByTestId("span-collapse-all").FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(pause).ToBeFocusedAsync();
        await Expect(tip).ToBeVisibleAsync();

        await page.Page.Keyboard.PressAsync("Space");
        await Expect(pause).ToHaveAttributeAsync("aria-pressed", "true");
        var resume = page.Page.Locator(".mud-tooltip", new() { HasText = "Resume" });
        await Expect(resume).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(resume).ToBeHiddenAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_dialog_takes_the_keyboard_goes_round_and_gives_it_back()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var help = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        var close = help.GetByRole(AriaRole.Button, new() { Name = "Close" });
        await page.Page.GetByTestId("conversation-search").FocusAsync();

        await page.Page.Keyboard.PressAsync("Control+/");
        await Expect(help.Locator(":focus")).ToHaveCountAsync(1);
        foreach (var key in new[] { "Tab", "Tab", "Shift+Tab" })
        {
            await page.Page.Keyboard.PressAsync(key);
            await Expect(close).ToBeFocusedAsync();
        }

        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(help).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("conversation-search")).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Keys_that_open_a_dialog_act_once_a_press_however_fast_and_however_long_they_are_held()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var palette = page.Page.GetByTestId("palette");
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up");

        await page.Page.Keyboard.DownAsync("Control");
        foreach (var _ in Enumerable.Range(0, 6))
        {
            await page.Page.Keyboard.DownAsync("k"); // held: the browser says that all but the first repeat it
        }

        await page.Page.Keyboard.UpAsync("k");
        await page.Page.Keyboard.UpAsync("Control");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await Expect(palette).ToHaveCountAsync(1);

        // The first closes it, the second opens another, with the first entry under Enter.
        await page.Page.GetByTestId("palette-query").EvaluateAsync("query => { query.dataset.old = ''; }");
        await page.Page.Keyboard.PressAsync("Control+k");
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.Locator("[data-testid='palette-query']:not([data-old])")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("go traces");
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces");
        await Expect(palette).ToHaveCountAsync(0);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_layer_takes_the_keyboard_is_left_by_tab_and_closed_by_escape_while_the_reply_goes_on()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write a long answer", "demo-tools:latest");
        await page.WaitForReplyAsync("streaming");
        var button = page.Page.GetByTestId("tools-menu");
        var menu = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Tools" });
        var first = menu.Locator("button, input, a").First;
        await Expect(button).ToHaveAttributeAsync("data-state", "ready");

        await button.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(first).ToBeFocusedAsync();
        await Expect(button).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(menu).ToHaveCountAsync(0);
        await Expect(button).ToBeFocusedAsync();
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");

        // Beyond its last field lies what follows the button.
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(first).ToBeFocusedAsync();
        await menu.GetByRole(AriaRole.Link, new() { Name = "MCP servers" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(menu).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("chat-parameters")).ToBeFocusedAsync();
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        page.AssertNoComplaints();
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Meta", "⌘")]
    [InlineData(null, "Control", "Ctrl")]
    public async Task Shortcuts_are_with_the_key_of_the_machine_and_say_so(string? userAgent, string key, string word)
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, userAgent: userAgent);
        await Expect(page.Page.GetByTestId("new-chat")).ToHaveAttributeAsync("title", $"New chat ({word}+Shift+O)");

        await page.Page.Keyboard.PressAsync($"{key}+/");
        var keys = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" }).Locator("dt", new() { HasText = "." });
        await Expect(keys.Locator("kbd")).ToHaveTextAsync([word, "."]);
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Page.Keyboard.PressAsync($"{key}+k");
        await Expect(page.Page.GetByTestId("palette-entry").Filter(new() { HasText = "Go to settings" }).Locator("kbd")).ToHaveTextAsync([word, "."]);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_check_box_is_switched_by_space()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/traces");
        await Expect(page.Page.Locator("h1")).ToBeFocusedAsync(); // to which the page gives the keyboard when it comes
        await page.Page.GetByTestId("trace-columns").PressAsync("Enter");
        var status = page.Page.Locator("[data-column='Status']");
        var spans = page.Page.Locator("[data-column='Spans']");
        await Expect(status).ToBeFocusedAsync();
        await Expect(page.Page.Locator("[data-column='Prompt']")).ToBeDisabledAsync();

        while (!await spans.EvaluateAsync<bool>("box => box === document.activeElement"))
        {
            await page.Page.Keyboard.PressAsync("Tab");
        }

        await Expect(spans).Not.ToBeCheckedAsync();
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(spans).ToBeCheckedAsync();
        await Expect(page.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Spans" })).ToBeVisibleAsync();
        await Expect(spans).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_snackbar_waits_for_the_keyboard_and_undoes_by_enter()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var chat = page.Page.Url;

        await page.Page.GetByTestId("conversation-item").FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("End");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("undo")).ToContainTextAsync("“short” deleted");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page).ToHaveURLAsync(chat);
        await Expect(page.Page.GetByTestId("undo")).ToHaveCountAsync(0);
        await Expect(page.Composer).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }
}
