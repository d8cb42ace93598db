using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>Versions of a message, and chats that are deleted while somebody writes in them, in two windows.</summary>
[Collection(BrowserCollection.Name)]
public class BranchesInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task An_answer_outlives_another_try_that_fails_and_both_windows_show_the_same_version()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var answer = await page.LastReply.Locator(".markdown").InnerTextAsync();
        await Expect(Switcher(page)).ToHaveCountAsync(0);
        await using var second = await StudioPage.OpenAsync(browser.Browser, studio, new Uri(page.Page.Url).PathAndQuery);

        // The model is gone: the other try fails.
        await ollama.DisposeAsync();
        await page.Page.GetByTestId("message-regenerate").ClickAsync();
        await page.WaitForReplyAsync("failed");
        await Expect(page.Composer).ToBeFocusedAsync();
        foreach (var window in new[] { page, second })
        {
            await Expect(window.LastReply).ToHaveAttributeAsync("data-state", "failed");
            await Expect(Switcher(window)).ToContainTextAsync("2/2");
        }

        // By the keyboard, which stays where it is.
        var previous = second.Page.GetByRole(AriaRole.Button, new() { Name = "Previous version" });
        await previous.FocusAsync();
        await previous.PressAsync("Enter");
        foreach (var window in new[] { page, second })
        {
            await Expect(Switcher(window)).ToContainTextAsync("1/2");
            await Expect(window.LastReply).ToHaveAttributeAsync("data-state", "complete");
            Assert.Equal(answer, await window.LastReply.Locator(".markdown").InnerTextAsync());
        }

        await Expect(previous).ToBeFocusedAsync();
        await page.Page.ReloadAsync();
        await Expect(Switcher(page)).ToContainTextAsync("1/2");
        Assert.Equal(answer, await page.LastReply.Locator(".markdown").InnerTextAsync());
        second.AssertNoComplaints();
    }

    [Fact]
    public async Task A_search_opens_the_version_in_which_it_was_said()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("error-mid-stream", "demo-faults:latest");
        await page.WaitForReplyAsync("failed");
        var said = (await page.LastReply.Locator(".markdown").InnerTextAsync())[..12];
        await page.PickModelAsync("demo-small:latest");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("new-chat").ClickAsync();

        await page.Page.Keyboard.PressAsync("Control+K");
        await page.Page.GetByTestId("palette-query").FillAsync(said);
        await page.Page.GetByTestId("palette-entry").Filter(new() { HasText = "In another version" }).ClickAsync();

        await Expect(Switcher(page)).ToContainTextAsync("1/2");
        await page.WaitForReplyAsync("failed");
    }

    [Fact]
    public async Task A_message_for_a_chat_deleted_in_another_window_is_kept_and_sent_once_it_is_restored()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await DeleteElsewhereAsync(studio, page);

        await page.SendAsync("short again");
        await Expect(Notice(page)).ToContainTextAsync("Your message was not sent");
        await Expect(page.Composer).ToHaveValueAsync("short again");
        await Expect(page.Replies).ToHaveCountAsync(1);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Restore and send" }).ClickAsync();
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(page.Composer).ToHaveValueAsync("");
        await Expect(Notice(page)).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Or_its_text_goes_along_into_a_new_chat()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Composer.FillAsync("what I was about to say");
        await DeleteElsewhereAsync(studio, page);

        await Notice(page).GetByRole(AriaRole.Button, new() { Name = "New chat" }).ClickAsync();

        await Expect(page.Replies).ToHaveCountAsync(0);
        await Expect(page.Composer).ToHaveValueAsync("what I was about to say");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(Notice(page)).ToHaveCountAsync(0);

        // Its new name and its text come in one message of the server's, before the page's observers have their turn.
        Assert.Equal("what I was about to say", await page.Composer.EvaluateAsync<string>("""
            async (box) => {
              await studio.composer.moveDraft(box, 'elsewhere');
              box.dataset.draftKey = 'elsewhere';
              studio.composer.switchDraft(box, null);
              await new Promise((resolve) => setTimeout(resolve));
              return box.value;
            }
            """));
    }

    [Fact]
    public async Task Who_deletes_a_chat_where_it_is_shown_is_told_nothing_of_another_window()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.EvaluateAsync("""
            () => new MutationObserver(() => { if (document.querySelector('[data-testid="deleted-notice"]')) window.told = true; })
              .observe(document.body, { childList: true, subtree: true })
            """);

        await DeleteAsync(page);

        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync();
        await Expect(page.Replies).ToHaveCountAsync(0);
        Assert.False(await page.Page.EvaluateAsync<bool>("() => window.told === true"));
    }

    private async Task DeleteElsewhereAsync(StudioProcess studio, StudioPage page)
    {
        await using var other = await StudioPage.OpenAsync(browser.Browser, studio);
        await DeleteAsync(other);
        await Expect(Notice(page)).ToBeVisibleAsync();
    }

    private static Task DeleteAsync(StudioPage page) => page.ActOnConversationAsync(page.Page.GetByTestId("conversation-item"), "delete");

    private static ILocator Switcher(StudioPage page) => page.Page.GetByTestId("branch-switcher");

    private static ILocator Notice(StudioPage page) => page.Page.GetByTestId("deleted-notice");
}
