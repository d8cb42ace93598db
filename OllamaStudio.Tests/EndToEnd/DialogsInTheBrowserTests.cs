using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a person expects of every dialog: keys, focus, a click beside it, and a name.</summary>
[Collection(BrowserCollection.Name)]
public class DialogsInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Escape_closes_the_dialog_before_it_stops_a_reply_and_the_focus_is_given_back()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("Write a long answer", "demo-small:latest");
        await page.WaitForReplyAsync("streaming");
        await page.Composer.FocusAsync();

        await PressAsync(page, "Control+k", "Command palette");
        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog(page, "Keyboard shortcuts")).ToBeHiddenAsync();
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog(page, "Command palette")).ToBeHiddenAsync();
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");

        await page.Page.Keyboard.PressAsync("Escape");
        await page.WaitForReplyAsync("stopped");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_same_keys_a_click_beside_it_and_its_button_close_it_and_a_click_inside_does_not()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var help = Dialog(page, "Keyboard shortcuts");

        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await page.Page.Keyboard.PressAsync("Control+/");
        await Expect(help).ToBeHiddenAsync();

        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await Expect(help.GetByText("send").First).ToBeVisibleAsync(); // it has its size only with what stands in it
        await help.EvaluateAsync("dialog => Promise.all(dialog.getAnimations().map(one => one.finished))"); // it grows into its place
        var box = (await help.BoundingBoxAsync())!;
        await page.Page.Mouse.ClickAsync(box.X + 4, box.Y + 4);
        await Expect(help.GetByText("send")).ToBeVisibleAsync();

        // A press inside that is released beside it selects text.
        await page.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X - 40, box.Y - 40);
        await page.Page.Mouse.UpAsync();
        await Expect(help.GetByText("send")).ToBeVisibleAsync();

        await page.Page.Mouse.ClickAsync(box.X - 40, box.Y - 40);
        await Expect(help).ToBeHiddenAsync();

        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await help.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(help).ToBeHiddenAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task It_goes_with_the_page_and_on_the_way_to_the_message()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await page.Page.Keyboard.PressAsync("Shift+Escape");
        await Expect(Dialog(page, "Keyboard shortcuts")).ToBeHiddenAsync();
        await Expect(page.Composer).ToBeFocusedAsync();

        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await page.Page.Keyboard.PressAsync("Control+.");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/settings");
        await Expect(Dialog(page, "Keyboard shortcuts")).ToBeHiddenAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_focus_stays_inside_and_nothing_is_wrong_for_a_screen_reader()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        const string IsInside = "document.activeElement.closest('[role=dialog]') !== null";
        await PressAsync(page, "Control+/", "Keyboard shortcuts");
        await Expect(page.Page.Locator("[role=dialog] :focus")).ToHaveCountAsync(1);

        for (var press = 0; press < 4; press++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            Assert.True(await page.Page.EvaluateAsync<bool>(IsInside));
        }

        await Axe.AssertCleanAsync(page, "shortcuts");
        page.AssertNoComplaints();
    }

    private static ILocator Dialog(StudioPage page, string name) => page.Page.GetByRole(AriaRole.Dialog, new() { Name = name });

    private static async Task PressAsync(StudioPage page, string keys, string name)
    {
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up");
        await page.Page.Keyboard.PressAsync(keys);
        await Expect(Dialog(page, name)).ToBeVisibleAsync();
    }
}
