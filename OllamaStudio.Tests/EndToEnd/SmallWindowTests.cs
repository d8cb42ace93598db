using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A narrow window, and one that is magnified four times: 1280 by 1024 becomes 320 by 256.</summary>
[Collection(PagesCollection.Name)]
public class SmallWindowTests(BrowserFixture browser)
{
    [Fact]
    public async Task Magnified_four_times_messages_can_be_read_and_sent_and_nothing_scrolls_sideways()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        await page.Page.SetViewportSizeAsync(320, 256);

        await page.Page.WaitForFunctionAsync("() => { const height = document.querySelector('.scroller').clientHeight; return height >= 150 && height <= 256; }");
        // In a moment: the tooltip of what was pressed follows its button.
        await Expect(page.Page.Locator("html")).ToHaveJSPropertyAsync("scrollWidth", 320);
        await page.SendAsync("short");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_pane_takes_less_in_a_smaller_window_and_has_its_width_back_in_a_larger_one()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var handle = page.Page.Locator("[data-pane-handle='spans']");
        await handle.FocusAsync();
        await handle.PressAsync("ArrowLeft");
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "356");

        await page.Page.SetViewportSizeAsync(900, 800);
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "300");
        await page.Page.SetViewportSizeAsync(1440, 900);

        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "356");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_list_that_lies_over_the_page_goes_with_the_choice()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, width: 420);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("new-chat").ClickAsync();
        var list = page.Page.Locator(".conversations-pane");

        await page.Page.Locator("[data-toggle-pane='conversations']").ClickAsync();
        await page.Page.GetByTestId("conversation-item").ClickAsync();

        await Expect(list).ToBeHiddenAsync();
        await Expect(page.Replies).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }
}
