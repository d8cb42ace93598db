using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <content>The list of conversations.</content>
public sealed partial class GalleryTests
{
    private async Task LookAtConversationsAsync(StudioPage page)
    {
        var pinned = Conversation("A table of 9,000");
        await page.ActOnConversationAsync(pinned, "pin");
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = "Pinned" }).WaitForAsync();
        await page.ActOnConversationAsync(pinned, "tags");
        foreach (var tag in new[] { "work", "things to be read again on a long train" })
        {
            await page.Page.GetByTestId("tag-editor-text").FillAsync(tag);
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.Page.GetByTestId("tag-editor").GetByRole(AriaRole.Button, new() { Name = "Remove " + tag })).ToBeVisibleAsync();
        }

        await _camera.LookAsync(page.Page, "tags");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.ActOnConversationAsync(Conversation("error-mid-stream"), "archive");
        await page.Page.GetByTestId("conversations-archived").ClickAsync();
        await Expect(Conversation("error-mid-stream")).ToBeVisibleAsync();
        await page.OpenConversationMenuAsync(pinned);
        await page.Page.GetByTestId("conversation-menu").WaitForAsync();
        await _camera.LookAsync(page.Page, "conversations");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("conversation-menu")).ToHaveCountAsync(0);

        ILocator Conversation(string title) => page.Page.GetByTestId("conversation-item").Filter(new() { HasText = title });
    }
}
