using Microsoft.Playwright;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Tools.Mcp;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd.Gallery;

/// <summary>
/// Every page, dialog, menu and state, one after the other, as <see cref="Camera"/> looks at them: with axe always, with pictures where
/// they are asked for. The studio is as full as it gets: long names, two servers' tools, a table of hundreds of rows, two scripts.
/// </summary>
[Collection(PagesCollection.Name)]
public sealed partial class GalleryTests(BrowserFixture browser) : IAsyncLifetime
{
    private const string Table = "A table of 9,000 tokens: every request of this morning, with its model and first token";
    private const string Scripts = "Wie heißt »good morning« auf Arabisch: صباح الخير يا عالم? One sentence, and `code` as well";

    private readonly Camera _camera = new();
    private readonly FixedTimeZone _zone = new(TimeProvider.System);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _zone.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_studio_that_has_just_been_installed()
    {
        await using var studio = await StudioProcess.StartAsync(_zone.Variable);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        await Expect(page.Page.GetByTestId("status-model")).ToBeVisibleAsync();
        await _camera.LookAsync(page.Page, "start");

        await OpenStatusAsync(page, "ollama");
        await OpenStatusAsync(page, "capture");
        await OpenStatusAsync(page, "sampling");
        await OpenStatusAsync(page, "export");

        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "traces-empty");
        await page.GoAsync("/traces/00000000000000000000000000000000");
        await page.Page.GetByTestId("trace-missing").WaitForAsync();
        await _camera.LookAsync(page.Page, "trace-missing");
        await page.GoAsync("/chat/gone");
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = "This conversation is gone" }).WaitForAsync();
        await _camera.LookAsync(page.Page, "chat-gone");
        await page.GoAsync("/no-such-page");
        await _camera.LookAsync(page.Page, "not-found");
        await page.GoAsync("/settings");
        await _camera.LookAsync(page.Page, "settings");
        await page.Page.GetByTestId("mcp-add").ClickAsync();
        await page.Page.GetByTestId("mcp-command").FocusAsync();
        await _camera.LookAsync(page.Page, "server-new");
        await page.Page.GetByTestId("setting-discard").ClickAsync();

        await using var stranger = await browser.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var door = await stranger.NewPageAsync();
        await door.GotoAsync(studio.Address);
        await door.GetByTestId("access-page").WaitForAsync();
        await _camera.LookAsync(door, "access");

        await studio.KillAsync();
        await Expect(page.Page.GetByTestId("status-circuit")).ToHaveAttributeAsync("data-state", "lost", new() { Timeout = 60_000 });
        await _camera.LookAsync(page.Page, "connection-lost");
        AssertSeen(13);
    }

    [Fact]
    public async Task A_studio_in_use()
    {
        await using var ollama = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 800, LoadDelay = TimeSpan.FromMilliseconds(500) });
        await AddLongNamesAsync(ollama.Address);
        await using var web = await NodeServers.ServeEverythingAsync();
        (string, string)[] servers = await NodeServers.EverythingAsync() is { } program && web is not null ? [McpPage.Configured(program, web.Settings with { TrustsReadOnly = false })] : [];
        await using var studio = await StudioProcess.StartAsync([_zone.Variable, ("OLLAMA_HOST", ollama.Address.AbsoluteUri), .. servers]);
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio);
        if (servers.Length > 0)
        {
            await page.GoAsync("/settings");
            await McpPage.ExpectReadyAsync(page, "everything");
            await McpPage.ExpectReadyAsync(page, "web");
            await page.GoAsync("/");
        }

        await LookAtMenusAsync(page);
        await LookAtChatsAsync(studio, page, hasServers: servers.Length > 0);
        await LookAtTracesAsync(page);
        await LookAtSettingsAsync(page);
        AssertSeen(34);
    }

    private async Task LookAtMenusAsync(StudioPage page)
    {
        await page.SendAsync("Which of these tools can tell the time?", "demo-tools:latest");
        await page.WaitForReplyAsync("complete");
        await page.Page.GetByTestId("tools-menu").ClickAsync();
        await _camera.LookAsync(page.Page, "tools");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Picker.ClickAsync();
        await page.Page.GetByTestId("model-option").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "picker");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.GetByTestId("model-option")).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Control+/");
        await page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" }).WaitForAsync();
        await _camera.LookAsync(page.Page, "keyboard");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("Control+K");
        await page.Page.GetByTestId("palette-query").FillAsync("time");
        await Expect(page.Page.GetByTestId("palette-entry").Filter(new() { HasText = "Which of these" }).First).ToBeVisibleAsync();
        await _camera.LookAsync(page.Page, "palette");
        await page.Page.GetByTestId("palette-query").FillAsync("no such thing anywhere");
        await Expect(page.Page.GetByTestId("palette-entry")).ToHaveCountAsync(0);
        await _camera.LookAsync(page.Page, "palette-empty");
        await page.Page.Keyboard.PressAsync("Escape");
    }

    private async Task LookAtChatsAsync(StudioProcess studio, StudioPage page, bool hasServers)
    {
        await NewChatAsync(page);
        await AskAsync(page, "Stop me: 50,000 tokens", "demo-thinking:latest", "streaming");
        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");
        await _camera.LookAsync(page.Page, "stopped");

        await NewChatAsync(page);
        await AskAsync(page, "error-mid-stream", "demo-faults:latest", "failed");
        await _camera.LookAsync(page.Page, "failure");

        if (hasServers)
        {
            await NewChatAsync(page);
            await AskAsync(page, "Use the echo tool of the web server to say \"good morning\"", "demo-tools:latest", "streaming");
            await page.Page.GetByTestId("tool-approval").WaitForAsync();
            await _camera.LookAsync(page.Page, "approval");
            await page.Page.GetByTestId("tool-deny").ClickAsync();
            await page.WaitForReplyAsync("complete");
            await page.LastReply.GetByTestId("tool-call").Locator("summary").ClickAsync();
            await _camera.LookAsync(page.Page, "denied");
        }

        await NewChatAsync(page);
        await AskAsync(page, Table, "demo-small:latest", "complete");
        await _camera.LookAsync(page.Page, "table");
        await NewChatAsync(page);
        await AskAsync(page, Scripts, "demo-small:latest", "complete");
        await AskAsync(page, "Now the code for it, short, in C# and in Python", "demo-thinking:latest", "complete");
        await page.LastReply.GetByTestId("message-regenerate").ClickAsync();
        await Expect(page.LastReply.GetByTestId("branch-switcher")).ToContainTextAsync("2/2");
        await page.WaitForReplyAsync("complete");
        await _camera.LookAsync(page.Page, "chat");
        await page.Page.GetByTestId("thinking").Last.Locator("summary").ClickAsync();
        await _camera.LookAsync(page.Page, "thinking");
        await page.SpanRow("ollama.chat_streaming").Last.ClickAsync();
        await page.Page.GetByTestId("span-details").WaitForAsync();
        await _camera.LookAsync(page.Page, "span-details");
        await page.Page.GetByTestId("span-details").GetByRole(AriaRole.Button, new() { Name = "Close details" }).ClickAsync();
        await Expect(page.Page.Locator("#live-tree")).ToBeFocusedAsync();

        await page.Page.GetByTestId("message-edit").Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByTestId("message-edit-text")).ToBeFocusedAsync();
        await _camera.LookAsync(page.Page, "edit");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Page.Keyboard.PressAsync("Control+F");
        await page.Page.GetByTestId("find-query").FillAsync("code");
        await Expect(page.Page.GetByTestId("find-count")).ToContainTextAsync(" of ");
        await _camera.LookAsync(page.Page, "find");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Page.GetByTestId("conversation-search").FillAsync("token");
        await Expect(page.Page.GetByTestId("conversation-item").First).ToContainTextAsync("token");
        await _camera.LookAsync(page.Page, "search");
        await page.Page.GetByTestId("conversation-search").FillAsync("");
        await LookAtConversationsAsync(page);

        await NewChatAsync(page);
        await AskAsync(page, "Where does the time of a reply go? Short, please", "demo-thinking:latest", "complete");
        await AskAsync(page, "Now all of it, in 50,000 tokens", "demo-thinking:latest", "streaming");
        await page.LastReply.Locator(".markdown").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "writing");
        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");

        await page.ActOnConversationAsync(page.Page.GetByTestId("conversation-item").Filter(new() { HasText = "Stop me" }), "delete");
        await page.Page.GetByTestId("undo").WaitForAsync();
        await _camera.LookAsync(page.Page, "undo");

        await using var other = await StudioPage.OpenAsync(browser.Browser, studio, new Uri(page.Page.Url).AbsolutePath);
        await other.ActOnConversationAsync(other.Page.Locator("[data-testid='conversation-item'][aria-current='page']"), "delete");
        await page.Page.GetByTestId("deleted-notice").WaitForAsync();
        await _camera.LookAsync(page.Page, "deleted-elsewhere");
    }

    private async Task LookAtTracesAsync(StudioPage page)
    {
        await page.GoAsync("/traces");
        await page.Page.GetByTestId("trace-row").Nth(5).WaitForAsync();
        await _camera.LookAsync(page.Page, "traces");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await _camera.LookAsync(page.Page, "columns");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.GoAsync("/traces?q=no-such-word");
        await page.Page.Locator(".empty-state").WaitForAsync();
        await _camera.LookAsync(page.Page, "traces-none");

        await page.GoAsync("/traces?view=sessions");
        await page.Page.GetByTestId("session-row").Nth(3).WaitForAsync();
        await _camera.LookAsync(page.Page, "sessions");
        await page.GoAsync("/traces");
        await page.Page.GetByTestId("traces-compare").ClickAsync();
        await page.Page.GetByTestId("compare-choice").Nth(0).CheckAsync();
        await page.Page.GetByTestId("compare-choice").Nth(1).CheckAsync();
        await page.Page.GetByTestId("compare-open").ClickAsync();
        await page.Page.GetByTestId("compare-row").First.WaitForAsync();
        await _camera.LookAsync(page.Page, "compare");

        await page.GoAsync("/traces?q=time");
        await page.Page.GetByTestId("trace-row").Locator("a").First.ClickAsync();
        await page.Page.GetByTestId("span-details").WaitForAsync();
        await _camera.LookAsync(page.Page, "trace");
        foreach (var tab in new[] { "Attributes", "Events", "Logs", "JSON" })
        {
            await page.Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await _camera.LookAsync(page.Page, $"trace-{tab.ToLowerInvariant()}");
        }

        await page.Page.GetByTestId("trace-view-table").ClickAsync();
        await _camera.LookAsync(page.Page, "trace-table");
        await page.Page.GetByTestId("trace-view-waterfall").ClickAsync();
        await page.Page.GetByTestId("waterfall-row").First.FocusAsync();
        await page.Page.Keyboard.PressAsync("Control+F");
        await page.Page.GetByTestId("find-query").FillAsync("time");
        await Expect(page.Page.GetByTestId("find-count")).ToContainTextAsync(" of ");
        await _camera.LookAsync(page.Page, "find-in-trace");
    }

    private async Task OpenStatusAsync(StudioPage page, string item)
    {
        await page.Page.GetByTestId($"status-{item}").ClickAsync();
        await _camera.LookAsync(page.Page, item);
        await page.Page.Keyboard.PressAsync("Escape");
    }

    private static async Task NewChatAsync(StudioPage page)
    {
        await page.Page.Keyboard.PressAsync("Control+Shift+O");
        await Expect(page.Replies).ToHaveCountAsync(0);
    }

    private static async Task AskAsync(StudioPage page, string prompt, string model, string state)
    {
        var replies = await page.Replies.CountAsync();
        await page.SendAsync(prompt, model);
        await Expect(page.Replies).ToHaveCountAsync(replies + 1);
        await page.WaitForReplyAsync(state);
    }

    // Names as people give them, and as registries do.
    private static async Task AddLongNamesAsync(Uri ollama)
    {
        using var client = new HttpClient { BaseAddress = ollama };
        var longest = $"team/{string.Concat(Enumerable.Repeat("model-", 12))}one:{string.Concat(Enumerable.Repeat("q4-", 26))}k";
        foreach (var name in new[] { "hf.co/bartowski/Meta-Llama-3.1-8B-Instruct-abliterated-imatrix-GGUF:Q4_K_M", longest })
        {
            using var body = new StringContent($$"""{"source":"demo-small","destination":"{{name}}"}""");
            using var answer = await client.PostAsync("/api/copy", body);
            answer.EnsureSuccessStatusCode();
        }
    }

    private void AssertSeen(int leastStates)
    {
        Assert.Empty(_camera.Findings);
        Assert.InRange(_camera.States, leastStates, 100);
    }
}
