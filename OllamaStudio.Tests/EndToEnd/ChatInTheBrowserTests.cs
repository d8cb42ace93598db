using Microsoft.Playwright;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

[Collection(BrowserCollection.Name)]
public class ChatInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task Stop_keeps_the_text_and_closes_the_request_at_the_server()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 20 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        var cancelled = ollama.Activity.WaitForCancellationAsync();

        await page.SendAsync("Write a long answer", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();
        await page.Stop.ClickAsync();

        await page.WaitForReplyAsync("stopped");
        await cancelled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEmpty(await page.LastReply.Locator(".markdown").InnerTextAsync());
        await Expect(page.SpanRow("chat_interaction")).ToHaveAttributeAsync("data-status", "ok");
        await Expect(page.Send).ToBeVisibleAsync();
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_generation_outlives_a_reload_and_a_second_tab_shows_the_same()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 60 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        var cancelled = ollama.Activity.WaitForCancellationAsync();

        await page.SendAsync("Write 50,000 tokens", "demo-small:latest");
        await Expect(page.LastReply.Locator(".markdown")).ToBeVisibleAsync();
        await page.Page.ReloadAsync();
        await Expect(page.LastReply).ToHaveAttributeAsync("data-state", "streaming");

        await using var second = await StudioPage.OpenAsync(browser.Browser, studio, new Uri(page.Page.Url).PathAndQuery);
        await Expect(second.LastReply).ToHaveAttributeAsync("data-state", "streaming");
        await second.Stop.ClickAsync();

        await page.WaitForReplyAsync("stopped");
        await second.WaitForReplyAsync("stopped");
        Assert.Equal(await page.LastReply.Locator(".markdown").InnerTextAsync(), await second.LastReply.Locator(".markdown").InnerTextAsync());
        await cancelled.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, ollama.Activity.Cancelled);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_reply_that_fails_says_why_and_is_retried()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.SendAsync("error-mid-stream", "demo-faults:latest");
        await page.WaitForReplyAsync("failed");
        await Expect(page.Page.GetByTestId("error-banner")).ToBeVisibleAsync();
        await Expect(page.SpanRow("ollama.chat_streaming")).ToHaveAttributeAsync("data-status", "error");

        await page.PickModelAsync("demo-small:latest");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("error-banner")).ToHaveCountAsync(0);
        Assert.Equal(1, await page.Replies.CountAsync());
    }

    [Fact]
    public async Task Several_turns_carry_their_history_and_keys_work_as_said()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await page.Composer.FillAsync("first line");
        await page.Composer.PressAsync("Shift+Enter");
        await page.Composer.PressSequentiallyAsync("second line");
        await Expect(page.Send).ToBeEnabledAsync(new() { Timeout = 60_000 }); // a model is known
        await page.Composer.PressAsync("Enter");
        await page.WaitForReplyAsync("complete");
        await Expect(page.Composer).ToHaveValueAsync("");

        await page.Composer.PressAsync("ArrowUp");
        await Expect(page.Composer).ToHaveValueAsync("first line\nsecond line");
        await page.Composer.FillAsync("and again");
        await page.Composer.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");

        // Two messages and their replies went along: the root of the second turn says so.
        await page.Page.GetByTestId("message-trace").Last.ClickAsync();
        await Expect(page.Page.Locator("#live-tree")).ToBeFocusedAsync(); // nothing folds any more
        await page.SpanRow("ollama.chat_streaming").Last.ClickAsync();
        await Expect(page.Page.Locator("[data-testid='span-attribute'][data-key='llm.message_count']")).ToContainTextAsync("3");

        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(page.Replies).ToHaveCountAsync(0);
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task What_is_written_and_sent_while_the_message_before_is_on_its_way_is_sent_after_it()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("the first", "demo-small:latest");
        await page.WaitForReplyAsync("complete");
        await Expect(page.Send).ToBeVisibleAsync();

        // All within one task of the page: no answer can have come in between. The second Enter is for nothing new.
        await page.Composer.EvaluateAsync("""
            (box) => {
              const write = (text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); };
              const press = () => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
              write('the second'); press(); press();
              write('the second\n\nand the third'); press();
            }
            """);
        await Expect(page.Replies).ToHaveCountAsync(3);
        await page.WaitForReplyAsync("complete");
        Assert.Equal(["the first", "the second", "and the third"], await page.Page.Locator("[data-role='user'] .text").AllInnerTextsAsync());
        await Expect(page.Composer).ToHaveValueAsync("");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task The_real_server_is_offered_when_it_appears()
    {
        var port = RawServer.UnusedPort();
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", $"127.0.0.1:{port}"));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Page.GetByTestId("status-ollama")).ToHaveAttributeAsync("data-state", "demo");

        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { Port = port });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Switch to Ollama" }).ClickAsync(new() { Timeout = 60_000 });

        await Expect(page.Page.GetByTestId("status-ollama")).ToHaveAttributeAsync("data-state", "up");
        await Expect(page.Page.GetByTestId("demo-banner")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task After_a_deletion_the_keyboard_is_on_undo()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await page.SendAsync("short", "demo-small:latest");
        await page.WaitForReplyAsync("complete");

        await page.Page.GetByTestId("new-chat").ClickAsync();
        await Expect(page.Replies).ToHaveCountAsync(0);
        await Expect(page.Composer).ToBeFocusedAsync();

        await page.Page.GetByTestId("conversation-item").FocusAsync();
        await page.Page.Keyboard.PressAsync("Delete");
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(1);
        page.AssertNoComplaints();
    }
}
