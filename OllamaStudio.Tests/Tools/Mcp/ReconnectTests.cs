using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>Servers that go and come back while somebody holds their tools, and attempts that are broken off.</summary>
public sealed class ReconnectTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Tools_of_a_turn_work_again_once_their_server_is_back()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, _time, McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        var echo = mcp.Tool("echo").Function;

        await server.KillAsync();
        await mcp.FailedAsync("own");
        _time.Advance(McpBackoff.First);
        await mcp.ReadyAsync("own");

        Assert.Equal("Echo: again", await echo.InvokeAsync(new() { ["message"] = "again" }));
    }

    [Fact]
    public async Task A_call_waits_for_a_server_that_is_being_reconnected()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, _time, McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        var echo = mcp.Tool("echo").Function;
        await server.KillAsync();
        await mcp.FailedAsync("own");

        var call = echo.InvokeAsync(new() { ["message"] = "patience" }).AsTask();
        _time.Advance(McpBackoff.First);

        Assert.Equal("Echo: patience", await call.WaitAsync(s_guard));
    }

    [Fact]
    public async Task A_call_does_not_wait_for_ever_and_fails_in_plain_words()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, _time, McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        var echo = mcp.Tool("echo").Function;
        server.Refuses = true;
        await server.KillAsync();
        await mcp.FailedAsync("own");

        var call = echo.InvokeAsync(new() { ["message"] = "?" }).AsTask();
        _time.Advance(McpLink.Patience);

        var failure = await Assert.ThrowsAsync<McpToolException>(() => call.WaitAsync(s_guard));
        Assert.Equal("The MCP server own is not connected; it is being reconnected.", failure.Message);
    }

    [Fact]
    public async Task A_call_of_a_server_that_was_switched_off_fails_at_once()
    {
        await using var server = new InProcessServer();
        await using var mcp = await McpFixture.StartAsync(server.Transports, _time, McpFixture.Server("own"));
        await mcp.ReadyAsync("own");
        var echo = mcp.Tool("echo").Function;
        mcp.Settings.Update(settings => settings with { Mcp = settings.Mcp with { Servers = [settings.Mcp.Servers[0] with { Enabled = false }] } });
        await mcp.UntilAsync("own", status => status.State is McpServerState.Off);

        var call = echo.InvokeAsync(new() { ["message"] = "?" }).AsTask();

        var failure = await Assert.ThrowsAsync<McpToolException>(() => call.WaitAsync(s_guard));
        Assert.Equal("The MCP server own is not connected: it was switched off, changed or removed.", failure.Message);
    }

    [Fact]
    public async Task A_server_that_is_edited_in_the_midst_of_an_attempt_is_connected_however_the_attempt_ends()
    {
        await using var server = new InProcessServer();
        var torn = new TornTransport();
        var attempts = 0;
        await using var mcp = await McpFixture.StartAsync(
            (settings, line) => Interlocked.Increment(ref attempts) == 1 ? torn : server.Transports(settings, line), _time, McpFixture.Server("own"));
        await torn.Entered.Task.WaitAsync(s_guard);

        mcp.Settings.Update(settings => settings with { Mcp = settings.Mcp with { Servers = [settings.Mcp.Servers[0] with { CallTimeoutSeconds = 5 }] } });

        await mcp.ReadyAsync("own");
    }

    /// <summary>Never connects; broken off, it fails of something else than that.</summary>
    private sealed class TornTransport : IClientTransport
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "torn";

        public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default)
        {
            Entered.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            catch (OperationCanceledException canceled)
            {
                throw new InvalidOperationException("The pipe is torn.", canceled);
            }

            throw new InvalidOperationException("Never here.");
        }
    }
}
