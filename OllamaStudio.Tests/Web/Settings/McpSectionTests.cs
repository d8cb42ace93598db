using Bunit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Settings;

namespace OllamaStudio.Tests.Web.Settings;

public sealed class McpSectionTests : SettingsPageTestBase
{
    private readonly FakeMcpMonitor _monitor = new();

    public McpSectionTests() => Services.AddSingleton<IMcpMonitor>(_monitor);

    [Fact]
    public void A_program_is_added_and_saved()
    {
        var (page, settings) = Open();
        Find(page, "mcp-add").Click();
        Assert.Equal("unsaved", Find(page, "mcp-status").GetAttribute("data-state"));
        Find(page, "mcp-name").Input("files");
        Find(page, "mcp-command").Input("npx");
        Find(page, "mcp-arguments").Input("-y\n@scope/server files");

        page.Find("form").Submit();

        page.WaitForElement(Selector("settings-saved"));
        Assert.Empty(page.FindAll(Selector("mcp-name")));
        var server = Assert.Single(settings.Current.Mcp.Servers);
        Assert.Equal(("files", "npx", McpTransport.Stdio), (server.Name, server.Command, server.Transport));
        Assert.Equal(["-y", "@scope/server files"], server.Arguments.AsEnumerable());
    }

    [Fact]
    public async Task Faults_stand_at_their_inputs_and_nothing_is_saved()
    {
        var (page, settings) = Open();
        Find(page, "mcp-add").Click();
        await ChooseAsync(page, "mcp-transport", "Http");
        Find(page, "mcp-name").Input("my server");
        Find(page, "mcp-url").Input("localhost");

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Selector("mcp-error")).Count));
        var url = Find(page, "mcp-url");
        Assert.Equal("true", url.GetAttribute("aria-invalid"));
        Assert.Contains("begins with http://", page.Find($"#{url.GetAttribute("aria-describedby")}").TextContent, StringComparison.Ordinal);
        Assert.Empty(settings.Current.Mcp.Servers);
    }

    [Fact]
    public void A_server_that_was_added_and_left_blank_is_no_fault_and_not_saved()
    {
        var (page, settings) = Open();
        Find(page, "mcp-add").Click();
        page.Find("form").FocusOut();
        Assert.Empty(page.FindAll(Selector("mcp-error")));

        page.Find("form").Submit();

        page.WaitForElement(Selector("settings-saved"));
        Assert.Empty(page.FindAll(Selector("mcp-server")));
        Assert.Empty(settings.Current.Mcp.Servers);
    }

    [Fact]
    public async Task A_stored_secret_is_never_shown_and_survives_an_edit_and_a_new_name()
    {
        var (page, settings) = await OpenWithServerAsync();
        Find(page, "mcp-edit").Click();
        Assert.DoesNotContain("stored-secret", page.Markup, StringComparison.Ordinal);

        Find(page, "mcp-name").Input("archive");
        page.Find("form").Submit();

        page.WaitForElement(Selector("settings-saved"));
        var server = Assert.Single(settings.Current.Mcp.Servers);
        Assert.Equal(("archive", "stored-secret"), (server.Name, server.Environment["TOKEN"]));
        Assert.DoesNotContain("stored-secret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_switched_and_switched_back_is_no_change()
    {
        var (page, _) = await OpenWithServerAsync();
        Find(page, "mcp-edit").Click();

        Find(page, "mcp-enabled").Change(false);
        await ChooseAsync(page, "mcp-transport", "Http");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(Selector("mcp-url"))));
        Find(page, "mcp-enabled").Change(true);
        await ChooseAsync(page, "mcp-transport", "Stdio");

        page.WaitForAssertion(() => Assert.Contains("All changes saved", page.Find("footer").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_is_switched_off_and_removed()
    {
        var (page, settings) = await OpenWithServerAsync();

        Find(page, "mcp-enabled").Change(false);
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.False(Assert.Single(settings.Current.Mcp.Servers).Enabled));
        Find(page, "mcp-remove").Click();
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Empty(settings.Current.Mcp.Servers));
        Assert.Empty(page.FindAll(Selector("mcp-server")));
    }

    [Fact]
    public async Task How_a_server_stands_is_live_with_its_tools_until_the_page_is_left()
    {
        var (page, _) = await OpenWithServerAsync();

        _monitor.Set(new McpServerStatus { Name = "files", State = McpServerState.Ready, Info = Info() });

        page.WaitForAssertion(() => Assert.Equal("ready", Find(page, "mcp-status").GetAttribute("data-state")));
        var tool = Find(page, "mcp-tool");
        Assert.Contains("Adds two numbers.", tool.TextContent, StringComparison.Ordinal);
        Assert.Contains("\"properties\"", tool.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("calc 1.0 · protocol 2025-11-25", page.Markup, StringComparison.Ordinal);

        _monitor.Set(new McpServerStatus
        {
            Name = "files", State = McpServerState.Failed, Error = "npx ended with exit code 1.", NextAttempt = TimeProvider.System.GetUtcNow(), ErrorOutput = ["oops"],
        });
        page.WaitForAssertion(() => Assert.Equal("failed", Find(page, "mcp-status").GetAttribute("data-state")));
        Assert.Contains("npx ended with exit code 1.", page.Markup, StringComparison.Ordinal);
        Assert.Contains("oops", Find(page, "mcp-error-output").TextContent, StringComparison.Ordinal);
        Find(page, "mcp-retry").Click();
        Assert.Equal(["files"], _monitor.Retried);

        await DisposeComponentsAsync();
        Assert.False(_monitor.HasSubscribers);
    }

    [Fact]
    public async Task A_test_connects_with_what_is_typed_and_the_stored_secret_and_lists_the_tools()
    {
        var (page, _) = await OpenWithServerAsync();
        Find(page, "mcp-edit").Click();
        Find(page, "mcp-arguments").Input("-y");

        Find(page, "mcp-test").Click();
        _monitor.Answer.SetResult(new() { Info = Info() });

        var result = page.WaitForElement(Selector("mcp-test-result"));
        Assert.Equal("ready", result.GetAttribute("data-outcome"));
        Assert.NotNull(result.QuerySelector(Selector("mcp-tool")));
        Assert.Equal(("-y", "stored-secret"), (_monitor.Tested?.Arguments.Single(), _monitor.Tested?.Environment["TOKEN"]));
    }

    [Fact]
    public async Task A_stored_variable_does_not_go_to_another_program_and_the_editor_says_so()
    {
        var (page, settings) = await OpenWithServerAsync();
        Find(page, "mcp-edit").Click();
        Assert.Empty(page.FindAll(Selector("mcp-notice")));
        Find(page, "mcp-command").Input("other");
        Assert.Contains("type them again", Find(page, "mcp-notice").TextContent, StringComparison.Ordinal);

        Find(page, "mcp-test").Click();
        page.WaitForElement(Selector("mcp-test-cancel")).Click();
        page.WaitForElement(Selector("mcp-test"));
        Assert.Equal("other", _monitor.Tested?.Command);
        Assert.Empty(_monitor.Tested!.Environment);

        Find(page, "mcp-command").Input("npx");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Selector("mcp-notice"))));
        Find(page, "mcp-command").Input("other");
        page.Find("form").Submit();
        page.WaitForElement(Selector("settings-saved"));
        Assert.Empty(Assert.Single(settings.Current.Mcp.Servers).Environment);
    }

    [Theory]
    [InlineData("https://tickets.example/other?x=1", true)]
    [InlineData("HTTPS://Tickets.Example:443/mcp", true)]
    [InlineData("http://tickets.example/mcp", false)]
    [InlineData("https://tickets.example:8443/mcp", false)]
    [InlineData("https://tickets.example.evil.example/mcp", false)]
    [InlineData("tickets.example", false)]
    public void A_stored_header_goes_only_to_the_server_that_it_was_given_for(string url, bool goes)
    {
        var stored = new McpServerSettings { Name = "tickets", Transport = McpTransport.Http, Url = "https://tickets.example/mcp" };
        stored = stored with { Headers = stored.Headers.Add("Authorization", "stored-secret") };

        var drafts = new ItemDrafts<McpServerSettings>(McpSettingDefinitions.Format);

        var draft = drafts.Of(stored).With(nameof(stored.Url), url);

        Assert.DoesNotContain("stored-secret", ItemDraft.Join([draft]), StringComparison.Ordinal);
        Assert.Equal(goes, drafts.Read(draft, [stored], static _ => { }).Headers.ContainsValue("stored-secret"));
        Assert.Equal(goes, !drafts.LeavesSecretsBehind(draft, [stored]));
    }

    [Fact]
    public async Task Schemas_are_written_once_and_what_is_left_out_is_said()
    {
        var (page, _) = await OpenWithServerAsync();
        _monitor.Set(new McpServerStatus { Name = "files", State = McpServerState.Ready, Info = Info() with { Omission = "The server lists more; only the first 1 are taken." } });
        page.WaitForAssertion(() => Assert.Contains("lists more", Find(page, "mcp-omission").TextContent, StringComparison.Ordinal));
        var list = page.FindComponent<McpToolList>();
        var drawn = list.RenderCount;

        Find(page, "mcp-edit").Click();
        Find(page, "mcp-arguments").Input("-");
        Find(page, "mcp-arguments").Input("");

        Assert.Equal(drawn, list.RenderCount);
    }

    [Fact]
    public async Task Saving_keeps_the_cards_of_servers_that_are_not_saved_as_they_are_typed()
    {
        var (page, settings) = await OpenWithServerAsync();
        Find(page, "mcp-edit").Click();
        Find(page, "mcp-command").Input("other");

        await settings.SaveAsync(
            stored => stored with { Mcp = stored.Mcp with { Servers = [stored.Mcp.Servers[0] with { Command = "elsewhere" }] } }, CancellationToken.None);

        page.WaitForAssertion(() => Assert.Contains("changed elsewhere", page.Markup, StringComparison.Ordinal));
        Assert.Equal("other", Find(page, "mcp-command").GetAttribute("value"));
    }

    [Fact]
    public async Task A_test_can_be_cancelled()
    {
        var (page, _) = await OpenWithServerAsync();
        Find(page, "mcp-test").Click();

        page.WaitForElement(Selector("mcp-test-cancel")).Click();

        page.WaitForElement(Selector("mcp-test"));
        Assert.Empty(page.FindAll(Selector("mcp-test-result")));
    }

    [Fact]
    public void The_server_of_the_environment_is_shown_as_fixed_with_its_standing()
    {
        _monitor.Set(new McpServerStatus { Name = "env", State = McpServerState.Connecting });
        var settings = Fixture.Open(new() { Environment = new Dictionary<string, string> { ["MCP_SERVER_URL"] = "http://localhost:3001/mcp" } });
        var page = Render(settings);

        Assert.True(Find(page, "setting-mcp-url").HasAttribute("disabled"));
        Assert.Equal("env", Find(page, "mcp-server").GetAttribute("data-name"));
        Assert.Equal("connecting", Find(page, "mcp-status").GetAttribute("data-state"));
        Assert.Contains("MCP_SERVER_URL", page.Find("#tools").TextContent, StringComparison.Ordinal);
    }

    private static McpServerInfo Info() => new()
    {
        ServerName = "calc",
        ServerVersion = "1.0",
        ProtocolVersion = "2025-11-25",
        Tools = [new StudioTool { Function = AIFunctionFactory.Create((int a, int b) => a + b, "add", "Adds two numbers."), Source = "files" }],
    };

    private async Task<(IRenderedComponent<SettingsPage> Page, SettingsService Settings)> OpenWithServerAsync()
    {
        var server = new McpServerSettings { Name = "files", Command = "npx" };
        server = server with { Environment = server.Environment.Add("TOKEN", "stored-secret") };
        await Fixture.Open().SaveAsync(settings => settings with { Mcp = settings.Mcp with { Servers = [server] } }, CancellationToken.None);
        return Open();
    }
}
