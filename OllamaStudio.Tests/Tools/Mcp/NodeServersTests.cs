using System.Text.Json;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>Against the reference servers from npm.</summary>
public sealed class NodeServersTests
{
    private const string Marker = "OLLAMASTUDIO_TEST_MARKER";

    [Fact]
    public async Task Everything_over_stdio_answers_with_text_numbers_images_and_structure()
    {
        var server = await NodeServers.EverythingAsync();
        if (NodeServers.IsMissing(server))
        {
            return;
        }

        await using var mcp = await McpFixture.StartAsync(server!);
        var status = await mcp.ReadyAsync("everything");

        Assert.False(string.IsNullOrEmpty(status.Info?.ServerName));
        Assert.Equal("Echo: hello", await mcp.CallAsync("echo", ("message", "hello")));
        Assert.Contains("8", Assert.IsType<string>(await mcp.CallAsync("get-sum", ("a", 5), ("b", 3))), StringComparison.Ordinal);
        var picture = Assert.IsType<List<AIContent>>(await mcp.CallAsync("get-tiny-image"));
        Assert.Equal("image/png", Assert.Single(picture.OfType<DataContent>()).MediaType);
        Assert.Equal(JsonValueKind.Object, Assert.IsType<JsonElement>(await mcp.CallAsync("get-structured-content", ("location", "New York"))).ValueKind);
        await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("get-sum", ("a", "no number")));
    }

    [Fact]
    public async Task A_program_gets_its_own_variables_and_none_of_our_secrets()
    {
        var server = await NodeServers.EverythingAsync();
        if (NodeServers.IsMissing(server))
        {
            return;
        }

        using var ours = new EnvironmentVariable(Marker, "leaked-secret");
        await using var mcp = await McpFixture.StartAsync(server! with { Environment = NodeServers.Pairs("ITS_OWN", "given") });
        await mcp.ReadyAsync("everything");

        var variables = Assert.IsType<string>(await mcp.CallAsync("get-env"));

        Assert.Contains("ITS_OWN", variables, StringComparison.Ordinal);
        Assert.Contains("PATH", variables, StringComparison.Ordinal);
        Assert.DoesNotContain("leaked-secret", variables, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, variables, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_over_http_is_found_gone_when_it_is_killed_and_reconnected_when_it_is_back()
    {
        var server = await NodeServers.ServeEverythingAsync();
        if (NodeServers.IsMissing(server))
        {
            return;
        }

        await using var mcp = await McpFixture.StartAsync(server!.Settings);
        await mcp.ReadyAsync("web");
        Assert.Equal("Echo: over http", await mcp.CallAsync("echo", ("message", "over http")));
        var echo = mcp.Tool("echo").Function;

        await server.DisposeAsync();
        using var port = new UnusedPort(server.Port);
        await Assert.ThrowsAsync<McpToolException>(() => echo.InvokeAsync(new() { ["message"] = "?" }).AsTask());
        var failed = await mcp.FailedAsync("web");
        Assert.NotNull(failed.Error);

        await using var again = await NodeServers.ServeEverythingAsync(port);
        await mcp.ReadyAsync("web");
        Assert.Equal("Echo: back", await mcp.CallAsync("echo", ("message", "back")));
    }

    [Fact]
    public async Task Memory_remembers_beyond_its_own_end()
    {
        var file = Path.Combine(Path.GetTempPath(), $"memory-{Guid.NewGuid():N}.jsonl");
        var server = await NodeServers.MemoryAsync(file);
        if (NodeServers.IsMissing(server))
        {
            return;
        }

        try
        {
            await using (var mcp = await McpFixture.StartAsync(server!))
            {
                await mcp.ReadyAsync("memory");
                var entity = JsonSerializer.SerializeToElement(new[] { new { name = "Ada", entityType = "person", observations = new[] { "likes engines" } } });
                await mcp.CallAsync("create_entities", ("entities", entity));
            }

            await using var later = await McpFixture.StartAsync(server!);
            await later.ReadyAsync("memory");
            Assert.Contains("likes engines", (await later.CallAsync("read_graph"))?.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_program_that_ends_is_told_with_its_code_and_last_words_and_started_again()
    {
        if (NodeServers.IsMissing(await NodeServers.EverythingAsync()))
        {
            return;
        }

        // Speaks just enough of the protocol to be connected to; its one tool ends it.
        var script = Path.Combine(Path.GetTempPath(), $"mcp-{Guid.NewGuid():N}.mjs");
        await File.WriteAllTextAsync(script, """
            import { createInterface } from 'node:readline';
            const answer = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
            for (let i = 0; i < 200; i++) console.error(`line ${i}`);
            createInterface({ input: process.stdin }).on('line', (line) => {
              const { id, method } = JSON.parse(line);
              if (method === 'initialize') answer(id, { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'mortal', version: '1' } });
              else if (method === 'tools/list') answer(id, { tools: [{ name: 'die', inputSchema: { type: 'object' } }] });
              else if (method === 'tools/call') { console.error('out of memory'); process.exit(3); }
              else if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } }));
            });
            """);
        try
        {
            await using var mcp = await McpFixture.StartAsync(new McpServerSettings { Name = "mortal", Command = "node", Arguments = [script] });
            await mcp.ReadyAsync("mortal");
            var failing = mcp.FailedAsync("mortal"); // it is started again a second later
            await Assert.ThrowsAsync<McpToolException>(() => mcp.CallAsync("die"));

            var failed = await failing;
            Assert.Contains("node ended with exit code 3. Its last output: out of memory", failed.Error, StringComparison.Ordinal);
            Assert.Equal(LastLines.MaxLines, failed.ErrorOutput.Length);
            Assert.Equal("out of memory", failed.ErrorOutput[^1]);

            await mcp.ReadyAsync("mortal");
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Fact]
    public async Task A_program_that_ends_is_told_by_what_it_died_of_and_not_by_its_version()
    {
        if (NodeServers.IsMissing(await NodeServers.EverythingAsync()))
        {
            return;
        }

        await using var mcp = await McpFixture.StartAsync();
        var result = await mcp.Servers.TestAsync(new McpServerSettings { Name = "gone", Command = "node", Arguments = ["/no/such/script.js"] }, CancellationToken.None);

        Assert.Contains("Its last output: Error: Cannot find module", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_in_plain_words()
    {
        await using var mcp = await McpFixture.StartAsync();

        var result = await mcp.Servers.TestAsync(new McpServerSettings { Name = "missing", Command = "no-such-program-here" }, CancellationToken.None);

        Assert.StartsWith("no-such-program-here could not be started:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_where_nobody_answers_is_told_in_plain_words_without_its_query()
    {
        await using var mcp = await McpFixture.StartAsync();

        var result = await mcp.Servers.TestAsync(
            new McpServerSettings { Name = "nobody", Transport = McpTransport.Http, Url = "http://localhost:1/mcp?key=secret" }, CancellationToken.None);

        Assert.StartsWith("No server answers at http://localhost:1/mcp:", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }
}
