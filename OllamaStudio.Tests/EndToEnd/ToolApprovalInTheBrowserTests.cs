using System.Globalization;
using Microsoft.Playwright;
using OllamaStudio.Tests.Tools.Mcp;
using static Microsoft.Playwright.Assertions;
using static OllamaStudio.Tests.EndToEnd.McpPage;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>A tool that does more than read asks the person first: here the reference server that remembers, into a file that is looked into.</summary>
[Collection(BrowserCollection.Name)]
public class ToolApprovalInTheBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_tool_that_writes_asks_each_time_until_it_may_always()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(browser.Browser, memory!.Studio, "memory");
        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        var question = await WaitForQuestionAsync(page);
        await Expect(question).ToContainTextAsync("from the server memory");
        await Expect(question.Locator("pre")).ToContainTextAsync("\"name\": \"Ada\"");
        Assert.Empty(memory.Remembered);
        await question.GetByTestId("tool-allow-once").ClickAsync();
        await ExpectCallAsync(page, "create_entities", "Ada", "Ada");
        Assert.Contains("Ada", memory.Remembered, StringComparison.Ordinal);

        await AskAsync(page, "Use create_entities to remember \"Grace\"");
        await question.GetByTestId("tool-allow-always").ClickAsync();
        await ExpectCallAsync(page, "create_entities", "Grace", "Grace");

        await AskAsync(page, "Use create_entities to remember \"Hedy\"");
        await ExpectCallAsync(page, "create_entities", "Hedy", "Hedy");
        Assert.Contains("Hedy", memory.Remembered, StringComparison.Ordinal);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_denial_by_the_keyboard_is_told_to_the_model_and_the_reply_says_so()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenSettingsAsync(browser.Browser, memory!.Studio, "memory");
        await Server(page, "memory").Locator("details.tools > summary").ClickAsync();
        await Server(page, "memory").GetByTestId("mcp-tool").First.Locator("summary").ClickAsync();
        await Axe.AssertCleanAsync(page, "settings");
        await page.GoAsync("/");

        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);
        await Axe.AssertCleanAsync(page, "approval");
        await Expect(page.Composer).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.LastReply.GetByTestId("tool-deny")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitForReplyAsync("complete");

        var card = page.LastReply.GetByTestId("tool-call");
        await Expect(card).ToHaveAttributeAsync("data-state", "denied");
        await Expect(page.Composer).ToBeFocusedAsync();
        await Expect(page.LastReply.Locator(".markdown").Last).ToContainTextAsync("You did not allow the tool create_entities");
        Assert.Empty(memory.Remembered);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_question_outlives_a_reload_and_is_answered_in_any_tab()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(browser.Browser, memory!.Studio, "memory");
        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);

        await page.Page.ReloadAsync();
        await WaitForQuestionAsync(page);
        await using var other = await StudioPage.OpenAsync(browser.Browser, memory.Studio, new Uri(page.Page.Url).AbsolutePath);
        await other.LastReply.GetByTestId("tool-allow-once").ClickAsync();

        await ExpectCallAsync(page, "create_entities", "Ada", "Ada");
        await Expect(page.LastReply.GetByTestId("tool-approval")).ToHaveCountAsync(0);
        await other.WaitForReplyAsync("complete");
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task Stop_while_a_question_waits_ends_the_turn_and_runs_nothing()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(browser.Browser, memory!.Studio, "memory");
        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);

        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");

        await Expect(page.LastReply.Locator(".stopped")).ToHaveTextAsync("Stopped");
        await Expect(page.LastReply.GetByTestId("tool-call")).ToHaveAttributeAsync("data-state", "cancelled");
        await Expect(page.LastReply.GetByTestId("tool-approval")).ToHaveCountAsync(0);
        Assert.Empty(memory.Remembered);
        page.AssertNoComplaints();
    }

    private static async Task<ILocator> WaitForQuestionAsync(StudioPage page)
    {
        var question = page.LastReply.GetByTestId("tool-approval");
        await Expect(question).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return question;
    }

    /// <summary>A studio with the server that remembers, into a file that is looked into.</summary>
    private sealed class Memory : IAsyncDisposable
    {
        private readonly string _file;

        private Memory(StudioProcess studio, string file) => (Studio, _file) = (studio, file);

        public StudioProcess Studio { get; }

        public string Remembered => File.Exists(_file) ? File.ReadAllText(_file) : "";

        public static async Task<Memory?> StartAsync()
        {
            var file = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"memory-{Guid.NewGuid():N}.jsonl"));
            return await NodeServers.MemoryAsync(file) is { } server ? new Memory(await StudioProcess.StartAsync(Configured(server)), file) : null;
        }

        public async ValueTask DisposeAsync()
        {
            await Studio.DisposeAsync();
            File.Delete(_file);
        }
    }
}
