using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>From the chat over a trace to the settings and back, with the keyboard and nothing else: no click, and no focus but by a key.</summary>
[Collection(BrowserCollection.Name)]
public class KeyboardWalkInTheBrowserTests(BrowserFixture browser)
{
    private const int MostTabs = 80;

    [Fact]
    public async Task Chat_trace_settings_and_back()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 150, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var keys = page.Page.Keyboard;
        await Expect(page.Picker).ToBeEnabledAsync();
        await Expect(page.Composer).ToBeFocusedAsync();

        // Chat: send, stop, another model, wait.
        await keys.TypeAsync("Write 2000 words");
        await keys.PressAsync("Enter");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await page.WaitForReplyAsync("stopped");
        await keys.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await keys.TypeAsync("use thinking");
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveCountAsync(1);
        await keys.PressAsync("Enter");
        await Expect(page.Composer).ToBeFocusedAsync();
        await keys.TypeAsync("short");
        await keys.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");

        // Its message: copied, its thinking opened, its trace.
        await TabToAsync(page, page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copy the reply" }), "Shift+Tab");
        await keys.PressAsync("Enter");
        await Expect(page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Copied", Exact = true })).ToBeVisibleAsync();
        Assert.NotEmpty(await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await TabToAsync(page, page.LastReply.GetByTestId("thinking").Locator("summary"), "Shift+Tab");
        await keys.PressAsync("Enter");
        await Expect(page.LastReply.GetByTestId("thinking").Locator(".text")).ToBeVisibleAsync();
        await TabToAsync(page, page.LastReply.GetByTestId("message-trace"), "Tab");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("#live-tree")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await TabToAsync(page, page.Page.GetByTestId("span-details").GetByRole(AriaRole.Link, new() { Name = "Open waterfall" }), "Tab");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToBeFocusedAsync();

        // Trace: rows folded and unfolded, details and their tabs, and back out step by step.
        await TabToAsync(page, page.Page.Locator("#trace-tree"), "Tab");
        await keys.PressAsync("Home");
        var rows = page.Page.GetByTestId("waterfall-row");
        var count = await rows.CountAsync();
        Assert.True(count > 3);
        await keys.PressAsync("ArrowLeft");
        await Expect(rows).ToHaveCountAsync(1);
        await keys.PressAsync("ArrowRight");
        await Expect(rows).ToHaveCountAsync(count);
        await keys.PressAsync("ArrowRight");
        await Expect(rows.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");
        var details = page.Page.GetByTestId("span-details");
        await Expect(details).ToContainTextAsync("ollama.chat_streaming");
        await TabToAsync(page, details.GetByRole(AriaRole.Tab, new() { Name = "Messages" }), "Tab");
        foreach (var tab in new[] { "Attributes", "Events", "Logs", "JSON" })
        {
            await keys.PressAsync("ArrowRight");
            await Expect(details.GetByRole(AriaRole.Tab, new() { Name = tab })).ToBeFocusedAsync();
        }

        await keys.PressAsync("Escape");
        await Expect(details).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#trace-tree")).ToBeFocusedAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/traces");
        await Expect(page.Page.Locator("[data-testid='trace-row'] a", new() { HasText = "short" }).First).ToBeFocusedAsync();

        // Settings: one is changed and saved, and a new chat begins.
        await keys.PressAsync("Control+.");
        await TabToAsync(page, page.Page.GetByTestId("setting-service-name"), "Tab");
        await keys.PressAsync("Control+a");
        await keys.TypeAsync("walked");
        await TabToAsync(page, page.Page.GetByTestId("setting-save"), "Tab");
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
        await keys.PressAsync("Control+Shift+O");
        await Expect(page.Page).ToHaveURLAsync(studio.Address + "/");
        await Expect(page.Composer).ToBeFocusedAsync();
        page.AssertNoComplaints();
    }

    private static async Task TabToAsync(StudioPage page, ILocator wanted, string key)
    {
        await wanted.WaitForAsync();
        for (var press = 0; press < MostTabs; press++)
        {
            await page.Page.Keyboard.PressAsync(key);
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                return;
            }
        }

        Assert.Fail($"{wanted} is not reached by {MostTabs} times {key}; the focus is on {await page.Page.EvaluateAsync<string>("document.activeElement.outerHTML.slice(0, 200)")}");
    }
}
