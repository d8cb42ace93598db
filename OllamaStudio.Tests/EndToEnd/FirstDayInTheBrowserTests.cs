using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>
/// The first day of somebody who has neither Ollama nor Phoenix yet: what the newcomer of issue 13 did, by clicks and keys alone. One studio and
/// one window for all of it, since what a person meets late stands on what they did early.
/// </summary>
[Collection(PagesCollection.Name)]
public sealed class FirstDayInTheBrowserTests(BrowserFixture browser)
{
    private const string Suggestion = "Show me a table of sorting algorithms";
    private const string FileText = "The meeting is on Thursday at nine.";

    [Fact]
    public async Task A_first_day_from_the_first_question_to_finding_it_all_again()
    {
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);

        await SeesThatTheDemoAnswersAsync(page);
        await page.PickModelAsync("demo-small:latest");
        await AsksWhatIsSuggestedAndWatchesTheSpansAsync(page);
        var chat = new Uri(page.Page.Url).AbsolutePath;
        await OpensTheTraceAndComesBackAsync(page, chat);
        await EditsThePromptAndSwitchesVersionsAsync(page);
        await SetsTheTemperatureAsync(page);
        await AttachesAFileAsync(page);
        await SeesBothInWhatIsSentAndAsksAsync(page);
        await HasTheDemoFailAsync(page, "busy-503");
        await ComesBackToTheChatAsync(page, chat);
        await FailsAndDoesWhatTheReplyProposesAsync(page);
        await KeepsAPromptAsync(page);
        await ComesBackToTheChatAsync(page, chat);
        await BringsThePromptInAndQueuesWhatComesNextAsync(page);
        await PraisesTheReplyAsync(page);
        await TakesTheChatAlongAsync(page);
        await DeletesTheChatAndHasItBackAsync(page, chat);
        await ReadsTheModelsAsync(page);
        await FindsItAllAgainAsync(page, chat);
        page.AssertNoComplaints();
    }

    private static async Task SeesThatTheDemoAnswersAsync(StudioPage page)
    {
        await Expect(page.Page.GetByTestId("demo-banner")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("status-ollama")).ToHaveAttributeAsync("data-state", "demo");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.Picker).ToBeEnabledAsync(new() { Timeout = 60_000 }); // it has told its models
    }

    private static async Task AsksWhatIsSuggestedAndWatchesTheSpansAsync(StudioPage page)
    {
        // What is seen of it on the way is noted: two looks may come after its end.
        await page.Page.EvaluateAsync("""
            () => {
              window.seen = new Set();
              const look = () => { for (const one of document.querySelectorAll("[data-testid='message'][data-role='assistant'], [data-testid='span-row']")) seen.add(one.dataset.state ?? `${one.dataset.name} ${one.dataset.status}`); };
              new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-state', 'data-status'] });
            }
            """);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = Suggestion }).ClickAsync();
        await page.WaitForReplyAsync("complete");
        Assert.True(await page.Page.EvaluateAsync<bool>("seen.has('streaming') && seen.has('ollama.chat_streaming running')"));
        foreach (var span in new[] { "chat_interaction", "generate_response", "ollama.chat_streaming", "ollama_request", "process_streaming_response", "log_interaction" })
        {
            await Expect(page.SpanRow(span)).ToHaveAttributeAsync("data-status", "ok");
        }

        await Expect(page.LastReply.GetByTestId("message-stats")).ToContainTextAsync("tok/s");
        await Expect(page.Page.GetByTestId("status-export")).ToHaveAttributeAsync("data-state", "waiting"); // no Phoenix is no fault
    }

    private static async Task OpensTheTraceAndComesBackAsync(StudioPage page, string chat)
    {
        await page.LastReply.GetByTestId("message-trace").ClickAsync();
        await page.SpanRow("ollama.chat_streaming").ClickAsync();
        await page.Page.GetByTestId("span-details").GetByRole(AriaRole.Link, new() { Name = "Open waterfall" }).ClickAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync(Suggestion);
        await Expect(page.Page.Locator("[data-testid='waterfall-row'][data-name='process_streaming_response']")).ToBeVisibleAsync();
        await page.Page.GetByTestId("trace-message").ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex(Regex.Escape(chat) + "($|#)", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.LastReply.Locator("table")).ToBeVisibleAsync();
    }

    private static async Task EditsThePromptAndSwitchesVersionsAsync(StudioPage page)
    {
        await Prompts(page).HoverAsync();
        await page.Page.GetByTestId("message-edit").ClickAsync();
        await Expect(page.Page.GetByTestId("message-edit-text")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Control+a");
        await page.Page.Keyboard.TypeAsync("What does short mean?");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Versions(page)).ToContainTextAsync("2/2");
        await page.WaitForReplyAsync("complete");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Previous version" }).ClickAsync();
        await Expect(page.LastReply.Locator("table")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Next version" }).ClickAsync();
        await Expect(Versions(page)).ToContainTextAsync("2/2");
        await Expect(Prompts(page)).ToContainTextAsync("What does short mean?");
    }

    private static async Task SetsTheTemperatureAsync(StudioPage page)
    {
        await page.Page.GetByTestId("chat-parameters").ClickAsync();
        await page.Page.GetByTestId("parameter-temperature").ClickAsync();
        await page.Page.Keyboard.TypeAsync("0.2");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("parameters-set")).ToHaveTextAsync("1 set");
    }

    private static async Task AttachesAFileAsync(StudioPage page)
    {
        var picked = await page.Page.RunAndWaitForFileChooserAsync(() => page.Page.Locator("label:has([data-testid='attach'])").ClickAsync());
        await picked.SetFilesAsync(new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = System.Text.Encoding.UTF8.GetBytes(FileText) });
        await Expect(page.Page.GetByTestId("attachment").Locator(".name")).ToHaveTextAsync("notes.txt");
    }

    private static async Task SeesBothInWhatIsSentAndAsksAsync(StudioPage page)
    {
        await page.Composer.ClickAsync();
        await page.Page.Keyboard.TypeAsync("Read this, and be short");
        await page.Page.GetByTestId("exact-prompt").ClickAsync();
        await Expect(page.Page.GetByTestId("prompt-view").Locator("pre")).ToContainTextAsync("\"temperature\": 0.2");
        await Expect(page.Page.GetByTestId("prompt-view").Locator("pre")).ToContainTextAsync(FileText);
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("prompt-view")).ToHaveCountAsync(0);

        await page.Composer.ClickAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(Prompts(page).Last.GetByTestId("message-file")).ToContainTextAsync("notes.txt");
        await Expect(page.Page.GetByTestId("attachment")).ToHaveCountAsync(0);
    }

    private static async Task HasTheDemoFailAsync(StudioPage page, string fault)
    {
        await Rail(page, "Settings").ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "its own page" }).First.ClickAsync();
        await page.ChooseAsync(page.Page.GetByTestId("fault-select"), fault);
        await page.Page.GetByTestId("fault-apply").ClickAsync();
        await Expect(page.Page.GetByTestId("fault-armed")).ToHaveAttributeAsync("data-state", "armed");
    }

    private static async Task ComesBackToTheChatAsync(StudioPage page, string chat)
    {
        await Rail(page, "Chat").ClickAsync();
        await Expect(page.Composer).ToBeVisibleAsync();
        if (!page.Page.Url.EndsWith(chat, StringComparison.Ordinal))
        {
            await page.Page.Locator($"a[href='{chat}']").ClickAsync(); // reloaded on another page, the window has shown none yet
        }

        await Expect(page.Replies).Not.ToHaveCountAsync(0);
        await Expect(page.Composer).ToBeFocusedAsync();
    }

    private static async Task FailsAndDoesWhatTheReplyProposesAsync(StudioPage page)
    {
        await page.Page.Keyboard.TypeAsync("And what is short?");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(3);
        await page.WaitForReplyAsync("failed");
        await Expect(page.LastReply.GetByTestId("error-banner")).ToContainTextAsync("server busy");
        await page.LastReply.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("error-banner")).ToHaveCountAsync(0);
    }

    // Whoever tries / before there is a prompt is led to where one is kept.
    private static async Task KeepsAPromptAsync(StudioPage page)
    {
        await page.Composer.ClickAsync();
        await page.Page.Keyboard.TypeAsync("/");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Manage prompts" }).ClickAsync();
        await page.Page.GetByTestId("prompt-add").ClickAsync();
        await Expect(page.Page.GetByTestId("prompt-name")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("abilities");
        await page.Page.GetByTestId("prompt-text").ClickAsync();
        await page.Page.Keyboard.TypeAsync("What can you do for {{whom}}?");
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
    }

    private static async Task BringsThePromptInAndQueuesWhatComesNextAsync(StudioPage page)
    {
        await page.Page.Keyboard.PressAsync("Control+a"); // the / of before is there still
        await page.Page.Keyboard.TypeAsync("/");
        await Expect(page.Page.GetByTestId("prompt-option")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("me"); // over {{whom}}
        await Expect(page.Composer).ToHaveValueAsync("What can you do for me?");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Stop).ToBeVisibleAsync();

        await page.Page.Keyboard.TypeAsync("In short?");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("queued-message")).ToContainTextAsync("In short?");
        await Expect(page.Replies).ToHaveCountAsync(5, new() { Timeout = 60_000 });
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("queued-message")).ToHaveCountAsync(0);
        await Expect(page.Replies.Nth(3)).ToContainTextAsync("built-in demo");
    }

    private static async Task PraisesTheReplyAsync(StudioPage page)
    {
        await page.LastReply.GetByTestId("thumb-up").ClickAsync();
        await Expect(page.LastReply.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    private static async Task TakesTheChatAlongAsync(StudioPage page)
    {
        await page.Page.GetByTestId("conversation-export").ClickAsync();
        var file = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator("[data-download='md']").ClickAsync());
        using var reader = new StreamReader(await file.CreateReadStreamAsync());
        var text = await reader.ReadToEndAsync();
        foreach (var said in new[] { "What does short mean?", "notes.txt", "What can you do for me?", "In short?" })
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
        }
    }

    private static async Task DeletesTheChatAndHasItBackAsync(StudioPage page, string chat)
    {
        await page.ActOnConversationAsync(page.Page.GetByTestId("conversation-item"), "delete");
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(0);
        await page.Page.GetByTestId("undo").GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Page.Locator($"a[href='{chat}']")).ToBeVisibleAsync();
        await Expect(page.Replies).ToHaveCountAsync(5);
    }

    private static async Task ReadsTheModelsAsync(StudioPage page)
    {
        await Rail(page, "Models").ClickAsync();
        var used = page.Page.Locator("[data-testid='model-row'][data-model='demo-small:latest']");
        await Expect(used).ToHaveAttributeAsync("data-state", "loaded");
        await Expect(used.Locator(".calls")).Not.ToHaveTextAsync("0");
        await Expect(page.Page.Locator("[data-testid='residency-lane'][data-model='demo-small:latest']")).ToBeVisibleAsync();
    }

    private static async Task FindsItAllAgainAsync(StudioPage page, string chat)
    {
        await page.Page.ReloadAsync();
        await ComesBackToTheChatAsync(page, chat);
        await page.Page.ReloadAsync();
        await Expect(page.Replies).ToHaveCountAsync(5);
        await Expect(Versions(page).First).ToContainTextAsync("2/2");
        await Expect(Prompts(page).Nth(1).GetByTestId("message-file")).ToContainTextAsync("notes.txt");
        await Expect(page.LastReply.GetByTestId("thumb-up")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.GetByTestId("parameters-set")).ToHaveTextAsync("1 set");
        await Expect(page.Picker).ToHaveAttributeAsync("data-model", "demo-small:latest");
        await Expect(page.Composer).ToHaveValueAsync("");
        await Rail(page, "Traces").ClickAsync();
        await Expect(page.Page.GetByTestId("trace-row").Filter(new() { HasText = "What can you do for me?" })).ToBeVisibleAsync();
    }

    private static ILocator Prompts(StudioPage page) => page.Page.Locator("[data-testid='message'][data-role='user']");

    private static ILocator Versions(StudioPage page) => page.Page.GetByTestId("branch-switcher");

    private static ILocator Rail(StudioPage page, string name) => page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Studio" }).GetByRole(AriaRole.Link, new() { Name = name, Exact = true });
}
