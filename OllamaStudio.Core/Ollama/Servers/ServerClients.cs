using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Ollama.Servers;

/// <summary>The clients of the real server and of the demo: at most one each, made when first wanted. Safe to use from any thread.</summary>
/// <param name="demo">The built-in demo.</param>
/// <param name="create">Makes the client of a server.</param>
internal sealed class ServerClients(IDemoServer demo, Func<OllamaEndpoint, OllamaClient> create) : IDisposable
{
    private readonly Lock _gate = new();
    private OllamaSettings? _realOf;
    private SharedClient? _real;
    private SharedClient? _demo;

    /// <summary>Whether the client of the real server was made with these settings, or there is none yet.</summary>
    public bool IsFor(OllamaSettings settings)
    {
        lock (_gate)
        {
            return _realOf?.Reaches(settings) ?? true;
        }
    }

    /// <summary>Lends the client of the server that the settings name.</summary>
    /// <exception cref="OllamaException">The address cannot be read.</exception>
    public ClientLease LendReal(OllamaSettings settings)
    {
        lock (_gate)
        {
            if (_real is not null && _realOf?.Reaches(settings) is true)
            {
                return _real.Lend();
            }

            if (!OllamaEndpoint.TryParse(settings.Host, out var endpoint, out var reason))
            {
                throw new OllamaException(OllamaErrorKind.Unreachable, reason, "Correct the Ollama server in Settings.");
            }

            // Turns may still be reading from the one before: it goes with the last of them.
            var before = _real;
            (_real, _realOf) = (new SharedClient(create(endpoint)), settings);
            before?.Release();
            return _real.Lend();
        }
    }

    /// <summary>Lends the demo's client; starts the demo where it does not run.</summary>
    /// <exception cref="OllamaException">It cannot be started.</exception>
    public async Task<ClientLease> LendDemoAsync(CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = await demo.StartAsync(cancellationToken);
            lock (_gate)
            {
                _demo ??= new SharedClient(create(endpoint));
                return _demo.Lend();
            }
        }
        catch (IOException error)
        {
            throw new OllamaException(OllamaErrorKind.Unreachable, $"The demo could not be started: {error.Message}", innerException: error);
        }
    }

    /// <summary>Gives up both; what is lent stays usable until it is given back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _real?.Release();
            _demo?.Release();
            (_real, _realOf, _demo) = (null, null, null);
        }
    }
}
