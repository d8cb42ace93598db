using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>Servers at an address: what is sent along, and what is said of addresses that are no MCP server's.</summary>
public sealed class McpAddressTests
{
    private const string Secret = "only-for-friends";

    [Fact]
    public async Task Headers_go_with_every_request()
    {
        await using var server = await WireServer.StartAsync(Secret);
        await using var mcp = await McpFixture.StartAsync(Settings(server, "/mcp", Secret));

        await mcp.ReadyAsync("notes");

        Assert.Equal("Buy milk.", await mcp.CallAsync("read_notes"));
        Assert.Contains("tools/call", server.Methods);
    }

    [Fact]
    public async Task Without_the_header_the_page_says_to_look_at_the_headers()
    {
        await using var server = await WireServer.StartAsync(Secret);
        await using var mcp = await McpFixture.StartAsync();

        var result = await mcp.Servers.TestAsync(Settings(server, "/mcp", "wrong"), CancellationToken.None);

        Assert.Equal($"{server.Address}/mcp refuses access (401). Check the headers: most servers need an Authorization header.", result.Error);
        Assert.Empty(server.Methods);
    }

    [Fact]
    public async Task A_web_page_is_told_from_a_server_at_once()
    {
        await using var server = await WireServer.StartAsync(Secret);
        await using var mcp = await McpFixture.StartAsync();

        var result = await mcp.Servers.TestAsync(Settings(server, "/page?key=hidden", Secret), CancellationToken.None);

        Assert.Equal($"{server.Address}/page answers with text/html, which is not MCP. Check the path; it is often /mcp.", result.Error);
    }

    [Fact]
    public async Task A_program_whose_folder_is_gone_is_told_by_the_folder()
    {
        await using var mcp = await McpFixture.StartAsync();
        var folder = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        var result = await mcp.Servers.TestAsync(new McpServerSettings { Name = "files", Command = "dotnet", WorkingDirectory = folder }, CancellationToken.None);

        Assert.Equal($"dotnet could not be started: its folder {folder} does not exist.", result.Error);
    }

    private static McpServerSettings Settings(WireServer server, string path, string secret)
    {
        var settings = new McpServerSettings { Name = "notes", Transport = McpTransport.Http, Url = server.Address + path };
        return settings with { Headers = settings.Headers.Add(WireServer.Header, secret) };
    }
}
