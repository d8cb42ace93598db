using Microsoft.Playwright;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Tools.Mcp;
using static Microsoft.Playwright.Assertions;
using static OllamaStudio.Tests.EndToEnd.McpPage;

namespace OllamaStudio.Tests.EndToEnd;

/// <summary>MCP servers as a person meets them: added on the settings page, called in the chat.</summary>
[Collection(BrowserCollection.Name)]
public class McpInTheBrowserTests(BrowserFixture browser)
{
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
            await ExpectReadyAsync(page, name);
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

        page.AssertNoComplaints();
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
        await using var page = await OpenChatAsync(browser.Browser, studio, server!.Name);

        await AskAsync(page, "call get-tiny-image");
        await page.WaitForReplyAsync("complete");

        var image = page.LastReply.GetByRole(AriaRole.Img, new() { Name = "Image from get-tiny-image" });
        await Expect(image).ToBeVisibleAsync();
        Assert.True(await image.EvaluateAsync<int>("async image => { await image.decode(); return image.naturalWidth; }") > 1);
        page.AssertNoComplaints();
    }

    [Fact]
    public async Task A_header_opens_a_server_and_its_value_is_never_shown_again()
    {
        const string Secret = "only-for-friends";
        await using var server = await WireServer.StartAsync(Secret);
        await using var studio = await StudioProcess.StartAsync();
        await using var page = await StudioPage.OpenAsync(browser.Browser, studio, "/settings");
        await AddAsync(page, new McpServerSettings { Name = "notes", Transport = McpTransport.Http, Url = server.Address + "/mcp", TrustsReadOnly = true });
        var card = Server(page, "notes");

        await card.GetByTestId("mcp-test").ClickAsync();
        await Expect(card.GetByTestId("mcp-test-result")).ToContainTextAsync("refuses access (401). Check the headers", new() { Timeout = 60_000 });
        await card.GetByRole(AriaRole.Button, new() { Name = "Add header" }).ClickAsync();
        await card.GetByLabel("Name of header 1").FillAsync(WireServer.Header);
        await card.GetByLabel("Value of header 1").FillAsync(Secret);
        await SaveAsync(page);
        await ExpectReadyAsync(page, "notes");

        await page.GoAsync("/settings");
        await card.GetByTestId("mcp-edit").ClickAsync();
        await Expect(card.GetByLabel("Name of header 1")).ToHaveValueAsync(WireServer.Header);
        await Expect(card.GetByLabel("Value of header 1")).ToHaveValueAsync("");
        Assert.DoesNotContain(Secret, await page.Page.ContentAsync(), StringComparison.Ordinal);
        var saved = Directory.GetFiles(studio.DataFolder).Where(file => new FileInfo(file).Length > 0).ToList(); // the lock is empty, and locked
        Assert.NotEmpty(saved);
        Assert.All(saved, file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));

        await page.GoAsync("/");
        await AskAsync(page, "Use the read_notes tool");
        await ExpectCallAsync(page, "read_notes", "", "Buy milk.");
        page.AssertNoComplaints();
    }

    private static async Task AddAsync(StudioPage page, McpServerSettings server)
    {
        await page.Page.GetByTestId("mcp-add").ClickAsync();
        var card = Server(page, "");
        await Expect(card.GetByTestId("mcp-name")).ToBeFocusedAsync();
        if (server.Transport is McpTransport.Http)
        {
            await page.ChooseAsync(card.GetByTestId("mcp-transport"), "Http");
            await card.GetByTestId("mcp-url").FillAsync(server.Url!);
        }
        else
        {
            await card.GetByTestId("mcp-command").FillAsync(server.Command!);
            await card.GetByTestId("mcp-arguments").FillAsync(string.Join('\n', server.Arguments));
        }

        await Expect(card.GetByTestId("mcp-trust")).Not.ToBeCheckedAsync();
        if (server.TrustsReadOnly)
        {
            await card.GetByTestId("mcp-trust").CheckAsync();
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
}
