using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class AccessibilityTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_on_any_page(ColorScheme scheme)
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, scheme: scheme);
        await AssertCleanAsync(page, "empty chat");

        await page.SendAsync("Show me a table", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.SpanRow("ollama.chat_streaming").ClickAsync();
        await Expect(page.Page.GetByTestId("span-details")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "chat with spans");

        await page.Page.GetByTestId("message-regenerate").ClickAsync();
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("2/2");
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("message-edit").FocusAsync();
        await page.Page.GetByTestId("message-edit").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("message-edit-text")).ToBeFocusedAsync();
        await AssertCleanAsync(page, "versions of a reply, and a prompt being changed");

        await using (var other = await StudioPage.OpenAsync(browser.Browser, studio))
        {
            await other.Page.GetByTestId("conversation-item").HoverAsync();
            await other.Page.GetByRole(AriaRole.Button, new() { Name = "Delete Show me a table" }).ClickAsync();
        }

        await Expect(page.Page.GetByTestId("deleted-notice")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "chat deleted in another window");

        await page.GoAsync("/settings");
        await Expect(page.Page.GetByTestId("setting-save")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "settings");

        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").First.WaitForAsync();
        await AssertCleanAsync(page, "traces");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_nothing_at_all_in_any_layer(ColorScheme scheme)
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, scheme: scheme);
        await page.SendAsync("short", "demo-tools:latest");
        await page.WaitForReplyAsync("complete");

        await AssertNothingAsync("palette", () => page.Page.Keyboard.PressAsync("Control+k"), page.Page.GetByTestId("palette"));
        await AssertNothingAsync("help", () => page.Page.Keyboard.PressAsync("Control+/"), page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" }));
        await AssertNothingAsync("models", () => page.Picker.ClickAsync(), page.Page.GetByTestId("model-search"));
        await Expect(page.Page.GetByTestId("tools-menu")).ToHaveAttributeAsync("data-state", "ready");
        await AssertNothingAsync("tools", () => page.Page.GetByTestId("tools-menu").ClickAsync(), page.Page.Locator("input[data-tool]").First);
        await AssertNothingAsync("tooltip", () => page.Page.GetByTestId("span-clear").HoverAsync(), page.Page.Locator(".mud-tooltip.mud-popover-open"));

        await page.Page.GetByTestId("conversation-item").HoverAsync();
        await AssertNothingAsync("snackbar", () => page.Page.GetByRole(AriaRole.Button, new() { Name = "Delete short" }).ClickAsync(), page.Page.GetByTestId("undo"));

        await page.GoAsync("/traces");
        await AssertNothingAsync("columns", () => page.Page.GetByTestId("trace-columns").ClickAsync(), page.Page.Locator("[data-column]").First);

        async Task AssertNothingAsync(string where, Func<Task> open, ILocator shown)
        {
            await open();
            await Expect(shown).ToBeVisibleAsync();
            // While it fades in, its colours are not yet what they will be.
            await page.Page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(a => a.effect.getTiming().iterations !== Infinity).map(a => a.finished.catch(() => {})))");
            var found = (await page.Page.RunAxe()).Violations.SelectMany(violation => violation.Nodes.Select(node => $"{where}: {violation.Id}: {violation.Help} at {node.Html}"));
            Assert.Empty(found);
            await page.Page.Keyboard.PressAsync("Escape");
        }
    }

    private static async Task AssertCleanAsync(StudioPage page, string where)
    {
        var result = await page.Page.RunAxe();
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{where}: {violation.Id}: {violation.Help} at {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");
        Assert.Empty(serious);
    }
}
