using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Library;

/// <summary>A library over a real server that answers as a test says, with a clock that the test moves.</summary>
internal sealed class LibraryRig : IAsyncDisposable, IDemoServer
{
    public FakeSettings Settings { get; } = new();

    public ManualTime Time { get; } = new();

    public ScriptedServer Ollama { get; private set; } = null!;

    public OllamaServers Servers { get; private set; } = null!;

    public ModelLibrary Library { get; private set; } = null!;

    /// <summary>What the server lists as installed.</summary>
    public string Tags { get; set; } = """{"models":[{"name":"small:latest","digest":"d1","size":1000},{"name":"other:1b","digest":"d2","size":2000}]}""";

    /// <summary>What it lists as in memory.</summary>
    public string Running { get; set; } = """{"models":[]}""";

    /// <summary>What it says its version is.</summary>
    public string Version { get; set; } = "0.33.3";

    /// <summary>What it answers to all else.</summary>
    public RequestDelegate Answer { get; set; } = static context => context.Response.WriteLinesAsync("""{"status":"success"}""");

    /// <summary>The bodies of the requests to that path, so far.</summary>
    public string[] Asked(string path) => [.. Ollama.Requests.Where(request => request.Path == path).Select(static request => request.Body)];

    /// <param name="isUp">Whether it answers at all.</param>
    /// <param name="looks">Whether the servers are looked at by themselves, by the clock that the test moves.</param>
    public static async Task<LibraryRig> StartAsync(bool isUp = true, bool looks = false)
    {
        var rig = new LibraryRig();
        rig.Ollama = await ScriptedServer.StartAsync(context => context.Request.Path.Value switch
        {
            "/api/version" => context.Response.WriteAsync($$"""{"version":"{{rig.Version}}"}"""),
            "/api/tags" => context.Response.WriteAsync(rig.Tags),
            "/api/ps" => context.Response.WriteAsync(rig.Running),
            _ => rig.Answer(context),
        });
        rig.Settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = rig.Ollama.Address.AbsoluteUri, Server = ServerChoice.Ollama } });
        if (!isUp)
        {
            await rig.Ollama.DisposeAsync();
        }

        rig.Servers = new OllamaServers(rig.Settings, rig, static endpoint => new OllamaClient(endpoint, options: new OllamaClientOptions { MaxRetries = 0 }), looks ? rig.Time : TimeProvider.System, NullLogger<OllamaServers>.Instance);
        rig.Library = new ModelLibrary(rig.Servers, rig.Time, NullLogger<ModelLibrary>.Instance);
        await rig.Servers.RefreshAsync(default);
        if (looks)
        {
            await rig.Servers.StartAsync(default);
        }

        return rig;
    }

    /// <summary>Waits until that is so of what is under way; the test's own limit is half a minute.</summary>
    public async Task<T> UntilAsync<T>(Func<T> read, Func<T, bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo(read()))
        {
            // What changes does so on other threads, and the signal's clock stands still: looked at as often as the machine allows.
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return read();
    }

    /// <summary>Waits until something of that kind is in that state.</summary>
    public Task<ModelJob> UntilAsync(ModelJobKind kind, ModelJobState state) =>
        UntilAsync(() => Library.Jobs.FirstOrDefault(job => job.Kind == kind && job.State == state), static job => job is not null)!;

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => Task.FromResult(Ollama.Endpoint);

    public async ValueTask DisposeAsync()
    {
        Library.Dispose();
        await Servers.StopAsync(default);
        Servers.Dispose();
        await Ollama.DisposeAsync();
    }
}
