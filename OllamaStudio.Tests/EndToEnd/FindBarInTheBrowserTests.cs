using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;
using static OllamaStudio.Tests.EndToEnd.FindInTheBrowserTests;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>The bar in which one finds, as it comes and goes: where there is one, when its script comes late, and opened again.</summary>
[Collection(PagesCollection.Name)]
public class FindBarInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Opened_again_it_marks_the_reply_as_it_was_written_meanwhile()
    {
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var ollama = await HardOllama.StartAsync(async response =>
        {
            await response.WriteLinesAsync(HardOllama.Said("every letter e here"));
            await more.Task;
            await response.WriteLinesAsync(HardOllama.Said(", and three more: eee"), HardOllama.Done);
        });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("What does short mean?", "hard:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await FindAsync(page, "e");
        await ExpectCountAsync(page, "1 of ");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        more.SetResult();
        await page.WaitForReplyAsync("complete");

        await page.Page.Keyboard.PressAsync("Control+f");
        await ExpectCountAsync(page, "1 of ");
        await page.Page.Keyboard.PressAsync("Enter");
        await ExpectCountAsync(page, "2 of ");

        await page.Page.WaitForFunctionAsync("count => CSS.highlights.get('find').size + CSS.highlights.get('find-current').size === count", await CountAsync(page));
        Assert.True(await page.Page.EvaluateAsync<bool>("[...CSS.highlights.get('find')].every(range => range.startContainer.isConnected)"));
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Where_there_is_nothing_to_find_the_palette_does_not_offer_it()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        foreach (var address in new[] { "/chat/gone", "/traces/gone" })
        {
            await page.GoAsync(address);
            await page.Page.Keyboard.PressAsync("Control+k");
            await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
            await page.Page.Keyboard.TypeAsync("find in");
            await Expect(page.Page.GetByTestId("palette-entry").Filter(new() { HasText = "Find in" })).ToHaveCountAsync(0);
            await Expect(page.Page.GetByTestId("palette-query")).ToHaveValueAsync("find in");
            Assert.False(await page.Page.EvaluateAsync<bool>("studio.find.open()"));
        }

        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_bar_that_is_gone_before_its_script_has_come_is_left_alone()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var (asked, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        await page.Page.RouteAsync("**/FindBar.razor*.js", async route =>
        {
            asked.TrySetResult();
            await held.Task;
            await route.ContinueAsync();
        });
        await page.SendAsync("short", "demo-small:latest");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await page.WaitForReplyAsync("complete");
        var chat = new Uri(page.Page.Url).AbsolutePath;
        await page.Page.Keyboard.PressAsync("Control+.");
        await Expect(page.Page.GetByTestId("setting-find")).ToBeVisibleAsync();

        held.SetResult();
        await page.Page.WaitForFunctionAsync("studio.find.open.name === 'openBar'");
        await page.GoAsync(chat);
        await FindAsync(page, "short");
        await ExpectCountAsync(page, "1 of ");
        page.AssertNoComplaints();
    }
}
