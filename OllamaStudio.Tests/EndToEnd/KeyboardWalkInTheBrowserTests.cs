using Microsoft.Playwright;
using OllamaStudio.Simulator;
using static Microsoft.Playwright.Assertions;
using static OllamaStudio.Tests.EndToEnd.KeyboardSteps;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>With the keyboard and nothing else: no click, and no focus but by a key. Wherever it goes, it is seen.</summary>
[Collection(BrowserCollection.Name)]
public class KeyboardWalkInTheBrowserTests(BrowserFixture browser)
{
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
        await Expect(page.Send).ToBeEnabledAsync(); // the composer hears its keys
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

    [Fact]
    public async Task Edit_branch_parameters_attach_and_models()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0, LoadDelay = TimeSpan.Zero });
        await using var studio = await StudioProcess.StartAsync(("OLLAMA_HOST", ollama.Address.ToString()));
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Picker).ToBeEnabledAsync();
        await SeesItOnAsync(page, page.Composer);
        await page.Page.Keyboard.TypeAsync("short");
        await Expect(page.Send).ToBeEnabledAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitForReplyAsync("complete");

        await EditsAPromptAsync(page);
        await GoesBackAVersionAndTakesItIntoAChatOfItsOwnAsync(page);
        await SetsParametersAsync(page);
        await AttachesAFileAndSendsItAsync(page);
        await GoesThroughTheTokensAsync(page);
        await PullsOpensAndLoadsAModelAsync(page);
        page.AssertNoComplaints();
    }

    // Left by Escape it is as it was; sent, it stands beside what it was.
    private static async Task EditsAPromptAsync(StudioPage page)
    {
        var keys = page.Page.Keyboard;
        var edit = page.Page.GetByTestId("message-edit");
        var text = page.Page.GetByTestId("message-edit-text");
        var prompt = page.Page.Locator("[data-testid='message'][data-role='user'] .text");
        await TabToAsync(page, edit, "Shift+Tab");
        await keys.PressAsync("Enter");
        await SeesItOnAsync(page, text);
        await keys.TypeAsync(" and never sent");
        await keys.PressAsync("Escape");
        await SeesItOnAsync(page, edit);
        await Expect(prompt).ToHaveTextAsync("short");

        await keys.PressAsync("Enter");
        await SeesItOnAsync(page, text);
        await keys.TypeAsync(", then");
        await keys.PressAsync("Shift+Enter");
        await keys.TypeAsync("shorter");
        await keys.PressAsync("Enter");
        await Expect(prompt).ToHaveTextAsync("short, then\nshorter");
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("2/2");
        await SeesItOnAsync(page, page.Composer);
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("conversation-item")).ToContainTextAsync("short, then shorter");
    }

    private static async Task GoesBackAVersionAndTakesItIntoAChatOfItsOwnAsync(StudioPage page)
    {
        var previous = page.Page.GetByRole(AriaRole.Button, new() { Name = "Previous version" });
        var before = page.Page.Url;
        await TabToAsync(page, previous, "Shift+Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("branch-switcher")).ToContainTextAsync("1/2");
        await SeesItOnAsync(page, previous);
        await Expect(page.Page.GetByTestId("conversation-item").Locator(".truncate")).ToHaveTextAsync("short");

        await TabToAsync(page, page.LastReply.GetByTestId("message-menu"), "Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await SeesItOnAsync(page, page.Page.Locator("[data-action='branch-out']"));
        await page.Page.Keyboard.PressAsync("Escape");
        await SeesItOnAsync(page, page.LastReply.GetByTestId("message-menu"));
        await page.Page.Keyboard.PressAsync("Enter");
        await SeesItOnAsync(page, page.Page.Locator("[data-action='branch-out']"));
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).Not.ToHaveURLAsync(before);
        await Expect(page.Page.GetByTestId("conversation-item")).ToHaveCountAsync(2);
        await SeesItOnAsync(page, page.Composer);
    }

    private static async Task SetsParametersAsync(StudioPage page)
    {
        var button = page.Page.GetByTestId("chat-parameters");
        await TabToAsync(page, button, "Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await SeesItOnAsync(page, page.Page.GetByTestId("parameter-system"));
        await page.Page.Keyboard.TypeAsync("Be brief.");
        await TabToAsync(page, page.Page.GetByTestId("parameter-temperature"), "Tab");
        await page.Page.Keyboard.TypeAsync("0.2");
        await TabToAsync(page, page.Page.GetByTestId("parameter-logprobs"), "Tab");
        await page.Page.Keyboard.PressAsync("ArrowDown"); // On
        await page.Page.Keyboard.PressAsync("Escape");
        await SeesItOnAsync(page, button);
        await Expect(button.GetByTestId("parameters-set")).ToHaveTextAsync("3 set");
    }

    private static async Task AttachesAFileAndSendsItAsync(StudioPage page)
    {
        await TabToAsync(page, page.Page.GetByTestId("attach"), "Shift+Tab");
        var picked = await page.Page.RunAndWaitForFileChooserAsync(() => page.Page.Keyboard.PressAsync("Space"));
        await picked.SetFilesAsync(new[] { "kept.txt", "removed.txt" }.Select(static name => new FilePayload { Name = name, MimeType = "text/plain", Buffer = "short"u8.ToArray() }));
        await SeesItOnAsync(page, page.Composer);
        await Expect(page.Page.GetByTestId("attachment")).ToHaveCountAsync(2);
        await TabToAsync(page, page.Page.GetByTestId("attachment-remove").Last, "Shift+Tab");
        await page.Page.Keyboard.PressAsync("Enter");
        await SeesItOnAsync(page, page.Composer);
        await page.Page.Keyboard.TypeAsync("What is in it? Be short");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Replies).ToHaveCountAsync(2);
        await page.WaitForReplyAsync("complete");
        await Expect(page.Page.GetByTestId("message-file")).ToContainTextAsync("kept.txt");
        await SeesItOnAsync(page, page.Composer);
    }

    // All of them are one stop of Tab.
    private static async Task GoesThroughTheTokensAsync(StudioPage page)
    {
        var tokens = page.LastReply.Locator("[data-tokens] [role='option']");
        var told = page.Page.GetByTestId("shades-told");
        await TabToAsync(page, tokens.First, "Shift+Tab");
        await Expect(told).ToContainTextAsync(" %");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await SeesItOnAsync(page, tokens.Nth(1));
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.LastReply.Locator("[data-tokens] :is(.s2, .s3)").First).ToBeFocusedAsync();
        await Expect(told).ToContainTextAsync("; instead: ");
        await Axe.AssertCleanAsync(page, "token probabilities");
        await page.Page.Keyboard.PressAsync("Shift+Escape");
        await SeesItOnAsync(page, page.Composer);
    }

    private static async Task PullsOpensAndLoadsAModelAsync(StudioPage page)
    {
        var keys = page.Page.Keyboard;
        await keys.PressAsync("Control+k");
        await Expect(page.Page.GetByTestId("palette-query")).ToBeFocusedAsync();
        await keys.TypeAsync("go to models");
        await Expect(page.Page.GetByTestId("palette-entry").First).ToContainTextAsync("Go to models");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToBeFocusedAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Models");

        var name = page.Page.GetByTestId("model-pull-name");
        await TabToAsync(page, name, "Tab");
        await keys.TypeAsync("demo-embed");
        await keys.PressAsync("Enter");
        var pulled = page.Page.Locator("[data-testid='model-row'][data-model='demo-embed:latest']");
        await Expect(pulled).ToBeVisibleAsync();
        await SeesItOnAsync(page, name);

        // The rows are one stop of Tab; the arrows go from one to the next.
        await TabToAsync(page, page.Page.GetByTestId("model-row").First.GetByTestId("model-open"), "Tab");
        var small = page.Page.Locator("[data-testid='model-row'][data-model='demo-small:latest']");
        await ArrowToAsync(page, small.GetByTestId("model-open"));
        await keys.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("model-details")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("model-details")).ToHaveCountAsync(0);
        await SeesItOnAsync(page, small.GetByTestId("model-open"));

        // The chats left it in memory: out, and in again.
        await TabToAsync(page, small.GetByTestId("model-eject"), "Tab");
        await keys.PressAsync("Enter");
        await Expect(small).ToHaveAttributeAsync("data-state", "installed");
        await TabToAsync(page, small.GetByTestId("model-load"), "Tab");
        await keys.PressAsync("Enter");
        await Expect(small).ToHaveAttributeAsync("data-state", "loaded");

        await TabToAsync(page, small.GetByTestId("model-more"), "Tab");
        await keys.PressAsync("Enter");
        await SeesItOnAsync(page, page.Page.Locator("[data-action='details']"));
        await keys.PressAsync("Escape");
        await SeesItOnAsync(page, small.GetByTestId("model-more"));
    }
}
