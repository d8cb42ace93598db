using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A person types on while the server has not yet answered what they pressed before.</summary>
[Collection(BrowserCollection.Name)]
public sealed class FastTypingInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_is_typed_after_a_new_chat_was_asked_for_is_in_the_new_chat_and_the_former_ones_draft_stays_as_it_was()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Hello short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Composer.FillAsync("a draft of the first");
        await page.Page.Clock.InstallAsync();
        var url = page.Page.Url;

        await AskForNewChatWithoutAnswerAsync(page, studio, "Why is the sky blue?");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/");
        await Expect(page.Composer).ToHaveValueAsync("Why is the sky blue?");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.Send).ToBeEnabledAsync();

        await page.Page.GetByTestId("conversation-item").ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(url);
        await Expect(page.Composer).ToHaveValueAsync("a draft of the first");

        // Below what the new chat had already; and Enter sends nothing that the person has not seen.
        await AskForNewChatWithoutAnswerAsync(page, studio, " And the sea?", "Enter");
        await Expect(page.Composer).ToHaveValueAsync("Why is the sky blue? And the sea?");
        await Expect(page.Replies).ToHaveCountAsync(0);
        await page.Composer.FillAsync("");

        await page.Page.GetByTestId("conversation-item").ClickAsync();
        await Expect(page.Composer).ToHaveValueAsync("a draft of the first");
        await AskForNewChatWithoutAnswerAsync(page, studio, "A third short", "Enter");
        await Expect(page.Page.Locator("[data-testid='message'][data-role='user']")).ToContainTextAsync("A third short");
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(2);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_new_chat_that_does_not_come_leaves_what_was_typed_where_it_is_still_seen()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Hello short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Composer.FillAsync("a draft");
        await page.Page.Clock.InstallAsync();
        await StandStillAsync(page);

        await studio.SleepAsync();
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(page.Composer).ToHaveValueAsync("");
        await page.Page.Keyboard.TypeAsync(", longer");
        await page.Page.Clock.FastForwardAsync(6_000);
        await Expect(page.Composer).ToHaveValueAsync("a draft, longer");
        await studio.WakeAsync();

        // It comes after all.
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/");
        await Expect(page.Composer).ToHaveValueAsync("");
        page.AssertNoComplaints();
    }

    private static async Task AskForNewChatWithoutAnswerAsync(StudioPage page, StudioProcess studio, string text, params string[] keys)
    {
        await Expect(page.Composer).ToBeFocusedAsync();
        var former = page.Page.Url;
        await StandStillAsync(page);
        await studio.SleepAsync();
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await page.Page.Keyboard.TypeAsync(text);
        foreach (var key in keys)
        {
            await page.Page.Keyboard.PressAsync(key);
        }

        await studio.WakeAsync();
        await Expect(page.Page).Not.ToHaveURLAsync(former);
        await page.Page.Clock.ResumeAsync();
    }

    // The page gives up waiting after some seconds by its own clock.
    private static Task StandStillAsync(StudioPage page) => page.Page.Clock.PauseAtAsync(TimeProvider.System.GetUtcNow().AddSeconds(1).UtcDateTime);
}
