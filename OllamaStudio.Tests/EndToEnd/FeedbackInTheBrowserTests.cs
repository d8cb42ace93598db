using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class FeedbackInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_reply_is_praised_by_keyboard_with_a_note_which_every_tab_and_a_reload_show()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 200 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What does short mean?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(studio.WithToken(new Uri(page.Page.Url).PathAndQuery));
        await Expect(other.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "false");

        await page.Page.GetByTestId("thumb-up").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.GetByTestId("thumb-up")).ToBeFocusedAsync();
        await Expect(other.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "true");

        var note = page.Page.GetByTestId("feedback-note");
        await note.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("feedback-text")).ToBeFocusedAsync();
        await Axe.AssertCleanAsync(page, "feedback");
        await page.Page.GetByTestId("feedback-text").FillAsync("Short and right");
        await page.Page.GetByTestId("feedback-save").PressAsync("Enter");
        await Expect(note).ToHaveTextAsync("Short and right");
        await Expect(note).ToBeFocusedAsync();
        await Expect(other.GetByTestId("feedback-note")).ToHaveTextAsync("Short and right");

        // What is typed and not kept yet is not lost with the page.
        await note.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("feedback-text")).ToBeFocusedAsync();
        await page.Page.GetByTestId("feedback-text").PressSequentiallyAsync("!");
        await page.ReloadAsync();
        await note.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("feedback-text")).ToHaveValueAsync("Short and right!");
        await page.Page.GetByTestId("feedback-text").FillAsync("Short and right");
        await page.Page.GetByTestId("feedback-save").PressAsync("Enter");
        await page.ReloadAsync();
        await Expect(note).ToHaveTextAsync("Short and right");
        await note.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("feedback-text")).ToBeFocusedAsync();
        await page.Page.GetByTestId("feedback-withdraw").PressAsync("Enter");
        await Expect(page.Page.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(other.GetByTestId("feedback-note")).ToHaveCountAsync(0);

        // What was written can be had back.
        var undo = page.Page.GetByTestId("undo").GetByRole(AriaRole.Button);
        await Expect(undo).ToBeFocusedAsync();
        await undo.PressAsync("Enter");
        await Expect(note).ToHaveTextAsync("Short and right");
        page.AssertNoComplaints();
    }
}
