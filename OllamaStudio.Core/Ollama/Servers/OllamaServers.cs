using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>
/// Watches the real server and the demo, and says which of them answers. With <see cref="ServerChoice.Auto"/> the real
/// server is taken where it answers at start, else the demo; after that only a person switches, so that no conversation
/// changes servers by itself.
/// </summary>
public sealed partial class OllamaServers : BackgroundService
{
    /// <summary>Time between two looks at the servers.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);

    private readonly ISettings _settings;
    private readonly IDemoServer _demo;
    private readonly Func<OllamaEndpoint, OllamaClient> _createClient;
    private readonly TimeProvider _time;
    private readonly ILogger<OllamaServers> _logger;
    private readonly Lock _publishing = new();
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ServersStatus _status = new(
        ServerKind.Ollama, new ServerStatus { Kind = ServerKind.Ollama }, new ServerStatus { Kind = ServerKind.Demo });

    private volatile RealClient? _real;
    private OllamaClient? _demoClient;
    private (string Host, ServerChoice Choice)? _decidedFor;

    /// <summary>Makes the watcher; it looks at the servers once it is started.</summary>
    /// <param name="settings">Host and choice of server.</param>
    /// <param name="demo">The built-in demo.</param>
    /// <param name="createClient">Makes the client of a server, with whatever handlers the studio wants on its requests.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Says when a server comes or goes.</param>
    public OllamaServers(ISettings settings, IDemoServer demo, Func<OllamaEndpoint, OllamaClient> createClient, TimeProvider time, ILogger<OllamaServers> logger)
    {
        _settings = settings;
        _demo = demo;
        _createClient = createClient;
        _time = time;
        _logger = logger;
    }

    /// <summary>What is known now. Never null.</summary>
    public ServersStatus Status => _status;

    /// <summary>Raised after <see cref="Status"/> changed, on any thread. Handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>Ends when it has been decided which server answers. Never fails.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The client of the server that answers now.</summary>
    /// <exception cref="OllamaException">The address in the settings cannot be read, or the demo cannot be started.</exception>
    public async Task<OllamaClient> GetClientAsync(CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        return _status.Active is ServerKind.Demo ? await GetDemoClientAsync(cancellationToken) : GetRealClient();
    }

    /// <summary>Sends new turns to that server from now on, until the settings name another.</summary>
    public async Task UseAsync(ServerKind kind, CancellationToken cancellationToken)
    {
        Publish(now => now with { Active = kind });
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Looks at the servers now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var ollama = await ProbeAsync(ServerKind.Ollama, cancellationToken);
            var decided = Decide(ollama);
            var demoStatus = (decided ?? _status.Active) is ServerKind.Demo ? await ProbeAsync(ServerKind.Demo, cancellationToken) : _status.Demo;
            Publish(now => new ServersStatus(decided ?? now.Active, ollama, demoStatus));
            _ready.TrySetResult();
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _settings.Changed += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await RefreshAsync(stoppingToken);
                await WaitAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The studio ends.
        }
        finally
        {
            _settings.Changed -= Wake;
            _ready.TrySetResult();
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(Interval, _time, timer.Token), _wake.WaitAsync(timer.Token));
        await timer.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another change was quicker; one look serves both.
            }
        }
    }

    // Null where there is nothing to decide: a choice made by hand (UseAsync) holds until host or choice in the settings change.
    private ServerKind? Decide(ServerStatus ollama)
    {
        var wanted = (_settings.Current.Ollama.Host, _settings.Current.Ollama.Server);
        if (_decidedFor == wanted)
        {
            return null;
        }

        _decidedFor = wanted;
        return wanted.Server switch
        {
            ServerChoice.Demo => ServerKind.Demo,
            ServerChoice.Ollama => ServerKind.Ollama,
            _ => ollama.State is ServerState.Up ? ServerKind.Ollama : ServerKind.Demo,
        };
    }

    private async Task<ServerStatus> ProbeAsync(ServerKind kind, CancellationToken cancellationToken)
    {
        var before = kind is ServerKind.Demo ? _status.Demo : _status.Ollama;
        var address = kind is ServerKind.Ollama ? _settings.Current.Ollama.Host : before.Address;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProbeTimeout);
        try
        {
            var client = kind is ServerKind.Demo ? await GetDemoClientAsync(limit.Token) : GetRealClient();
            address = client.Endpoint.BaseAddress.GetLeftPart(UriPartial.Path).TrimEnd('/');
            var version = client.GetVersionAsync(limit.Token);
            var models = client.ListModelsAsync(limit.Token);
            var running = client.ListRunningModelsAsync(limit.Token);
            await Task.WhenAll(version, models, running);
            return new ServerStatus
            {
                Kind = kind, State = ServerState.Up, Address = address, Version = await version, Models = await models, Running = await running,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Down(kind, address, $"No answer within {ProbeTimeout.TotalSeconds:0} s.", "Check that the address is right and the server is not overloaded.");
        }
        catch (OllamaException error)
        {
            return Down(kind, address, error.Message, error.NextStep);
        }
    }

    private static ServerStatus Down(ServerKind kind, string address, string error, string? nextStep) =>
        new() { Kind = kind, State = ServerState.Down, Address = address, Error = error, NextStep = nextStep };

    // A client is replaced, never disposed, when the address changes: a generation may still be reading from it.
    private OllamaClient GetRealClient()
    {
        var host = _settings.Current.Ollama.Host;
        var current = _real;
        if (current?.Host == host)
        {
            return current.Client;
        }

        if (!OllamaEndpoint.TryParse(host, out var endpoint, out var reason))
        {
            throw new OllamaException(OllamaErrorKind.Unreachable, reason, "Correct the Ollama host in the settings.");
        }

        var client = _createClient(endpoint);
        _real = new RealClient(host, client);
        return client;
    }

    private async Task<OllamaClient> GetDemoClientAsync(CancellationToken cancellationToken) =>
        _demoClient ??= _createClient(await _demo.StartAsync(cancellationToken));

    private void Publish(Func<ServersStatus, ServersStatus> change)
    {
        ServersStatus before;
        ServersStatus next;
        lock (_publishing)
        {
            before = _status;
            next = change(before);
            _status = next;
        }

        foreach (var (was, now) in new[] { (before.Ollama, next.Ollama), (before.Demo, next.Demo) })
        {
            if (was.State != now.State && now.State is ServerState.Up)
            {
                LogUp(_logger, now.Kind, now.Address, now.Version ?? "?", now.Models.Count);
            }
            else if (was.State != now.State && now.State is ServerState.Down)
            {
                LogDown(_logger, now.Kind, now.Address, now.Error ?? "no answer");
            }
        }

        Changed?.Invoke();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _refreshing.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    private sealed record RealClient(string Host, OllamaClient Client);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} answers at {Address}: version {Version}, {Models} models")]
    private static partial void LogUp(ILogger logger, ServerKind server, string address, string version, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} does not answer at {Address}: {Reason}")]
    private static partial void LogDown(ILogger logger, ServerKind server, string address, string reason);
}
