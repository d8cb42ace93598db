using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Tools.Mcp;

/// <summary>
/// The MCP servers of the settings, each kept connected by itself: one that is slow, wrong or dead concerns no other, and
/// neither the start of the studio nor a chat waits for any. Safe to use from any thread.
/// </summary>
public sealed partial class McpServers : BackgroundService, IToolSource, IMcpMonitor
{
    /// <summary>How long all servers together may take to end with the studio.</summary>
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(2);

    private readonly ISettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<McpServers> _logger;
    private readonly McpTransportFactory _transports;
    private readonly AsyncResetEvent _wake = new();
    private readonly Lock _publishing = new();
    private ImmutableArray<McpConnection> _connections = [];
    private volatile Snapshot _snapshot = new([], []);

    /// <summary>Makes the servers known; they are connected to once this is started.</summary>
    public McpServers(ISettings settings, TimeProvider time, ILogger<McpServers> logger)
        : this(settings, time, logger, McpTransports.Create)
    {
    }

    internal McpServers(ISettings settings, TimeProvider time, ILogger<McpServers> logger, McpTransportFactory transports)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        _transports = transports;
    }

    /// <inheritdoc/>
    public event Action? Changed;

    /// <inheritdoc/>
    public event Action? ServersChanged;

    /// <summary>The tools of all servers that are ready, under the names their servers gave them: two servers may have one of the same name.</summary>
    public IReadOnlyList<StudioTool> Tools => _snapshot.Tools;

    /// <inheritdoc/>
    public ImmutableArray<McpServerStatus> Servers => _snapshot.Servers;

    /// <inheritdoc/>
    public void Retry(string name) =>
        Connections.FirstOrDefault(connection => connection.Settings.Name == name)?.Retry();

    /// <inheritdoc/>
    public async Task<McpTestResult> TestAsync(McpServerSettings server, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        var lines = new LastLines();
        var link = new McpLink(server.Name, _time);
        link.Close();
        try
        {
            await using var session = await McpSession.OpenAsync(server, _transports, link, lines.Add, _time, cancellationToken);
            return new() { Info = session.Info, ErrorOutput = lines.ToImmutableArray() };
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new() { Error = McpProblems.Describe(error, server), ErrorOutput = lines.ToImmutableArray() };
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever a broken-off attempt died of.
            throw new OperationCanceledException(cancellationToken);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _settings.Changed += _wake.Set;
        try
        {
            while (true)
            {
                _wake.Reset();
                Follow(_settings.Current.Mcp);
                await _wake.WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The studio ends.
        }
        finally
        {
            _settings.Changed -= _wake.Set;
            await StopAllAsync();
        }
    }

    private ImmutableArray<McpConnection> Connections => ImmutableInterlocked.InterlockedCompareExchange(ref _connections, default, default);

    /// <summary>Starts, stops and replaces what differs from the settings, and leaves the rest alone.</summary>
    private void Follow(McpSettings settings)
    {
        var before = Connections;
        var after = ImmutableArray.CreateBuilder<McpConnection>();
        var fresh = new List<(McpConnection Connection, Task After)>();
        foreach (var server in settings.AllServers())
        {
            if (before.FirstOrDefault(connection => connection.Settings == server) is { } same)
            {
                after.Add(same);
                continue;
            }

            // A program may hold what its successor needs: a port, a lock on a file.
            var predecessor = before.FirstOrDefault(connection => connection.Settings.Name == server.Name);
            var connection = new McpConnection(server, _transports, _time, _logger, Publish);
            after.Add(connection);
            fresh.Add((connection, predecessor?.DisposeAsync().AsTask() ?? Task.CompletedTask));
        }

        foreach (var connection in before.Except(after))
        {
            _ = connection.DisposeAsync().AsTask();
        }

        ImmutableInterlocked.InterlockedExchange(ref _connections, after.ToImmutable());
        Publish();
        foreach (var (connection, predecessor) in fresh)
        {
            connection.Start(predecessor);
        }
    }

    private async Task StopAllAsync()
    {
        try
        {
            await Task.WhenAll(Connections.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_stopTimeout, _time);
        }
        catch (TimeoutException)
        {
            LogNotStopped(_logger);
        }
    }

    private void Publish()
    {
        bool toolsChanged;
        lock (_publishing)
        {
            ImmutableArray<McpServerStatus> servers = [.. Connections.Select(connection => connection.Status)];
            ImmutableArray<StudioTool> tools = [.. servers.SelectMany(server => server.Info?.Tools ?? [])];
            toolsChanged = !tools.SequenceEqual(_snapshot.Tools);
            _snapshot = new(servers, toolsChanged ? tools : _snapshot.Tools);
        }

        Raise(ServersChanged);
        if (toolsChanged)
        {
            Raise(Changed);
        }
    }

    private void Raise(Action? handlers)
    {
        foreach (var handler in handlers?.GetInvocationList() ?? [])
        {
            try
            {
                ((Action)handler)();
            }
            catch (Exception broken)
            {
                // One listener's fault must keep neither the others from hearing nor a server from being connected.
                LogHandlerFailed(_logger, broken);
            }
        }
    }

    private sealed record Snapshot(ImmutableArray<McpServerStatus> Servers, ImmutableArray<StudioTool> Tools);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not every MCP server ended in time; what is left of them ends with the studio")]
    private static partial void LogNotStopped(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to changed MCP servers failed")]
    private static partial void LogHandlerFailed(ILogger logger, Exception problem);
}
