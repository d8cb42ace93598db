using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Servers;

/// <summary>Which server answers, against real servers that come and go.</summary>
public sealed class OllamaServersTests : IAsyncLifetime
{
    private const string Nobody = "http://127.0.0.1:9";

    private readonly FakeSettings _settings = new();
    private SimulatorServer _demo = null!;
    private OllamaServers _servers = null!;

    public async Task InitializeAsync()
    {
        _demo = await SimulatorServer.StartAsync(new SimulatorOptions { TokensPerSecond = 0 });
        _servers = new OllamaServers(_settings, new Demo(_demo), endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
    }

    public async Task DisposeAsync()
    {
        _servers.Dispose();
        await _demo.DisposeAsync();
    }

    [Fact]
    public async Task Where_nobody_answers_at_start_the_demo_does()
    {
        Choose(Nobody);
        await _servers.RefreshAsync(default);

        Assert.Equal(ServerKind.Demo, _servers.Status.Active);
        Assert.Equal(ServerState.Down, _servers.Status.Ollama.State);
        Assert.NotNull(_servers.Status.Ollama.Error);
        Assert.NotNull(_servers.Status.Ollama.NextStep);
        Assert.Contains(_servers.Status.Demo.Models, model => model.Name.StartsWith("demo-small", StringComparison.Ordinal));
        Assert.Equal(_demo.Address, (await EndpointAsync()).BaseAddress);
    }

    [Fact]
    public async Task A_real_server_that_appears_is_seen_but_only_a_person_switches()
    {
        using var port = new UnusedPort();
        Choose(port.Host);
        await _servers.RefreshAsync(default);
        port.Share();
        await using var real = await SimulatorServer.StartAsync(new SimulatorOptions { Port = port.Number });
        await _servers.RefreshAsync(default);

        Assert.Equal(ServerState.Up, _servers.Status.Ollama.State);
        Assert.Equal(ServerKind.Demo, _servers.Status.Active);

        await _servers.UseAsync(ServerKind.Ollama, default);
        await _servers.RefreshAsync(default);
        Assert.Equal(ServerKind.Ollama, _servers.Status.Active);
        Assert.Equal(real.Address, (await EndpointAsync()).BaseAddress);
    }

    [Fact]
    public async Task A_server_that_goes_away_stays_the_chosen_one_and_is_said_to_be_down()
    {
        var real = await SimulatorServer.StartAsync(new SimulatorOptions());
        Choose(real.Address.ToString());
        await _servers.RefreshAsync(default);
        Assert.Equal(ServerKind.Ollama, _servers.Status.Active);

        await real.DisposeAsync();
        await _servers.RefreshAsync(default);
        Assert.Equal(ServerKind.Ollama, _servers.Status.Active);
        Assert.Equal(ServerState.Down, _servers.Status.Current.State);
    }

    [Fact]
    public async Task A_new_address_in_the_settings_is_decided_anew()
    {
        Choose(Nobody);
        await _servers.RefreshAsync(default);
        await using var real = await SimulatorServer.StartAsync(new SimulatorOptions());
        Choose(real.Address.ToString());
        await _servers.RefreshAsync(default);

        Assert.Equal(ServerKind.Ollama, _servers.Status.Active);
    }

    [Fact]
    public void A_new_key_is_in_force_with_the_next_call()
    {
        var create = new ServiceCollection().AddStudio().AddSingleton<ISettings>(_settings).BuildServiceProvider().GetRequiredService<Func<OllamaEndpoint, OllamaClient>>();
        using var servers = new OllamaServers(_settings, new Demo(_demo), create, TimeProvider.System, NullLogger<OllamaServers>.Instance);
        Choose("https://ollama.com");

        using var without = servers.LeaseConfigured();
        Assert.Null(without.Client.Options.ApiKey);
        using (var again = servers.LeaseConfigured())
        {
            Assert.Same(without.Client, again.Client);
        }

        _settings.Update(settings => settings with { Ollama = settings.Ollama with { ApiKey = "key" } });
        using var with = servers.LeaseConfigured();
        Assert.Equal("key", with.Client.Options.ApiKey);
    }

    [Fact]
    public async Task A_server_that_hangs_is_down_once_the_time_for_an_answer_is_up()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(static context => context.UntilClosedAsync());
        using var client = new OllamaClient(server.Endpoint);
        var time = new ManualTime();

        ServerStatus status = await time.RunUntilAsync(ServerProbe.AskAsync(client, new ServerStatus { Kind = ServerKind.Ollama }, time, default));

        Assert.Equal((ServerState.Down, "No answer within 3 s."), (status.State, status.Error));
        Assert.Equal(ManualTime.Epoch.AddSeconds(3), time.GetUtcNow());
    }

    [Theory]
    [InlineData(ServerChoice.Demo, ServerKind.Demo)]
    [InlineData(ServerChoice.Ollama, ServerKind.Ollama)]
    public async Task A_choice_in_the_settings_is_obeyed_whoever_answers(ServerChoice choice, ServerKind expected)
    {
        Choose(Nobody, choice);
        await _servers.RefreshAsync(default);

        Assert.Equal(expected, _servers.Status.Active);
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_as_such()
    {
        Choose("http://[not an address");
        await _servers.RefreshAsync(default);

        Assert.Equal(ServerState.Down, _servers.Status.Ollama.State);
        Assert.Equal("Correct the Ollama server in Settings.", _servers.Status.Ollama.NextStep);
    }

    [Fact]
    public async Task A_turn_that_comes_before_the_first_look_waits_for_it()
    {
        Choose(Nobody);
        var endpoint = EndpointAsync();
        Assert.False(endpoint.IsCompleted);
        await _servers.RefreshAsync(default);

        Assert.Equal(_demo.Address, (await endpoint).BaseAddress);
    }

    private async Task<OllamaEndpoint> EndpointAsync()
    {
        using var lease = await _servers.LeaseAsync(default);
        return lease.Client.Endpoint;
    }

    private void Choose(string host, ServerChoice choice = ServerChoice.Auto) =>
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = host, Server = choice } });

    private sealed class Demo(SimulatorServer server) : IDemoServer
    {
        public Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken) => Task.FromResult(new OllamaEndpoint(server.Address));
    }
}
