using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class BeforeSendingInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Files_are_picked_pasted_and_dropped_outlive_a_reload_are_removed_by_keys_and_sent_to_a_model_that_sees()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.PickModelAsync("demo-small:latest");
        var files = page.Page.GetByTestId("attachment");
        var picture = await page.Page.ScreenshotAsync();

        await page.Page.GetByTestId("attach").SetInputFilesAsync([new FilePayload { Name = "shot.png", MimeType = "image/png", Buffer = picture }]);
        await Expect(files).ToHaveCountAsync(1);
        await Expect(page.Page.GetByTestId("attachment-blind")).ToBeVisibleAsync();
        await page.Composer.EvaluateAsync("""
            (box) => {
              const files = (...all) => { const data = new DataTransfer(); all.forEach((file) => data.items.add(file)); return data; };
              box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: files(new File(['pasted'], 'pasted.txt')), bubbles: true, cancelable: true }));
              document.querySelector('.chat').dispatchEvent(new DragEvent('drop', { dataTransfer: files(new File(['dropped'], 'dropped.txt'), new File(['%PDF-1.7'], 'report.pdf')), bubbles: true, cancelable: true }));
            }
            """);
        await Expect(files.Locator(".name")).ToHaveTextAsync(["shot.png", "pasted.txt", "dropped.txt"]);
        await Expect(page.Page.GetByTestId("attachment-fault")).ToContainTextAsync("“report.pdf” is a PDF");
        await page.Composer.FillAsync("What do you see?");
        await page.Composer.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("attachment-blind")).ToContainTextAsync("Not sent");
        await Expect(page.Composer).ToHaveValueAsync("What do you see?");
        await Axe.AssertCleanAsync(page, "attachments refused");

        await page.GoAsync("/");
        await Expect(files).ToHaveCountAsync(3);
        await files.Nth(1).GetByTestId("attachment-remove").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(files).ToHaveCountAsync(2);
        await Expect(page.Composer).ToBeFocusedAsync();
        await page.PickModelAsync("demo-vision:latest");
        await page.Composer.PressAsync("Enter");

        await page.WaitForReplyAsync("complete");
        await Expect(page.LastReply).ToContainTextAsync("a PNG of 1440 × 900 pixels");
        await Expect(files).ToHaveCountAsync(0);
        var sent = page.Page.GetByTestId("message-file");
        await Expect(sent).ToHaveCountAsync(2);
        Assert.True(await sent.First.Locator("img").EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth === 1440)"));
        await sent.Last.Locator("summary").ClickAsync();
        await Expect(sent.Last.Locator("pre")).ToHaveTextAsync("dropped");
        await Axe.AssertCleanAsync(page, "attachments sent");

        // Sent while it is being attached, and it cannot be: the message does not go without it.
        await page.Composer.EvaluateAsync("""
            (box) => {
              const data = new DataTransfer();
              data.items.add(new File(['%PDF-1.7'], 'late.pdf'));
              box.value = 'And this?';
              box.dispatchEvent(new Event('input', { bubbles: true }));
              box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
              box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
            }
            """);
        await Expect(page.Page.GetByTestId("attachment-fault")).ToContainTextAsync("“late.pdf” is a PDF");
        await Expect(page.Composer).ToHaveValueAsync("And this?");
        await page.Composer.PressAsync("Enter"); // now it is meant
        await Expect(page.Replies).ToHaveCountAsync(2);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_exact_prompt_is_seen_before_it_is_sent_compared_with_the_last_and_rendered_by_the_server()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What is a span?", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Composer.FillAsync("And \"a\" trace?");
        var exact = page.Page.GetByTestId("exact-prompt");

        await exact.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        var view = page.Page.GetByTestId("prompt-view");
        await Expect(view.Locator("pre")).ToContainTextAsync("\"content\": \"And \\\"a\\\" trace?\"");
        await Expect(page.Page.GetByTestId("prompt-compared")).ToContainTextAsync("The first message is as the last turn sent it");
        await view.Locator("[data-form='curl']").ClickAsync();
        await Expect(view.Locator("pre")).ToContainTextAsync("curl --silent");
        await view.Locator("[data-form='rendered']").ClickAsync();
        await Expect(view.Locator("pre")).ToContainTextAsync("<user>\nAnd \"a\" trace?");
        await Axe.AssertCleanAsync(page, "exact prompt");

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(view).ToHaveCountAsync(0);
        await Expect(exact).ToBeFocusedAsync();
        await Expect(page.Composer).ToHaveValueAsync("And \"a\" trace?");
        await Expect(page.Replies).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }
}
