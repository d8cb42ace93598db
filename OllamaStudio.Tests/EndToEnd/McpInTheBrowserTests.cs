using System.Globalization;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Tools.Mcp;
using static Microsoft.Playwright.Assertions;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>MCP servers as a person meets them: added on the settings page, called in the chat.</summary>
[Collection(BrowserCollection.Name)]
public class McpInTheBrowserTests(BrowserFixture browser)
{
    private const string Model = "demo-tools:latest";

    // A server's program is started, and may have to be read from a cold disk.
    private static readonly LocatorAssertionsToHaveAttributeOptions s_patient = new() { Timeout = 60_000 };

    [Fact]
    public async Task Servers_of_both_kinds_are_added_and_the_model_calls_echo_and_sum_of_each()
    {
        var program = await NodeServers.EverythingAsync();
        await using var web = await NodeServers.ServeEverythingAsync();
        if (NodeServers.IsMissing(program) || NodeServers.IsMissing(web))
        {
            return;
        }

        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        await AddAsync(page, program!);
        await AddAsync(page, web!.Settings);
        await SaveAsync(page);
        foreach (var name in new[] { "everything", "web" })
        {
            await Expect(Server(page, name).GetByTestId("mcp-status")).ToHaveAttributeAsync("data-state", "ready", s_patient);
            await Server(page, name).Locator("details.tools > summary").ClickAsync();
            var echo = Server(page, name).Locator("[data-testid='mcp-tool'][data-name='echo']");
            await echo.Locator("summary").ClickAsync();
            await Expect(echo.Locator("pre")).ToContainTextAsync("\"message\"");
        }

        await page.GoAsync("/");
        foreach (var name in new[] { "everything", "web" })
        {
            await AskAsync(page, $"Use the echo tool of the {name} server to say \"good morning\"");
            await ExpectCallAsync(page, $"{name}_echo", "\"message\": \"good morning\"", "Echo: good morning");
            await Expect(page.LastReply.Locator(".markdown").Last).ToContainTextAsync("Echo: good morning");

            await AskAsync(page, $"Use the get-sum tool of the {name} server for 40 and 2");
            await ExpectCallAsync(page, $"{name}_get-sum", "\"a\": 40", "42");
            await Expect(page.LastReply.Locator(".markdown").Last).ToContainTextAsync("42");
        }

        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task An_image_that_a_tool_returns_is_shown()
    {
        var server = await NodeServers.EverythingAsync();
        if (NodeServers.IsMissing(server))
        {
            return;
        }

        await using var studio = await StudioProcess.StartAsync(Configured(server!));
        await using var page = await OpenChatAsync(studio, server!.Name);

        await AskAsync(page, "call get-tiny-image");
        await page.WaitForReplyAsync("complete");

        var image = page.LastReply.GetByRole(AriaRole.Img, new() { Name = "Image from get-tiny-image" });
        await Expect(image).ToBeVisibleAsync();
        Assert.True(await image.EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }") > 1);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_tool_that_writes_asks_each_time_until_it_may_always()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(memory!.Studio, "memory");
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
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_denial_by_the_keyboard_is_told_to_the_model_and_the_reply_says_so(ColorScheme scheme)
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(memory!.Studio, "memory", scheme);
        await Server(page, "memory").Locator("details.tools > summary").ClickAsync();
        await Server(page, "memory").GetByTestId("mcp-tool").First.Locator("summary").ClickAsync();
        await AssertCleanAsync(page, "settings");
        await page.GoAsync("/");

        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);
        await AssertCleanAsync(page, "approval");
        await Expect(page.Composer).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.LastReply.GetByTestId("tool-deny")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await page.WaitForReplyAsync("complete");

        var card = page.LastReply.GetByTestId("tool-call");
        await Expect(card).ToHaveAttributeAsync("data-state", "denied");
        await Expect(card.Locator("summary")).ToBeFocusedAsync();
        await Expect(page.LastReply.Locator(".markdown").Last).ToContainTextAsync("You did not allow the tool create_entities");
        Assert.Empty(memory.Remembered);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_question_outlives_a_reload_and_is_answered_in_any_tab()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(memory!.Studio, "memory");
        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);

        await page.Page.ReloadAsync();
        await WaitForQuestionAsync(page);
        await using var other = await StudioPage.OpenAsync(browser.Browser, memory.Studio, new Uri(page.Page.Url).AbsolutePath);
        await other.LastReply.GetByTestId("tool-allow-once").ClickAsync();

        await ExpectCallAsync(page, "create_entities", "Ada", "Ada");
        await Expect(page.LastReply.GetByTestId("tool-approval")).ToHaveCountAsync(0);
        await other.WaitForReplyAsync("complete");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Stop_while_a_question_waits_ends_the_turn_and_runs_nothing()
    {
        await using var memory = await Memory.StartAsync();
        if (NodeServers.IsMissing(memory))
        {
            return;
        }

        await using var page = await OpenChatAsync(memory!.Studio, "memory");
        await AskAsync(page, "Use create_entities to remember \"Ada\"");
        await WaitForQuestionAsync(page);

        await page.Stop.ClickAsync();
        await page.WaitForReplyAsync("stopped");

        await Expect(page.LastReply.Locator(".stopped")).ToHaveTextAsync("Stopped");
        await Expect(page.LastReply.GetByTestId("tool-call")).ToHaveAttributeAsync("data-state", "cancelled");
        await Expect(page.LastReply.GetByTestId("tool-approval")).ToHaveCountAsync(0);
        Assert.Empty(memory.Remembered);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_header_opens_a_server_and_its_value_is_never_shown_again()
    {
        const string Secret = "only-for-friends";
        await using var server = await HeaderServer.StartAsync(Secret);
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        await AddAsync(page, new McpServerSettings { Name = "notes", Transport = McpTransport.Http, Url = server.Address + "/mcp" });
        var card = Server(page, "notes");

        await card.GetByTestId("mcp-test").ClickAsync();
        await Expect(card.GetByTestId("mcp-test-result")).ToContainTextAsync("refuses access (401). Check the headers", new() { Timeout = 60_000 });
        await card.GetByRole(AriaRole.Button, new() { Name = "Add header" }).ClickAsync();
        await card.GetByLabel("Name of header 1").FillAsync(HeaderServer.Header);
        await card.GetByLabel("Value of header 1").FillAsync(Secret);
        await SaveAsync(page);
        await Expect(card.GetByTestId("mcp-status")).ToHaveAttributeAsync("data-state", "ready", s_patient);

        await page.GoAsync("/settings");
        await card.GetByTestId("mcp-edit").ClickAsync();
        await Expect(card.GetByLabel("Name of header 1")).ToHaveValueAsync(HeaderServer.Header);
        await Expect(card.GetByLabel("Value of header 1")).ToHaveValueAsync("");
        Assert.DoesNotContain(Secret, await page.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(studio.DataFolder), file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));

        await page.GoAsync("/");
        await AskAsync(page, "Use the read_notes tool");
        await ExpectCallAsync(page, "read_notes", "", "Buy milk.");
        Assert.Empty(page.Complaints);
    }

    private static (string Name, string Value) Configured(McpServerSettings server) => ("OllamaStudio__Mcp__Servers", JsonSerializer.Serialize(new[]
    {
        new { server.Name, server.Command, server.Arguments, server.Environment },
    }));

    private static ILocator Server(StudioPage page, string name) => page.Page.Locator($"[data-testid='mcp-server'][data-name='{name}']");

    private static async Task AddAsync(StudioPage page, McpServerSettings server)
    {
        await page.Page.GetByTestId("mcp-add").ClickAsync();
        var card = Server(page, "");
        await Expect(card.GetByTestId("mcp-name")).ToBeFocusedAsync();
        if (server.Transport is McpTransport.Http)
        {
            await card.GetByTestId("mcp-transport").SelectOptionAsync("http");
            await card.GetByTestId("mcp-url").FillAsync(server.Url!);
        }
        else
        {
            await card.GetByTestId("mcp-command").FillAsync(server.Command!);
            await card.GetByTestId("mcp-arguments").FillAsync(string.Join('\n', server.Arguments));
        }

        await card.GetByTestId("mcp-name").FillAsync(server.Name);
        await Expect(Server(page, server.Name)).ToBeVisibleAsync();
    }

    private static async Task SaveAsync(StudioPage page)
    {
        await page.Page.GetByTestId("setting-save").ClickAsync();
        await Expect(page.Page.GetByTestId("settings-saved")).ToBeVisibleAsync();
        await Expect(page.Page.GetByTestId("mcp-name")).ToHaveCountAsync(0);
    }

    /// <summary>Waits on the settings page until the server is there, then goes to the chat, unless a colour scheme is to be looked at first.</summary>
    private async Task<StudioPage> OpenChatAsync(StudioProcess studio, string server, ColorScheme? scheme = null)
    {
        var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings", scheme ?? ColorScheme.Light);
        await Expect(Server(page, server).GetByTestId("mcp-status")).ToHaveAttributeAsync("data-state", "ready", s_patient);
        if (scheme is null)
        {
            await page.GoAsync("/");
        }

        return page;
    }

    private static async Task AskAsync(StudioPage page, string prompt)
    {
        var replies = await page.Replies.CountAsync();
        await page.SendAsync(prompt, Model);
        await Expect(page.Replies).ToHaveCountAsync(replies + 1);
    }

    private static async Task<ILocator> WaitForQuestionAsync(StudioPage page)
    {
        var question = page.LastReply.GetByTestId("tool-approval");
        await Expect(question).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return question;
    }

    private static async Task ExpectCallAsync(StudioPage page, string tool, string arguments, string result)
    {
        await page.WaitForReplyAsync("complete");
        var card = page.LastReply.GetByTestId("tool-call");
        await Expect(card).ToHaveAttributeAsync("data-tool", tool);
        await Expect(card).ToHaveAttributeAsync("data-state", "succeeded");
        await card.Locator("summary").ClickAsync();
        if (arguments.Length > 0)
        {
            await Expect(card.Locator("pre").First).ToContainTextAsync(arguments);
        }

        await Expect(card.Locator("pre").Last).ToContainTextAsync(result);
        await Expect(page.SpanRow($"execute_tool {tool}").Last).ToHaveAttributeAsync("data-status", "ok");
    }

    private static async Task AssertCleanAsync(StudioPage page, string where)
    {
        var violations = (await page.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical");
        Assert.Empty(violations.Select(violation => $"{where}: {violation.Id} at {string.Join(" | ", violation.Nodes.Select(node => node.Html))}"));
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
