using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>One prompt that two models are asked, by the keyboard.</summary>
[Collection(BrowserCollection.Name)]
public class SideBySideInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Two_models_are_picked_asked_and_compared_and_the_chat_goes_on_from_the_one_that_is_kept_also_after_a_reload()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.PickModelAsync("demo-small:latest");
        await page.Composer.FillAsync("short");
        var several = page.Page.GetByTestId("several-models");
        await several.FocusAsync();
        await several.PressAsync("Enter");
        var other = page.Page.Locator("[data-testid='several-model'][data-model='demo-thinking:latest']");
        await Expect(page.Page.GetByTestId("several-model").First).ToBeFocusedAsync();
        await other.FocusAsync();
        await other.PressAsync(" ");
        var use = page.Page.GetByTestId("several-use");
        await Expect(use).ToHaveTextAsync("Ask these 2");
        await Axe.AssertCleanAsync(page, "picking several models");
        await use.FocusAsync();
        await use.PressAsync("Enter");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.Composer).ToHaveAttributeAsync("placeholder", "Message demo-small and demo-thinking");
        await page.Composer.PressAsync("Enter");

        var sides = page.Page.GetByTestId("side");
        await Expect(page.Page.Locator("[data-testid='side'][data-state='complete']")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        Assert.True(await sides.EvaluateAllAsync<bool>("all => { const [left, right] = all.map(one => one.getBoundingClientRect()); return left.right <= right.left && Math.abs(left.top - right.top) < 1; }"), "They stand beside each other.");
        await StudioPage.SettleAsync(page.Page);
        await Axe.AssertCleanAsync(page, "replies side by side");
        await page.Page.ReloadAsync();
        await Expect(sides).ToHaveCountAsync(2);
        await page.Composer.PressAsync("Control+f");
        await page.Page.GetByTestId("find-query").FillAsync("A real model");
        await Expect(page.Page.GetByTestId("find-count")).ToContainTextAsync(" of 2"); // in each column
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Composer.FillAsync("and then");
        await page.Composer.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("queued-message")).ToContainTextAsync("sent when you keep one of the replies");

        var keep = page.Page.GetByRole(AriaRole.Button, new() { Name = "Keep this one: demo-small" });
        await keep.FocusAsync();
        await keep.PressAsync("Enter");
        await Expect(sides).ToHaveCountAsync(0);
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.Picker).ToHaveAttributeAsync("data-model", "demo-small:latest");
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("1/2");

        // One exchange is deleted alone and comes back; the second one is moved out and comes back.
        var prompts = page.Page.Locator("[data-testid='message'][data-role='user']");
        await Choose(0, "delete-alone");
        await Expect(prompts).ToHaveCountAsync(1);
        await Expect(prompts).ToContainTextAsync("and then");
        var undo = page.Page.GetByTestId("undo").GetByRole(AriaRole.Button);
        await Expect(undo).ToBeFocusedAsync();
        await undo.PressAsync("Enter");
        await Expect(prompts).ToHaveCountAsync(2);
        var address = page.Page.Url;
        var chats = page.Page.GetByTestId("conversation-item");
        await Expect(chats).ToHaveCountAsync(1);
        await Choose(1, "move-out");
        await undo.HoverAsync(); // it stays while the pointer is on it
        await Expect(page.Page).Not.ToHaveURLAsync(address);
        await Expect(prompts).ToHaveCountAsync(2);
        await Expect(chats).ToHaveCountAsync(2);
        await undo.ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(address);
        await Expect(prompts).ToHaveCountAsync(2);
        await Expect(chats).ToHaveCountAsync(1);
        page.AssertNoComplaints();

        async Task Choose(int prompt, string action)
        {
            await prompts.Nth(prompt).GetByTestId("message-menu").PressAsync("Enter");
            var menu = page.Page.GetByTestId("message-actions");
            await Expect(menu.Locator("[data-action='branch-out']")).ToBeFocusedAsync(); // the menu has the keyboard
            await menu.Locator($"[data-action='{action}']:not([aria-disabled])").PressAsync("Enter"); // once the turn has ended
        }
    }
}
