using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a person does with a message: queues it, takes it back, deletes it, gives it a chat of its own, has it go on.</summary>
[Collection(BrowserCollection.Name)]
public class MessageActionsInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_message_written_meanwhile_waits_for_the_reply_in_every_tab_and_a_stopped_reply_goes_on()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 60, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write a long answer", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();

        await page.Composer.FillAsync("and then");
        await page.Composer.PressAsync("Enter");
        await Expect(Queued(page)).ToContainTextAsync("and then");
        await Expect(page.Composer).ToHaveValueAsync("");
        await using var second = await StudioPage.OpenAsync(browser.Browser, studio, new Uri(page.Page.Url).PathAndQuery);
        await Expect(Queued(second)).ToContainTextAsync("and then");

        // Another one is refused and kept; the first one comes back above it.
        await page.Composer.FillAsync("one more");
        await page.Page.GetByTestId("queue").ClickAsync();
        await Expect(page.Page.GetByTestId("queued-refused")).ToBeVisibleAsync();
        await Expect(page.Composer).ToHaveValueAsync("one more");
        await page.Page.GetByTestId("queued-edit").ClickAsync();
        await Expect(page.Composer).ToHaveValueAsync("and then\n\none more");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(Queued(second)).ToHaveCountAsync(0);
        await page.Composer.FillAsync("short");
        await page.Composer.PressAsync("Enter");
        await Expect(Queued(second)).ToHaveAttributeAsync("data-state", "waiting");

        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");
        await Expect(Queued(page)).ToHaveAttributeAsync("data-state", "held");
        await Axe.AssertCleanAsync(page, "held");
        var stopped = await page.LastReply.Locator(".markdown").InnerTextAsync();
        await page.Page.GetByTestId("message-continue").ClickAsync();
        await page.WaitForMoreAsync();
        Assert.StartsWith(stopped[..40], await page.LastReply.Locator(".markdown").InnerTextAsync(), StringComparison.Ordinal);
        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");

        await second.Page.GetByTestId("queued-send").ClickAsync();
        await Expect(Queued(page)).ToHaveCountAsync(0);
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        page.AssertNoComplaints();
        second.AssertNoComplaints();
    }

    [Fact]
    public async Task A_message_is_deleted_and_brought_back_by_the_keyboard_and_a_branch_gets_a_chat_of_its_own()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        foreach (var (prompt, count) in new[] { ("short", 1), ("and shorter", 2) })
        {
            await page.SendAsync(prompt, count == 1 ? "demo-small:latest" : null);
            await Expect(page.Replies).ToHaveCountAsync(count);
            await page.WaitForReplyAsync("complete");
        }

        var menu = page.Page.GetByTestId("message-menu").Nth(2);
        await menu.FocusAsync();
        await menu.PressAsync("Enter");
        await Expect(page.Page.Locator("[data-action='branch-out']")).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page, "menu of a message");
        await KeyboardSteps.ArrowToAsync(page, page.Page.Locator("[data-action='delete']"));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("undo")).ToContainTextAsync("2 messages deleted");
        await Expect(page.Replies).ToHaveCountAsync(1);
        await Expect(page.Page.GetByTestId("undo").GetByRole(AriaRole.Button)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await Expect(page.Composer).ToBeFocusedAsync();

        var before = page.Page.Url;
        await page.Page.GetByTestId("message-menu").Nth(1).ClickAsync();
        await page.Page.Locator("[data-action='branch-out']").ClickAsync();
        await Expect(page.Page).Not.ToHaveURLAsync(before);
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(2);
        await Expect(page.Replies).ToHaveCountAsync(2);
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("short (branch)");
        page.AssertNoComplaints();
    }

    private static ILocator Queued(StudioPage page) => page.Page.GetByTestId("queued-message");
}
