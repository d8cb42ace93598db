using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class ToolsInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_sum_is_calculated_by_a_tool_and_everything_of_it_can_be_seen()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("What is 5 + 3?", "demo-tools:latest");
        await page.WaitForReplyAsync("complete");

        await Expect(page.LastReply.Locator(".markdown").Last).ToContainTextAsync("8");
        var card = page.LastReply.GetByTestId("tool-call");
        await Expect(card).ToHaveAttributeAsync("data-state", "succeeded");
        await Expect(card.Locator("pre").First).Not.ToBeVisibleAsync();
        await card.Locator("summary").ClickAsync();
        await Expect(card.Locator("pre").First).ToContainTextAsync("\"expression\": \"5 + 3\"");
        await Expect(card.Locator("pre").Last).ToHaveTextAsync("8");
        await Expect(page.SpanRow("execute_tool calculate")).ToHaveAttributeAsync("data-status", "ok");
        await Expect(page.SpanRow("generate_response")).ToHaveCountAsync(2);
        await Axe.AssertCleanAsync(page, "a tool's card");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Tools_are_switched_off_before_the_first_message_and_a_model_without_them_says_so()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var menu = page.Page.GetByTestId("tools-menu");

        await page.PickModelAsync("demo-small:latest");
        await Expect(menu).ToHaveAttributeAsync("data-state", "unsupported");
        await page.PickModelAsync("demo-tools:latest");
        await Expect(menu.Locator(".count")).ToHaveTextAsync("Tools 2");
        await menu.ClickAsync();
        await page.Page.Locator("input[data-tool='calculate']").UncheckAsync();
        await Expect(menu.Locator(".count")).ToHaveTextAsync("Tools 1");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.SendAsync("What is 5 + 3? And what time is it?");
        await page.WaitForReplyAsync("complete");

        await Expect(page.LastReply.GetByTestId("tool-call")).ToHaveAttributeAsync("data-tool", "get_current_time");
        await Expect(menu.Locator(".count")).ToHaveTextAsync("Tools 1");
        page.AssertNoComplaints();
    }
}
