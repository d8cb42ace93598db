using Microsoft.Playwright;
using OllamaStudio.Core.Storage;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>What a person finds again after a restart of the studio, and after its sudden end.</summary>
[Collection(PagesCollection.Name)]
public class DurableInTheBrowserTests(BrowserFixture browser)
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_chat_with_its_branches_and_its_draft_is_there_after_a_restart_in_every_window()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        string path;
        string answer;
        await using (var page = await StudioPage.OpenAsync(browser.Browser, studio))
        {
            await page.SendAsync("short", "demo-small:latest");
            await page.WaitForReplyAsync("complete");
            await page.Page.GetByTestId("message-regenerate").ClickAsync();
            await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("2/2");
            await page.WaitForReplyAsync("complete");
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Previous version" }).ClickAsync();
            await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("1/2");
            answer = await page.LastReply.Locator(".markdown").InnerTextAsync();
            path = new Uri(page.Page.Url).PathAndQuery;
            await page.Composer.FillAsync("half a thought");
            await UntilDraftAsync(studio, path, "half a thought");
        }

        await studio.StopAsync();
        await studio.StartAgainAsync();

        await using var first = await StudioPage.OpenAsync(browser.Browser, studio, path);
        await using var second = await StudioPage.OpenAsync(browser.Browser, studio);
        await second.Page.GetByTestId("conversation-item").ClickAsync();
        foreach (var window in new[] { first, second })
        {
            await Expect(window.Page.GetByTestId("branch-switcher")).ToContainTextAsync("1/2");
            await Expect(window.LastReply).ToHaveAttributeAsync("data-state", "complete");
            await Expect(window.LastReply.Locator(".markdown")).ToHaveTextAsync(answer);
            await Expect(window.Page.GetByTestId("message-stats")).Not.ToBeEmptyAsync();
            await Expect(window.Composer).ToHaveValueAsync("half a thought");
        }

        // Sent, it is no draft any more.
        await first.Send.ClickAsync();
        await Expect(second.Replies).ToHaveCountAsync(2);
        await first.WaitForReplyAsync("complete");
        await UntilDraftAsync(studio, path, "");
        first.AssertNoComplaints();
    }

    [Fact]
    public async Task A_reply_that_was_being_written_at_a_sudden_end_is_there_as_far_as_it_came_and_can_be_generated_again()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 60, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("long", "demo-small:latest");
        await page.WaitForMoreAsync();
        using var limit = new CancellationTokenSource(Guard);
        while (!(await KillsInTheBrowserTests.Stored.ReadAsync(studio, isWhole: false)).IsInMidst)
        {
            await Task.Delay(20, limit.Token);
        }

        await studio.KillAsync();
        var seen = await page.LastReply.Locator(".markdown").InnerTextAsync();
        await studio.StartAgainAsync();
        await page.GoAsync(new Uri(page.Page.Url).PathAndQuery);

        await page.WaitForReplyAsync("interrupted");
        await Expect(page.LastReply.GetByText("Interrupted", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(page.LastReply).ToContainTextAsync("chunks");
        await Expect(page.LastReply).Not.ToContainTextAsync("not captured");
        var stored = await page.LastReply.Locator(".markdown").InnerTextAsync();
        Assert.NotEmpty(stored);
        Assert.StartsWith(stored[..Math.Min(stored.Length, 40)], seen, StringComparison.Ordinal);

        await page.Page.GetByTestId("message-regenerate").ClickAsync();
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("2/2");
        await page.WaitForMoreAsync();
        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");
    }

    [Fact]
    public async Task Where_the_database_cannot_be_written_any_more_the_chat_goes_on_and_all_of_it_is_stored_once_it_can()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short, while all is well", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        var status = page.Page.GetByTestId("status-store");
        await Expect(status).ToHaveCountAsync(0);

        // A folder stands in the file's place: nothing can be written there, by nobody.
        var file = Path.Combine(studio.DataFolder, StudioDatabase.FileName);
        await studio.SleepAsync(); // else it may look between the two
        File.Move(file, file + ".away");
        Directory.CreateDirectory(file);
        await studio.WakeAsync();
        await page.SendAsync("short, while nothing can be saved");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(status).ToHaveAttributeAsync("data-state", "failing");
        await Expect(status).ToContainTextAsync("Not saved");
        var said = await page.Replies.Locator(".markdown").AllInnerTextsAsync();

        await studio.SleepAsync();
        Directory.Delete(file);
        File.Move(file + ".away", file);
        await studio.WakeAsync();
        await Expect(status).ToHaveCountAsync(0, new() { Timeout = (float)Guard.TotalMilliseconds });
        var path = new Uri(page.Page.Url).PathAndQuery;
        await studio.KillAsync(); // what is there now is on the disk
        await studio.StartAgainAsync();
        await page.GoAsync(path);

        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByText("short, while nothing can be saved", new() { Exact = true }).First).ToBeVisibleAsync();
        Assert.Equal(said, await page.Replies.Locator(".markdown").AllInnerTextsAsync());
        await Expect(status).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_temporary_chat_says_so_and_is_gone_with_the_studio_as_is_what_was_deleted_before()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("new-chat").ClickAsync();
        await Expect(page.Page.GetByTestId("temporary-chat")).ToBeVisibleAsync();
        await page.Composer.FillAsync("a confidence");
        await UntilDraftAsync(studio, "/", "a confidence");
        await page.Page.GetByTestId("temporary-chat").ClickAsync();
        await Expect(page.Page.GetByTestId("temporary-chat")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.GetByTestId("temporary-notice")).ToContainTextAsync("not stored, gone when the studio stops");

        // What was typed goes along, over a reload too, and is no draft any more: not by leaving the chat in mid-word, and not on another page.
        await Expect(page.Composer).ToHaveValueAsync("a confidence");
        await page.Composer.FillAsync("a confidence, whispered");
        await page.Page.ReloadAsync();
        await Expect(page.Composer).ToHaveValueAsync("a confidence, whispered");
        await Expect(page.Page.GetByTestId("temporary-chat")).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Composer.FillAsync("a confidence, shouted");
        await page.Page.GetByTestId("conversation-item").First.ClickAsync();
        await Expect(page.Page.GetByTestId("temporary-notice")).ToHaveCountAsync(0);
        await page.Page.GetByTestId("new-chat").ClickAsync();
        await Expect(page.Page.GetByTestId("temporary-chat")).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(page.Composer).ToHaveValueAsync("");
        await UntilDraftAsync(studio, "/", "");
        await page.Page.GetByTestId("temporary-chat").ClickAsync();
        await Expect(page.Composer).ToHaveValueAsync("a confidence, shouted");
        await page.SendAsync("short and secret");
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("temporary-notice")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("temporary-chat")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("conversation-item").First).ToContainTextAsync("temporary");

        await page.Page.ReloadAsync();
        await page.WaitForReplyAsync("complete"); // as long as the studio runs
        await page.ActOnConversationAsync(page.Page.GetByRole(AriaRole.Link, new() { Name = "short", Exact = true }), "delete");
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(1);
        var temporary = new Uri(page.Page.Url).PathAndQuery;

        await studio.StopAsync();
        await studio.StartAgainAsync();
        await page.GoAsync(temporary);

        await Expect(page.Page.GetByText("This conversation is gone")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(0);

        // All forgotten in another tab: what was typed and not sent is gone from this one, too.
        await page.GoAsync("/");
        await page.Composer.FillAsync("to be forgotten");
        await UntilDraftAsync(studio, "/", "to be forgotten");
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync("/settings#data");
        await other.GetByTestId("forget-everything").ClickAsync();
        await other.GetByTestId("forget-yes").ClickAsync();
        await Expect(other.GetByTestId("forgotten")).ToBeVisibleAsync();
        await Expect(page.Composer).ToHaveValueAsync("");
        await page.GoAsync("/");
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up");
        await Expect(page.Composer).ToHaveValueAsync("");
    }

    // Another browser finds it, which has nothing of its own.
    private async Task UntilDraftAsync(StudioProcess studio, string path, string text)
    {
        await using var other = await StudioPage.OpenAsync(browser.Browser, studio, path);
        using var limit = new CancellationTokenSource(Guard);
        while (true)
        {
            await Expect(other.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "up");
            await Expect(other.Composer).ToBeFocusedAsync();
            if (await other.Composer.InputValueAsync() == text)
            {
                return;
            }

            limit.Token.ThrowIfCancellationRequested();
            await other.Page.EvaluateAsync("() => sessionStorage.clear()");
            await other.Page.ReloadAsync();
        }
    }
}
