using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class SmallContextInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_prompt_that_does_not_fit_is_answered_in_a_larger_window_and_the_chat_is_copied_as_Markdown()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.SendAsync("short " + string.Concat(Enumerable.Repeat("word ", 5_000)), "demo-small:latest");
        await page.WaitForReplyAsync("failed");
        var card = page.LastReply.GetByTestId("context-card");
        await Expect(card).ToContainTextAsync("the model's context window has 4,096");
        await StudioPage.SettleAsync(page.Page);
        await Axe.AssertCleanAsync(page, "does not fit");

        await card.GetByTestId("context-enlarge").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await page.WaitForReplyAsync("complete");
        await Expect(card).ToHaveCountAsync(0);
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.Page.GetByTestId("context-meter")).ToContainTextAsync("of 8k");
        await page.Page.GetByTestId("conversation-export").ClickAsync();
        await page.Page.GetByTestId("conversation-copy").ClickAsync();
        await Expect(page.Page.GetByTestId("conversation-copy")).ToHaveCountAsync(0);
        var copied = await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        Assert.StartsWith("# short word", copied, StringComparison.Ordinal);
        Assert.Contains("\n## You\n", copied, StringComparison.Ordinal);
        Assert.Contains("\n## demo-small:latest\n", copied, StringComparison.Ordinal);
        var words = (await page.LastReply.Locator(".markdown").InnerTextAsync()).Split(' ', 4);
        Assert.Contains(string.Join(' ', words[..3]), copied, StringComparison.Ordinal);
        page.AssertNoComplaints();
    }
}
