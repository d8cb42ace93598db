using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What blazor.web.js does for us: the circuit, its loss, and its return.</summary>
[Collection(BrowserCollection.Name)]
public class ConnectionInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task After_a_restart_of_the_server_the_page_reloads_by_itself_and_what_was_typed_is_kept()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Composer.FillAsync("half a thought");

        await studio.KillAsync();
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "lost", new() { Timeout = 60_000 });
        await Expect(page.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        var reloaded = page.Page.WaitForRequestAsync(request => request.IsNavigationRequest, new() { Timeout = 90_000 });
        await studio.StartAgainAsync();

        await reloaded;
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up", new() { Timeout = 60_000 });
        await Expect(page.Composer).ToHaveValueAsync("half a thought");
        await page.Send.ClickAsync();
        await page.WaitForReplyAsync("complete");
    }

    [Fact]
    public async Task The_theme_is_chosen_kept_and_there_from_the_first_byte()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var root = page.Page.Locator("html");
        await Expect(root).ToHaveAttributeAsync("data-theme", "system");

        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Switch to light" }).ClickAsync();
        await page.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Switch to dark" }).ClickAsync();
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");

        var response = await page.Page.ReloadAsync();
        Assert.Contains("data-theme=\"dark\"", await response!.TextAsync(), StringComparison.Ordinal);
        page.AssertNoComplaints();
    }
}
