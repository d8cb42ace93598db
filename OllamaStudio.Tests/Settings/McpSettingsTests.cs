using System.Collections.Immutable;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Settings;

public sealed class McpSettingsTests : IDisposable
{
    private readonly SettingsFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Servers_are_read_from_appsettings()
    {
        var settings = _fixture.Open(new()
        {
            AppSettings = new Dictionary<string, string>
            {
                ["Mcp:Servers:0:Name"] = "files",
                ["Mcp:Servers:0:Command"] = "npx",
                ["Mcp:Servers:0:Arguments:0"] = "-y",
                ["Mcp:Servers:0:Arguments:10"] = "last",
                ["Mcp:Servers:0:Arguments:2"] = "second",
                ["Mcp:Servers:0:Environment:MY__TOKEN"] = "t",
                ["Mcp:Servers:1:Name"] = "web",
                ["Mcp:Servers:1:Url"] = "http://localhost:3001/mcp",
                ["Mcp:Servers:1:Headers:Authorization"] = "Bearer x",
                ["Mcp:Servers:1:Enabled"] = "False",
                ["Mcp:Servers:1:CallTimeoutSeconds"] = "5",
            },
        });

        Assert.Empty(settings.Faults);
        var (files, web) = (settings.Current.Mcp.Servers[0], settings.Current.Mcp.Servers[1]);
        Assert.Equal(("files", McpTransport.Stdio, "npx", true, 60), (files.Name, files.Transport, files.Command, files.Enabled, files.CallTimeoutSeconds));
        Assert.Equal(["-y", "second", "last"], files.Arguments.AsEnumerable());
        Assert.Equal("t", files.Environment["MY__TOKEN"]);
        Assert.Equal(("web", McpTransport.Http, false, 5), (web.Name, web.Transport, web.Enabled, web.CallTimeoutSeconds));
        Assert.Equal("Bearer x", web.Headers["Authorization"]);
    }

    [Fact]
    public void Variables_of_the_environment_fix_the_list()
    {
        var settings = _fixture.Open(new()
        {
            Environment = new Dictionary<string, string>
            {
                ["OllamaStudio__Mcp__Servers__0__Name"] = "files",
                ["OllamaStudio__Mcp__Servers__0__Command"] = "files-server",
                ["OllamaStudio__Mcp__Servers__0__Environment__MY__TOKEN"] = "t",
            },
        });

        Assert.Equal("t", Assert.Single(settings.Current.Mcp.Servers).Environment["MY__TOKEN"]);
        Assert.NotNull(settings.FixedBy(SettingKeys.McpServers));
    }

    [Fact]
    public void MCP_SERVER_URL_adds_one_server_and_fixes_only_that()
    {
        var settings = _fixture.Open(new()
        {
            Environment = new Dictionary<string, string> { ["MCP_SERVER_URL"] = "http://localhost:3001/mcp" },
            AppSettings = new Dictionary<string, string> { ["Mcp:Servers:0:Name"] = "files", ["Mcp:Servers:0:Command"] = "x" },
        });

        Assert.Equal(["files", "env"], settings.Current.Mcp.AllServers().Select(server => server.Name));
        Assert.Equal("MCP_SERVER_URL", settings.FixedBy(SettingKeys.McpServerUrl));
        Assert.Null(settings.FixedBy(SettingKeys.McpServers));
    }

    [Fact]
    public async Task Saved_servers_are_protected_and_come_back_as_they_were()
    {
        McpServerSettings[] servers =
        [
            new()
            {
                Name = "files", Command = "npx", Arguments = ["-y", "a b"], WorkingDirectory = Path.GetTempPath(),
                Environment = Pairs("TOKEN", "env-secret"), TrustsReadOnly = true, CallTimeoutSeconds = 7, ConnectTimeoutSeconds = 8,
            },
            new() { Name = "web", Transport = McpTransport.Http, Url = "https://example.com/mcp", Headers = Pairs("Authorization", "Bearer head-secret"), Enabled = false },
        ];

        var saved = await SaveAsync(_fixture.Open(), servers);

        Assert.True(saved.Succeeded);
        var text = await File.ReadAllTextAsync(_fixture.FilePath);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Equal(servers, _fixture.Open().Current.Mcp.Servers);
    }

    [Fact]
    public void A_list_written_by_hand_in_clear_text_is_taken()
    {
        _fixture.Write("""{ "Mcp": { "Servers": [{ "name": "files", "command": "npx", "arguments": ["-y"], "environment": { "A": "1" } }] } }""");

        var settings = _fixture.Open();

        Assert.Empty(settings.Faults);
        Assert.Equal(["-y"], Assert.Single(settings.Current.Mcp.Servers).Arguments.AsEnumerable());
    }

    [Theory]
    [InlineData("""{ "Mcp": { "Servers": [7] } }""")]
    [InlineData("""{ "Mcp": { "Servers": [null] } }""")]
    [InlineData("""{ "Mcp": { "Servers": "[{]" } }""")]
    [InlineData("""{ "Mcp": { "Servers": [{ "Name": "x", "Command": "y", "CallTimeoutSeconds": "soon" }] } }""")]
    public void What_is_no_list_of_servers_is_passed_over_and_told(string json)
    {
        _fixture.Write(json);

        var settings = _fixture.Open();

        Assert.Empty(settings.Current.Mcp.Servers);
        Assert.Equal(SettingKeys.McpServers, Assert.Single(settings.Faults).Key);
    }

    [Fact]
    public async Task Every_fault_of_every_server_is_told_and_nothing_is_saved()
    {
        var settings = _fixture.Open();

        var saved = await SaveAsync(
            settings,
            new() { Name = "my files", CallTimeoutSeconds = 0 },
            new() { Name = "web", Transport = McpTransport.Http, Url = "localhost:3001" },
            new() { Name = "WEB", Command = "x" },
            new() { Name = "env", Command = "x", WorkingDirectory = "here" });

        var message = Assert.Single(saved.Faults).Message;
        Assert.Contains("my files, name: It may contain only letters", message, StringComparison.Ordinal);
        Assert.Contains("my files, program: It must not be empty", message, StringComparison.Ordinal);
        Assert.Contains("my files, call timeout (seconds): It must be a whole number from 1 to 3,600.", message, StringComparison.Ordinal);
        Assert.Contains("web, address: It must be a full address", message, StringComparison.Ordinal);
        Assert.Contains("WEB, name: Another server has this name.", message, StringComparison.Ordinal);
        Assert.Contains("env, name: env is the name of the MCP_SERVER_URL server", message, StringComparison.Ordinal);
        Assert.Contains("env, folder: It must be a full path", message, StringComparison.Ordinal);
        Assert.Empty(settings.Current.Mcp.Servers);
    }

    [Fact]
    public void Printing_a_server_shows_no_secret()
    {
        var printed = new McpServerSettings
        {
            Name = "files", Command = "npx", Arguments = ["--key=arg-secret"], Environment = Pairs("TOKEN", "env-secret"), Headers = Pairs("X", "head-secret"),
        }.ToString();

        Assert.Contains("TOKEN", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", printed, StringComparison.Ordinal);
    }

    private static ImmutableSortedDictionary<string, string> Pairs(string name, string value) =>
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(name, value);

    private static Task<SettingsSaveResult> SaveAsync(SettingsService settings, params McpServerSettings[] servers) =>
        settings.SaveAsync(current => current with { Mcp = current.Mcp with { Servers = [.. servers] } }, CancellationToken.None);
}
