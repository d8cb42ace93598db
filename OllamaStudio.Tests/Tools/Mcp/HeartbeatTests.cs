using System.Collections.Concurrent;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>The look at a server over HTTP from time to time: it finds one that is gone, and harms none that is busy.</summary>
public sealed class HeartbeatTests
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_server_that_is_gone_is_found_gone_though_nobody_calls_it()
    {
        var server = await WireServer.StartAsync();
        await using var mcp = await StartAsync(server.Settings());
        await server.DisposeAsync();

        await BeatAsync();

        var failed = await mcp.FailedAsync("notes");
        Assert.StartsWith("No server answers at", failed.Error, StringComparison.Ordinal);
        Assert.Empty(mcp.Servers.Tools);
    }

    [Fact]
    public async Task A_server_that_does_one_thing_at_a_time_is_left_alone_while_a_call_runs_however_long()
    {
        await using var server = await WireServer.StartAsync();
        var (entered, done) = (NewSignal(), NewSignal());
        server.Answer = async (method, _) =>
        {
            if (method == "tools/call")
            {
                entered.SetResult();
            }

            if (entered.Task.IsCompleted)
            {
                await done.Task;
            }

            return null;
        };
        await using var mcp = await StartAsync(server.Settings());
        var call = mcp.CallAsync("read_notes");
        await entered.Task.WaitAsync(s_guard);

        for (var beats = 0; beats < 3; beats++)
        {
            await BeatAsync();
        }

        await _time.WaitForTimerAsync();
        Assert.Equal(1, server.Count("tools/list"));
        done.SetResult();

        Assert.Equal("Buy milk.", await call.WaitAsync(s_guard));
        Assert.Equal((McpServerState.Ready, 1), (mcp.Status("notes").State, server.Count("initialize")));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_look_is_busy_and_is_looked_at_again()
    {
        await using var server = await WireServer.StartAsync();
        await using var mcp = await StartAsync(server.Settings());
        var states = new ConcurrentQueue<McpServerState>();
        mcp.Servers.ServersChanged += () => states.Enqueue(mcp.Status("notes").State);
        var (looked, done) = (NewSignal(), NewSignal());
        server.Answer = async (method, _) =>
        {
            looked.TrySetResult();
            await done.Task;
            return method == "tools/list" ? """{"tools":[{"name":"write_notes","inputSchema":{"type":"object"}}]}""" : null;
        };

        await BeatAsync();
        await looked.Task.WaitAsync(s_guard);
        _time.Advance(TimeSpan.FromSeconds(McpServerSettings.DefaultConnectTimeoutSeconds));
        await _time.WaitForTimerAsync();
        Assert.Empty(states);
        done.SetResult();
        await BeatAsync();

        await mcp.UntilAsync("notes", status => status.Info?.Tools is [{ Name: "write_notes" }]);
        Assert.All(states, state => Assert.Equal(McpServerState.Ready, state));
        Assert.Equal(1, server.Count("initialize"));
    }

    private async Task<McpFixture> StartAsync(McpServerSettings server)
    {
        var mcp = await McpFixture.StartAsync(McpTransports.Create, _time, server);
        await mcp.ReadyAsync(server.Name);
        return mcp;
    }

    // Of a server that is ready nothing else is timed.
    private async Task BeatAsync()
    {
        await _time.WaitForTimerAsync();
        _time.Advance(McpConnection.Heartbeat);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
