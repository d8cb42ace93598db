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

    private static async Task AssertCleanAsync(StudioPage page, string where)
    {
        var result = await page.Page.RunAxe();
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{where}: {violation.Id}: {violation.Help} at {string.Join(" | ", violation.Nodes.Select(node => node.Html))}");
        Assert.Empty(serious);
    }
}
