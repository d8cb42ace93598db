using Microsoft.Extensions.AI;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;
using OllamaStudio.Core.Tools.Mcp;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Tools.Mcp;

/// <summary>The servers as the studio has them, over transports that a test gives.</summary>
internal sealed class McpFixture : IAsyncDisposable
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    private McpFixture(TimeProvider time, McpTransportFactory transports, McpServerSettings[] servers)
    {
        Settings = new(new StudioSettings { Mcp = new() { Servers = [.. servers] } });
        Servers = new McpServers(Settings, time, Logger, transports);
    }

    public FakeSettings Settings { get; }

    public McpServers Servers { get; }

    public RecordingLogger<McpServers> Logger { get; } = new();

    public static McpServerSettings Server(string name) => new() { Name = name, Command = "in-process" };

    public static async Task<McpFixture> StartAsync(McpTransportFactory transports, TimeProvider? time = null, params McpServerSettings[] servers)
    {
        var fixture = new McpFixture(time ?? TimeProvider.System, transports, servers);
        await fixture.Servers.StartAsync(CancellationToken.None);
        return fixture;
    }

    public static Task<McpFixture> StartAsync(params McpServerSettings[] servers) => StartAsync(McpTransports.Create, time: null, servers);

    public McpServerStatus Status(string name) => Servers.Servers.Single(server => server.Name == name);

    public Task<McpServerStatus> ReadyAsync(string name) => UntilAsync(name, status => status.State is McpServerState.Ready);

    public Task<McpServerStatus> FailedAsync(string name) => UntilAsync(name, status => status.State is McpServerState.Failed);

    /// <summary>Ends when the server stands as asked for.</summary>
    public async Task<McpServerStatus> UntilAsync(string name, Func<McpServerStatus, bool> condition)
    {
        var found = new TaskCompletionSource<McpServerStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Servers.ServersChanged += Look;
        try
        {
            Look();
            return await found.Task.WaitAsync(s_guard);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{name}: {string.Join(" | ", Servers.Servers)}", late);
        }
        finally
        {
            Servers.ServersChanged -= Look;
        }

        void Look()
        {
            if (Servers.Servers.FirstOrDefault(server => server.Name == name) is { } status && condition(status))
            {
                found.TrySetResult(status);
            }
        }
    }

    public StudioTool Tool(string name) => Servers.Tools.Single(tool => tool.Name == name);

    public Task<object?> CallAsync(string name, params (string Name, object? Value)[] arguments) => CallAsync(name, CancellationToken.None, arguments);

    public Task<object?> CallAsync(string name, CancellationToken cancellationToken, params (string Name, object? Value)[] arguments) =>
        Tool(name).Function.InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(argument => argument.Name, argument => argument.Value)), cancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Servers.StopAsync(CancellationToken.None);
        Servers.Dispose();
    }
}
