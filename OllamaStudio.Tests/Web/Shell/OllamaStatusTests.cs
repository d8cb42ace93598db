using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Shared.Demo;
using OllamaStudio.Shell.Status;
using OllamaStudio.Shared;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>What is said of an Ollama that does not answer while the demo does: it never came, or it went.</summary>
public sealed class OllamaStatusTests : BunitContext, IAsyncLifetime
{
    private readonly FakeSettings _settings = new();
    private readonly DemoServer _demo = new(TimeProvider.System);
    private readonly OllamaServers _servers;

    public OllamaStatusTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _servers = new OllamaServers(_settings, _demo, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        Services.AddSingleton(_servers);
        Services.AddSingleton<ISettings>(_settings);
        Services.AddSingleton<IFaultLab>(_demo);
        Services.AddSingleton(new ConnectionVerifier(_settings, new ContentCapture(_settings), new AnsweredServers(new DataFolder("never made")), TimeProvider.System));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _servers.Dispose();
        await _demo.DisposeAsync();
    }

    [Fact]
    public async Task Where_nothing_ever_answered_nothing_is_broken()
    {
        UseHost("http://127.0.0.1:9");
        await _servers.RefreshAsync(CancellationToken.None);

        var summary = Render<OllamaStatus>().Find("summary");
        Assert.Contains("No Ollama yet", summary.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("error", summary.ClassList);
        Assert.Contains("No Ollama at http://127.0.0.1:9 yet", Banner(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answered_and_is_gone_is_red_even_if_it_told_no_version()
    {
        await using (var ollama = await ScriptedServer.StartAsync(static context =>
        {
            if (context.Request.Path == "/api/tags")
            {
                return context.Response.WriteAsync("""{"models":[]}""");
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }))
        {
            UseHost(ollama.Address.AbsoluteUri);
            await _servers.UseAsync(ServerKind.Demo, CancellationToken.None);
            Assert.Equal((ServerState.Up, null), (_servers.Status.Ollama.State, _servers.Status.Ollama.Version));
        }

        await _servers.RefreshAsync(CancellationToken.None);

        var summary = Render<OllamaStatus>().Find("summary");
        Assert.Contains("Ollama is gone", summary.TextContent, StringComparison.Ordinal);
        Assert.Contains("error", summary.ClassList);
        Assert.Contains($"Ollama at {_servers.Status.Ollama.Address} is gone", Banner(), StringComparison.Ordinal);
    }

    private string Banner() => Render<ServerBanner>().Find("[data-testid=demo-banner]").TextContent;

    private void UseHost(string host) =>
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = host, Server = ServerChoice.Auto } });
}
