using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Client;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>What comes over the wire that should not: answers that lead elsewhere, refused calls, broken texts, lists without an end.</summary>
public sealed class WireServerTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_that_leads_elsewhere_is_said_and_nothing_is_sent_there(bool whileConnecting)
    {
        await using var other = await WireServer.StartAsync();
        await using var server = await WireServer.StartAsync();
        var target = $"{other.Address.Replace("://", "://me:secret@", StringComparison.Ordinal)}/mcp?key=hidden";
        var moved = whileConnecting;
        server.Answer = (_, _) => Task.FromResult<object?>(moved ? Results.Redirect(target, preserveMethod: true) : null);
        await using var mcp = await McpFixture.StartAsync(With(server.Settings(), "X-Api-Key", "only-for-friends"));
        var said = $"{server.Address}/mcp redirects to {other.Address}/mcp, which is not followed. If that is the server you mean, enter that address.";
        if (!whileConnecting)
        {
            await mcp.ReadyAsync("notes");
            moved = true;
            Assert.Equal(said, (await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("read_notes"))).Message);
        }

        Assert.Equal(said, (await mcp.FailedAsync("notes")).Error);
        Assert.Empty(other.Methods);
    }

    [Theory]
    [InlineData("http://127.0.0.1:3001/mcp", false)]
    [InlineData("http://localhost:3001/mcp", false)]
    [InlineData("https://tickets.example/mcp", true)]
    public void A_proxy_is_asked_only_for_other_machines(string url, bool expected)
    {
        using var handler = McpTransports.Handler(new McpServerSettings { Name = "notes", Url = url }, new Uri(url));

        Assert.Equal((expected, false), (handler.UseProxy, handler.AllowAutoRedirect));
    }

    [Fact]
    public async Task A_server_is_told_once_of_a_call_that_is_cancelled()
    {
        await using var server = await WireServer.StartAsync();
        await using var mcp = await McpFixture.StartAsync(server.Settings());
        await mcp.ReadyAsync("notes");
        var called = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        server.Answer = async (method, context) =>
        {
            if (method != "tools/call")
            {
                return null;
            }

            called.SetResult();
            await told.Task.WaitAsync(Guard, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        };
        server.Notified = method => _ = method == "notifications/cancelled" && told.TrySetResult();
        using var cancel = new CancellationTokenSource();

        var call = mcp.CallAsync("read_notes", cancel.Token);
        await called.Task.WaitAsync(Guard);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await told.Task.WaitAsync(Guard);
        Assert.Equal(1, server.Count("notifications/cancelled"));
    }

    [Theory]
    [InlineData(413, "rejected this call because it is too large (413)")]
    [InlineData(429, "is called too often (429)")]
    [InlineData(500, "answered this call with 500 InternalServerError")]
    public async Task A_call_that_the_server_refuses_is_told_as_that_and_the_next_one_works(int status, string words)
    {
        await using var server = await WireServer.StartAsync();
        await using var mcp = await McpFixture.StartAsync(server.Settings());
        await mcp.ReadyAsync("notes");
        server.Answer = (method, _) => Task.FromResult<object?>(method == "tools/call" ? Results.StatusCode(status) : null);

        var failure = await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("read_notes"));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("connected", failure.Message, StringComparison.Ordinal);
        server.Answer = (_, _) => Task.FromResult<object?>(null);
        Assert.Equal("Buy milk.", await mcp.CallAsync("read_notes"));
        Assert.Equal((McpServerState.Ready, 1), (mcp.Status("notes").State, server.Count("initialize")));
    }

    [Fact]
    public async Task Half_a_character_in_a_tools_text_is_replaced_and_a_tool_that_cannot_be_named_is_left_out()
    {
        await using var server = await WireServer.StartAsync();
        server.Answer = (method, _) => Task.FromResult<object?>(method != "tools/list" ? null : """
            {"tools":[
              {"name":"cut","description":"Cut \ud83d here, whole \ud83d\ude00, no escape \\ud83d.","inputSchema":{"type":"object","properties":{"a":{"type":"string","description":"\udc00"}}}},
              {"name":"odd\ud83d","inputSchema":{"type":"object"}},
              {"name":"keys","inputSchema":{"type":"object","properties":{"\ud83d":{"type":"string"}}}},
              {"name":"plain","inputSchema":{"type":"object"}}
            ]}
            """);
        await using var mcp = await McpFixture.StartAsync(server.Settings());

        var status = await mcp.ReadyAsync("notes");

        Assert.Equal(["cut", "plain"], mcp.Servers.Tools.Select(tool => tool.Name));
        Assert.Equal("2 tools are left out: they cannot be read.", status.Info?.Omission);
        var cut = mcp.Tool("cut").Function;
        Assert.Equal("Cut \ufffd here, whole \ud83d\ude00, no escape \\ud83d.", cut.Description);
        Assert.Equal("\ufffd", cut.JsonSchema.GetProperty("properties").GetProperty("a").GetProperty("description").GetString());
        Assert.NotEmpty(JsonSerializer.Serialize(cut.JsonSchema));
    }

    [Fact]
    public async Task Half_a_character_in_a_result_is_replaced()
    {
        await using var server = await WireServer.StartAsync();
        await using var mcp = await McpFixture.StartAsync(server.Settings());
        await mcp.ReadyAsync("notes");

        server.Answer = (_, _) => Task.FromResult<object?>("""{"content":[{"type":"text","text":"Milk \ud83d"}]}""");
        Assert.Equal("Milk \ufffd", await mcp.CallAsync("read_notes"));

        server.Answer = (_, _) => Task.FromResult<object?>("""{"content":[],"structuredContent":{"note":"Milk \ud83d"}}""");
        var structured = Assert.IsType<JsonElement>(await mcp.CallAsync("read_notes"));
        Assert.Equal("Milk \ufffd", structured.GetProperty("note").GetString());

        server.Answer = (_, _) => Task.FromResult<object?>("""{"content":[],"structuredContent":{"\ud83d":"Milk"}}""");
        var failure = await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("read_notes"));
        Assert.Equal("The MCP server notes gave an answer that cannot be read.", failure.Message);
    }

    [Fact]
    public async Task A_list_of_tools_without_an_end_is_read_up_to_a_bound_and_that_is_said()
    {
        await using var server = await WireServer.StartAsync();
        var pages = 0;
        server.Answer = (method, _) => Task.FromResult<object?>(method != "tools/list" ? null : Page(++pages));
        await using var mcp = await McpFixture.StartAsync(server.Settings());

        var status = await mcp.ReadyAsync("notes");

        Assert.Equal(512, mcp.Servers.Tools.Count);
        Assert.Equal("The server lists more; only the first 512 are taken.", status.Info?.Omission);
        Assert.Equal(6, server.Count("tools/list"));

        static string Page(int number)
        {
            var tools = Enumerable.Range(0, 100).Select(i => FormattableString.Invariant($$$"""{"name":"tool_{{{number}}}_{{{i}}}","inputSchema":{"type":"object"}}"""));
            return $$"""{"tools":[{{string.Join(',', tools)}}],"nextCursor":"{{number.ToString(CultureInfo.InvariantCulture)}}"}""";
        }
    }

    [Fact]
    public void The_last_words_of_a_program_are_cut()
    {
        var server = new McpServerSettings { Name = "files", Command = "npx" };

        var problem = McpProblems.Describe(new StdioClientCompletionDetails { ExitCode = 1, StandardErrorTail = ["Error: key " + new string('k', 5000)] }, server);

        Assert.StartsWith("npx ended with exit code 1. Its last output: Error: key kkk", problem, StringComparison.Ordinal);
        Assert.InRange(problem.Length, 500, 600);
    }

    private static McpServerSettings With(McpServerSettings server, string header, string value) => server with { Headers = server.Headers.Add(header, value) };
}
