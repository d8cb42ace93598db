using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a person can still do while the page has no connection to the studio, and what steps aside.</summary>
[Collection(BrowserCollection.Name)]
public class CircuitCutInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task The_page_is_read_and_used_on_and_no_dialog_covers_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Page.SetViewportSizeAsync(1440, 600);
        await page.SendAsync("Write a C# function that checks an ISBN", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();

        await studio.KillAsync();
        await ExpectCircuitAsync(page, "lost");

        // The palette could do nothing: it is out of sight, and what is typed goes where it is kept.
        await Expect(page.Page.GetByTestId("palette")).ToBeHiddenAsync();
        await Expect(page.Composer).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("half a thought");
        await Expect(page.Composer).ToHaveValueAsync("half a thought");

        var scroller = page.Page.Locator(".scroller");
        var end = await scroller.EvaluateAsync<int>("scroller => scroller.scrollTop");
        await scroller.HoverAsync();
        await page.Page.Mouse.WheelAsync(0, -200);
        await Expect(scroller).Not.ToHaveJSPropertyAsync("scrollTop", end);

        await page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy" }).First.ClickAsync();
        await page.Page.WaitForFunctionAsync("async () => (await navigator.clipboard.readText()).includes('IsIsbn')");

        var list = page.Page.Locator("#conversations");
        var toggle = page.Page.Locator("[data-toggle-pane='conversations']");
        await toggle.ClickAsync();
        await Expect(list).ToBeHiddenAsync();
        await toggle.PressAsync("Enter");
        await Expect(list).ToBeVisibleAsync();

        var handle = page.Page.Locator("[data-pane-handle='spans']");
        await handle.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "356");
        var box = (await handle.BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + 2, box.Y + 200);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X - 42, box.Y + 200);
        await page.Page.Mouse.UpAsync();
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "400");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to light" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to dark" }).PressAsync("Enter");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        var status = page.Page.GetByTestId("status-capture");
        await status.ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Message content" })).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Message content" })).ToBeHiddenAsync();
        await Expect(status).ToBeFocusedAsync();

        await studio.StartAgainAsync();
        await ExpectCircuitAsync(page, "up");
        await page.WaitForReplyAsync("complete"); // stored when it had ended
        await Expect(page.Composer).ToHaveValueAsync("half a thought");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(handle).ToHaveAttributeAsync("aria-valuenow", "400");
        await Expect(page.Page.GetByTestId("palette")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_stepped_aside_is_back_with_the_connection_and_the_keyboard_in_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var palette = page.Page.GetByTestId("palette");
        var search = page.Page.GetByTestId("model-search");
        await page.Picker.ClickAsync();
        await Expect(search).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();

        await studio.SleepAsync();
        await ExpectCircuitAsync(page, "lost");
        await Expect(palette).ToBeHiddenAsync();
        await Expect(search).ToBeHiddenAsync();
        await Expect(page.Composer).ToBeFocusedAsync();

        await studio.WakeAsync();
        await ExpectCircuitAsync(page, "up");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(palette).ToHaveCountAsync(0);
        await Expect(search).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(search).ToHaveCountAsync(0);
        await Expect(page.Picker).ToBeFocusedAsync();
    }

    private static Task ExpectCircuitAsync(StudioPage page, string state) =>
        Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", state, new() { Timeout = 90_000 });
}
