using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OllamaStudio.Simulator.Endpoints;
using OllamaStudio.Simulator.Faults;
using OllamaStudio.Simulator.Hosting;

namespace OllamaStudio.Simulator;

/// <summary>
/// A server that speaks Ollama's protocol without a model behind it: a place to try the studio, and a counterpart for tests.
/// Listens on 127.0.0.1 only. Shares no code with the studio's own client, so that a mistake in one cannot hide in the other.
/// </summary>
public sealed class SimulatorServer : IAsyncDisposable
{
    // An image or a long history is large; a request without end is a mistake.
    private const long LargestRequest = 256L * 1024 * 1024;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private int _disposed;

    private SimulatorServer(WebApplication app, SimulatorState state, SimulatorActivity activity, Uri address)
    {
        _app = app;
        State = state;
        Activity = activity;
        Address = address;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:49152/</c>.</summary>
    public Uri Address { get; }

    /// <summary>What it is being asked to do.</summary>
    public SimulatorActivity Activity { get; }

    /// <summary>All ways to go wrong: by the header <c>X-Demo-Fault</c>, by name in a prompt to <c>demo-faults</c>, or standing.</summary>
    public static ImmutableArray<DemoFault> Faults => FaultCatalog.All;

    /// <summary>
    /// A fault for coming <c>/api/chat</c> and <c>/api/generate</c> requests, as if their header asked for it; null for none.
    /// A request's own header or prompt goes before it, and does not use it up. Look-ups never meet it. Safe for concurrent use.
    /// </summary>
    /// <exception cref="ArgumentException">Its name is unknown, or a number out of its range.</exception>
    public StandingFault? StandingFault
    {
        get => State.StandingFault.Current;
        set => State.StandingFault.Current = value;
    }

    /// <summary>Raised after <see cref="StandingFault"/> was set or met a request, on any thread. Handlers must be quick and must not throw.</summary>
    public event Action? StandingFaultChanged
    {
        add => State.StandingFault.Changed += value;
        remove => State.StandingFault.Changed -= value;
    }

    internal SimulatorState State { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="ct">Gives up starting.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SimulatorServer> StartAsync(SimulatorOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        var state = new SimulatorState(options);
        var activity = new SimulatorActivity();
        var app = Build(options);
        try
        {
            var pipeline = new RequestPipeline(new Routes(state), options, activity, app.Lifetime.ApplicationStopping);
            app.Run(pipeline.HandleAsync);
            await app.StartAsync(ct);
        }
        catch
        {
            await app.DisposeAsync();
            state.Dispose();
            throw;
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new SimulatorServer(app, state, activity, new Uri(addresses.Single() + "/"));
    }

    /// <summary>Stops it: answers under way are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        State.Dispose();
    }

    /// <summary>
    /// An empty builder: nothing is read from the environment or from an <c>appsettings.json</c> that belongs to the
    /// program around, nothing is logged, and signals to the process are left to that program.
    /// </summary>
    private static WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "OllamaStudio.Simulator" });
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestRequest;
            // A drip or a silent client is the other side's affair here.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        return builder.Build();
    }

    /// <summary>Lives from <see cref="StartAsync"/> to <see cref="DisposeAsync"/>; the usual lifetime would stop at Ctrl+C, before the program around has finished with it.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
