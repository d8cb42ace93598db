using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>
/// Watches the real server and the demo, and says which of them answers. With <see cref="ServerChoice.Auto"/> the real
/// server is taken where it answers at start, else the demo; after that only a person switches, so that no conversation
/// changes servers by itself. How often it looks depends on who is interested; see <see cref="ServerInterest"/>.
/// </summary>
public sealed partial class OllamaServers : BackgroundService
{
    private readonly ISettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<OllamaServers> _logger;
    private readonly ServerClients _clients;
    private readonly LookSchedule _schedule;
    private readonly LookQueue _looks;
    private readonly Lock _publishing = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly CancellationToken _disposed;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile ServersStatus _status = new(
        ServerKind.Ollama, new ServerStatus { Kind = ServerKind.Ollama }, new ServerStatus { Kind = ServerKind.Demo });

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
        _clients = new ServerClients(demo, createClient);
        _schedule = new LookSchedule(time);
        _looks = new LookQueue(LookNowAsync);
        _time = time;
        _logger = logger;
        _disposed = _disposing.Token;
        if (Wanted(settings.Current) is { Choice: not ServerChoice.Auto } wanted && Decide(wanted, ServerState.Unknown) is { } chosen)
        {
            // No look is needed for that, and so no turn waits for one.
            (_decidedFor, _status) = (wanted, _status with { Active = chosen });
            _ready.SetResult();
        }
    }

    /// <summary>What is known now. Never null.</summary>
    public ServersStatus Status => _status;

    /// <summary>Raised after <see cref="Status"/> became another, on any thread; a look that found the same raises nothing. Handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>Ends when it has been decided which server answers. Never fails.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Lends the client of the server that answers now. Waits for the decision which one that is, at start, and for no look else.</summary>
    /// <exception cref="OllamaException">The address in the settings cannot be read, or the demo cannot be started.</exception>
    public async Task<ClientLease> LeaseAsync(CancellationToken cancellationToken)
    {
        await Ready.WaitAsync(cancellationToken);
        return await LeaseAsync(_status.Active, cancellationToken);
    }

    /// <summary>Lends the client of that server, whichever answers now.</summary>
    /// <exception cref="OllamaException">The address in the settings cannot be read, or the demo cannot be started.</exception>
    public async Task<ClientLease> LeaseAsync(ServerKind kind, CancellationToken cancellationToken) =>
        kind is ServerKind.Demo ? await _clients.LendDemoAsync(cancellationToken) : LeaseConfigured();

    /// <summary>Lends the client of the server that the settings name, whichever answers now.</summary>
    /// <exception cref="OllamaException">The address in the settings cannot be read.</exception>
    public ClientLease LeaseConfigured() => _clients.LendReal(_settings.Current.Ollama);

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

    /// <summary>Looks often until the result is disposed, where that interest asks for it.</summary>
    public IDisposable Watch(ServerInterest interest) => _schedule.Watch(interest);

    /// <summary>Looks at the servers now. Whoever asks while somebody else's look is under way gets what that one finds.</summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => LookAsync(LookScope.All, cancellationToken);

    /// <summary>A call is being sent to that model of that server.</summary>
    /// <param name="kind">The server.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="window">The context window that it asks for, in tokens; null for the server's own.</param>
    internal void Sending(ServerKind kind, string model, int? window) => Publish(now => now.With(now.Of(kind).Sending(model, window)));

    /// <summary>The first piece of its answer came; where a window was asked for before, the models in memory are looked at.</summary>
    internal void Answering(ServerKind kind, string model)
    {
        if (_status.Of(kind).Answering(model) != _status.Of(kind))
        {
            Publish(now => now.With(now.Of(kind).Answering(model)));
            RequestLook(LookScope.Running);
        }
    }

    /// <summary>Has the servers looked at, too, but neither waits for it nor fails.</summary>
    public void RequestLook(LookScope scope) => _ = TryLookAsync(scope, _disposed);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _settings.Changed += OnSettingsChanged;
        var capture = new ContentCapture(_settings); // of a model's name, too, a label has what the redaction leaves
        using var told = StudioMetrics.WatchModels(new ToldModels(() => _status.Current, name => capture.Begin().Whole(name)).Look);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await TryLookAsync(await _schedule.WaitAsync(() => IsOllamaAwaited, stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The studio ends.
        }
        finally
        {
            _settings.Changed -= OnSettingsChanged;
            _ready.TrySetResult();
        }
    }

    // Whoever uses the demo by choice waits for nobody.
    private bool IsOllamaAwaited => _status.Ollama.State is not ServerState.Up && _settings.Current.Ollama.Server is not ServerChoice.Demo;

    private async Task TryLookAsync(LookScope scope, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(scope, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The studio ends.
        }
        catch (Exception error)
        {
            // Whatever it was, the next look may go better; the studio goes on.
            LogLookFailed(_logger, error);
        }
    }

    private Task LookAsync(LookScope scope, CancellationToken cancellationToken) => _looks.LookAsync(
        () => new LookRequest(scope, _settings.Current.Ollama.Host, _settings.Current.Ollama.Server, _status.Active), cancellationToken);

    private async Task LookNowAsync(LookRequest request)
    {
        _schedule.Begin(request.Scope);
        var wanted = (request.Host, request.Choice);
        var known = _status.Of(request.Active);
        if (request.Scope is LookScope.Running && known.State is ServerState.Up && _decidedFor == wanted)
        {
            var running = await ProbeAsync(known, wanted.Host, ServerProbe.AskRunningAsync);
            Publish(now => now.With(running.Beside(now.Of(known.Kind), known)));
            return;
        }

        var before = _status;
        var ollama = await ProbeAsync(before.Ollama, wanted.Host, ServerProbe.AskAsync);
        var decided = Decide(wanted, ollama.State);
        var looksAtDemo = (decided ?? _status.Active) is ServerKind.Demo && (request.Scope is not LookScope.Ollama || decided is not null);
        var demo = looksAtDemo ? await ProbeAsync(before.Demo, wanted.Host, ServerProbe.AskAsync) : null;
        Publish(now =>
        {
            now = now.With(ollama.Beside(now.Ollama, before.Ollama));
            now = demo is null ? now : now.With(demo.Beside(now.Demo, before.Demo));
            // Settings that changed while we looked are decided by the next look; what a person chose meanwhile holds.
            if (decided is not { } kind || _decidedFor == wanted || Wanted(_settings.Current) != wanted)
            {
                return now;
            }

            _decidedFor = wanted;
            return now with { Active = kind };
        });
    }

    private void OnSettingsChanged()
    {
        if (_decidedFor != Wanted(_settings.Current) || !_clients.IsFor(_settings.Current.Ollama))
        {
            _schedule.Demand();
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

    private async Task<ServerStatus> ProbeAsync(
        ServerStatus before, string host, Func<OllamaClient, ServerStatus, TimeProvider, CancellationToken, Task<ServerStatus>> ask)
    {
        var isDemo = before.Kind is ServerKind.Demo;
        try
        {
            using var lease = isDemo ? await _clients.LendDemoAsync(_disposed) : _clients.LendReal(_settings.Current.Ollama with { Host = host });
            return await ask(lease.Client, before, _time, _disposed);
        }
        catch (OllamaException error)
        {
            return ServerProbe.Down(before, isDemo ? before.Address : host, error.Message, error.NextStep);
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        if (_disposed.IsCancellationRequested)
        {
            return; // the container knows it twice: by itself, and as a hosted service
        }

        _disposing.Cancel();
        _clients.Dispose();
        _disposing.Dispose();
        _schedule.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking at the servers failed")]
    private static partial void LogLookFailed(ILogger logger, Exception error);
}
