using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Simulator;

namespace OllamaStudio.Hosting;

/// <summary>The simulator inside the studio, on a loopback port of its own. Started when it is first needed.</summary>
public sealed class DemoServer(TimeProvider time) : IDemoServer, IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private SimulatorServer? _server;

    /// <inheritdoc />
    public async Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            _server ??= await SimulatorServer.StartAsync(new SimulatorOptions { Time = time }, cancellationToken);
            return new OllamaEndpoint(_server.Address);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }
}
