using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class TabsInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_ends_or_fails_while_nobody_looks_stands_in_title_and_icon_until_somebody_does()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var icon = page.Page.Locator("link[rel='icon']");
        var usual = await icon.GetAttributeAsync("href");

        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page).ToHaveTitleAsync("What does short mean? · OllamaStudio");

        await HideAsync(page, hidden: true);
        await page.SendAsync("And long?");
        await Expect(page.Replies).ToHaveCountAsync(2); // else the first reply is taken for the second
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page).ToHaveTitleAsync("(1) What does short mean? · OllamaStudio");
        Assert.NotEqual(usual, await icon.EvaluateAsync<string>("icon => icon.href"));

        // A title that Blazor writes meanwhile is kept, with the sign before it.
        await page.Page.GetByTestId("new-chat").ClickAsync();
        await Expect(page.Page).ToHaveTitleAsync("(1) New chat · OllamaStudio");
        await page.SendAsync("error-mid-stream", "demo-faults:latest");
        await page.WaitForReplyAsync("failed");
        await Expect(page.Page).ToHaveTitleAsync("Failed: error-mid-stream · OllamaStudio");

        await HideAsync(page, hidden: false);
        await Expect(page.Page).ToHaveTitleAsync("error-mid-stream · OllamaStudio");
        Assert.EndsWith(usual!, await icon.EvaluateAsync<string>("icon => icon.href"), StringComparison.Ordinal);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_theme_that_is_chosen_in_one_tab_is_the_others_too()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(studio.WithToken("/settings"));
        foreach (var tab in new[] { page.Page, other })
        {
            await Expect(tab.Locator("[data-theme-next]")).ToHaveAccessibleNameAsync("Theme: system. Switch to light.");
        }

        await page.Page.Locator("[data-theme-next]").ClickAsync();
        await Expect(other.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(other.Locator("[data-theme-next]")).ToHaveAccessibleNameAsync("Theme: light. Switch to dark.");
        await other.Locator("[data-theme-next]").ClickAsync();
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-scheme", "dark");
        await Expect(page.Page.Locator("[data-theme-next]")).ToHaveAccessibleNameAsync("Theme: dark. Switch to system.");
        page.AssertNoComplaints();
    }

    // A tab behind another one, as far as the page can tell.
    private static async Task HideAsync(StudioPage page, bool hidden) => await page.Page.EvaluateAsync("""
        (hidden) => {
          Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """, hidden);
}
