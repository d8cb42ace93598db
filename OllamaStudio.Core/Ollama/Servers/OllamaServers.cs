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
    /// <param name="createClient">Makes the client of a server, with whatever handlers the studio wants on its requests, and the key that the settings hold then.</param>
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
        return _status.Active is ServerKind.Demo ? await GetDemoClientAsync(cancellationToken) : GetConfiguredClient();
    }

    /// <summary>The client of the server that the settings name, whichever answers now.</summary>
    /// <exception cref="OllamaException">The address in the settings cannot be read.</exception>
    public OllamaClient GetConfiguredClient() => GetRealClient(_settings.Current.Ollama);

    /// <summary>Sends new turns to that server from now on, until the settings name another.</summary>
    public async Task UseAsync(ServerKind kind, CancellationToken cancellationToken)
    {
        Publish(now =>
        {
            _decidedFor = Wanted(_settings.Current);
            return now with { Active = kind };
        });
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Looks at the servers now.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var wanted = Wanted(_settings.Current);
            var ollama = await ProbeAsync(ServerKind.Ollama, wanted.Host, cancellationToken);
            var decided = Decide(wanted, ollama.State);
            var demoStatus = (decided ?? _status.Active) is ServerKind.Demo ? await ProbeAsync(ServerKind.Demo, _status.Demo.Address, cancellationToken) : _status.Demo;
            Publish(now =>
            {
                // Settings that changed while we looked are decided by the next look; what a person chose meanwhile holds.
                if (decided is not { } kind || _decidedFor == wanted || Wanted(_settings.Current) != wanted)
                {
                    return now with { Ollama = ollama, Demo = demoStatus };
                }

                _decidedFor = wanted;
                return new ServersStatus(kind, ollama, demoStatus);
            });
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
                await LookAsync(stoppingToken);
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

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever it was, the next look may go better; the studio goes on.
            LogLookFailed(_logger, error);
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

    private static (string Host, ServerChoice Choice) Wanted(StudioSettings settings) => (settings.Ollama.Host, settings.Ollama.Server);

    // Null where there is nothing to decide: a choice made by hand (UseAsync) holds until host or choice in the settings change.
    private ServerKind? Decide((string Host, ServerChoice Choice) wanted, ServerState ollama) => wanted.Choice switch
    {
        _ when _decidedFor == wanted => null,
        ServerChoice.Demo => ServerKind.Demo,
        ServerChoice.Ollama => ServerKind.Ollama,
        _ => ollama is ServerState.Up ? ServerKind.Ollama : ServerKind.Demo,
    };

    private async Task<ServerStatus> ProbeAsync(ServerKind kind, string address, CancellationToken cancellationToken)
    {
        var before = kind is ServerKind.Demo ? _status.Demo : _status.Ollama;
        try
        {
            var client = kind is ServerKind.Demo ? await GetDemoClientAsync(cancellationToken) : GetRealClient(_settings.Current.Ollama with { Host = address });
            return await ServerProbe.AskAsync(client, before, _time, cancellationToken);
        }
        catch (OllamaException error)
        {
            return ServerProbe.Down(before, address, error.Message, error.NextStep);
        }
    }

    // A client is replaced, never disposed, when address or key change: a generation may still be reading from it.
    private OllamaClient GetRealClient(OllamaSettings settings)
    {
        var current = _real;
        if (current is not null && current.Settings.Reaches(settings))
        {
            return current.Client;
        }

        if (!OllamaEndpoint.TryParse(settings.Host, out var endpoint, out var reason))
        {
            throw new OllamaException(OllamaErrorKind.Unreachable, reason, "Correct the Ollama host in the settings.");
        }

        var client = _createClient(endpoint);
        _real = new RealClient(settings, client);
        return client;
    }

    private async Task<OllamaClient> GetDemoClientAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _demoClient ??= _createClient(await _demo.StartAsync(cancellationToken));
        }
        catch (IOException error)
        {
            throw new OllamaException(OllamaErrorKind.Unreachable, $"The demo could not be started: {error.Message}", innerException: error);
        }
    }

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

        foreach (var handler in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                handler();
            }
            catch (Exception error)
            {
                // One listener's fault must not end the watch, nor keep the others from hearing.
                LogListenerFailed(_logger, error);
            }
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _refreshing.Dispose();
        _wake.Dispose();
        base.Dispose();
    }

    private sealed record RealClient(OllamaSettings Settings, OllamaClient Client);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Server} answers at {Address}: version {Version}, {Models} models")]
    private static partial void LogUp(ILogger logger, ServerKind server, string address, string version, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} does not answer at {Address}: {Reason}")]
    private static partial void LogDown(ILogger logger, ServerKind server, string address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking at the servers failed")]
    private static partial void LogLookFailed(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to the servers' status failed")]
    private static partial void LogListenerFailed(ILogger logger, Exception error);
}
