using System.Collections.Immutable;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Simulator;
using OllamaStudio.Simulator.Faults;

namespace OllamaStudio.Shared.Demo;

/// <summary>The simulator inside the studio, on a loopback port of its own. Started when it is first needed.</summary>
public sealed class DemoServer(TimeProvider time) : IDemoServer, IFaultLab, IAsyncDisposable
{
    // What the studio's own client does with a request that the server did nothing with.
    private static readonly int AttemptsPerMessage = 1 + new OllamaClientOptions().MaxRetries;

    private readonly SemaphoreSlim _starting = new(1, 1);
    private volatile SimulatorServer? _server;

    /// <inheritdoc />
    public event Action? Changed;

    /// <inheritdoc />
    public ImmutableArray<DemoFault> Faults => SimulatorServer.Faults;

    /// <inheritdoc />
    public StandingFault? Armed => _server?.StandingFault;

    /// <inheritdoc />
    public async Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken) => new((await GetServerAsync(cancellationToken)).Address);

    /// <inheritdoc />
    public async Task ArmAsync(DemoFault fault, int? amount, bool once, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var server = await GetServerAsync(cancellationToken);
        server.StandingFault = new StandingFault(fault.Name, amount, (once, fault.InvitesRetry) switch
        {
            (false, _) => null,
            (true, true) => AttemptsPerMessage,
            (true, false) => 1,
        });
    }

    /// <inheritdoc />
    public void Clear()
    {
        if (_server is { } server)
        {
            server.StandingFault = null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _starting.Dispose();
    }

    private async Task<SimulatorServer> GetServerAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_server is null)
            {
                var server = await SimulatorServer.StartAsync(new SimulatorOptions { Time = time }, cancellationToken);
                server.StandingFaultChanged += () => Changed?.Invoke();
                _server = server;
            }

            return _server;
        }
        finally
        {
            _starting.Release();
        }
    }
}
