using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(PagesCollection.Name)]
public class ReplayInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task From_a_model_call_to_its_replay_and_the_way_back()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").Filter(new() { HasText = "What does short mean?" }).Locator("a").First.ClickAsync();

        await page.Page.GetByTestId("span-replay").ClickAsync();
        var message = page.Page.GetByTestId("replay-message");
        await Expect(message).ToHaveValueAsync("What does short mean?");
        await message.FillAsync("Show me a table");
        await page.Page.GetByTestId("replay-run").ClickAsync();

        // The same button: the keyboard stays where it was.
        await Expect(page.Page.GetByTestId("replay-result")).ToHaveAttributeAsync("data-state", "complete", new() { Timeout = 60_000 });
        await Expect(page.Page.GetByTestId("replay-run")).ToBeFocusedAsync();
        await Expect(page.Page.GetByTestId("replay-diff").Locator("ins").First).ToBeVisibleAsync();
        await Axe.AssertCleanAsync(page, "a replay beside its original");

        await page.Page.GetByTestId("replay-trace").ClickAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Show me a table");
        page.AssertNoComplaints();
    }
}
