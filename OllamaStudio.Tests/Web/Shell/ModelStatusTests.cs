using Bunit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Shell.Status;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Shell;

/// <summary>An item of the status bar, above a real server: it is drawn when something changed, and looked at closely while its popover is open.</summary>
public sealed class ModelStatusTests : BunitContext, IAsyncLifetime, IDemoServer
{
    private readonly FakeSettings _settings = new();
    private readonly ManualTime _time = new();
    private ScriptedServer _ollama = null!;
    private OllamaServers _servers = null!;
    private volatile string _running = "m:latest";

    public async Task InitializeAsync()
    {
        _ollama = await ScriptedServer.StartAsync(context => context.Response.WriteAsync(context.Request.Path.Value switch
        {
            "/api/version" => """{"version":"0.31.0"}""",
            "/api/tags" => """{"models":[{"name":"m:latest","digest":"d","capabilities":["completion"]}]}""",
            _ => $$"""{"models":[{"name":"{{_running}}","size":1000,"expires_at":"2318-01-01T00:00:00Z"}]}""",
        }));
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.AbsoluteUri } });
        _servers = new OllamaServers(_settings, this, endpoint => new OllamaClient(endpoint), _time, NullLogger<OllamaServers>.Instance);
        Services.AddSingleton(_servers);
        Services.AddSingleton(TimeProvider.System);
        await _servers.RefreshAsync(default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        await _servers.StopAsync(default);
        _servers.Dispose();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task It_is_drawn_once_until_a_look_finds_something_else()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var status = Render<ModelStatus>();
        Assert.Contains("m", status.Find("summary .label").TextContent, StringComparison.Ordinal);

        for (var i = 0; i < 5; i++)
        {
            await _servers.RefreshAsync(default);
        }

        Assert.Equal(1, status.RenderCount);

        _running = "other:latest";
        await _servers.RefreshAsync(default);
        status.WaitForAssertion(() => Assert.Contains("other", status.Find("summary .label").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_bar_alone_is_no_reason_to_look_often_but_its_popover_is()
    {
        var isOpen = JSInterop.Setup<bool>("studio.isOpen", _ => true);
        var status = Render<ModelStatus>();
        await _servers.StartAsync(default);
        await _time.WaitForTimerAsync(TimeSpan.FromMinutes(1));

        isOpen.SetResult(true);
        await status.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty);
        await _time.FireAsync(TimeSpan.FromSeconds(5));
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(5));
        var asked = _ollama.Requests.Count(request => request.Path == "/api/ps");

        isOpen.SetResult(false);
        await status.Find("details").TriggerEventAsync("ontoggle", EventArgs.Empty);
        _time.Advance(TimeSpan.FromSeconds(5));
        await _time.WaitForTimerAsync(TimeSpan.FromSeconds(55));
        Assert.Equal(asked, _ollama.Requests.Count(request => request.Path == "/api/ps"));
    }

    public Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken) => throw new IOException("No demo here.");
}
