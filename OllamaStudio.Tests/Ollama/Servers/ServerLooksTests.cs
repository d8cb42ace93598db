using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Ollama.Servers;

/// <summary>How often the servers are looked at, and what is told of it: by the requests that a real server sees.</summary>
public sealed class ServerLooksTests : IAsyncLifetime, IDemoServer
{
    private static readonly TimeSpan Close = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Distant = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);
    private static readonly string[] Everything = ["/api/ps", "/api/tags", "/api/version"];

    private readonly ManualTime _time = new();
    private readonly FakeSettings _settings = new();
    private readonly List<Handler> _handlers = [];
    private ScriptedServer _ollama = null!;
    private OllamaServers _servers = null!;
    private int _changes;
    private volatile bool _isUp = true;
    private volatile int _context = 4096;
    private volatile TaskCompletionSource _answers = new();

    public async Task InitializeAsync()
    {
        _answers.SetResult();
        _ollama = await ScriptedServer.StartAsync(async context =>
        {
            await _answers.Task;
            context.Response.StatusCode = _isUp ? 200 : 503;
            await context.Response.WriteAsync(!_isUp ? """{"error":"not yet"}""" : context.Request.Path.Value switch
            {
                "/api/version" => """{"version":"0.31.0"}""",
                "/api/tags" => """{"models":[{"name":"m:latest","digest":"d","capabilities":["completion","tools"]}]}""",
                _ => $$"""{"models":[{"name":"m:latest","size":1,"context_length":{{_context}}}]}""",
            });
        });
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = _ollama.Address.AbsoluteUri } });
        _servers = new OllamaServers(_settings, this, Create, _time, NullLogger<OllamaServers>.Instance);
        _servers.Changed += () => Interlocked.Increment(ref _changes);
    }

    public async Task DisposeAsync()
    {
        _answers.TrySetResult();
        await _servers.StopAsync(default);

        // Twice, as the container does, which knows it by itself and as a hosted service.
        _servers.Dispose();
        _servers.Dispose();
        await _ollama.DisposeAsync();
    }

    [Fact]
    public async Task With_nobody_interested_it_looks_once_a_minute_and_tells_a_change_only()
    {
        await _servers.StartAsync(default);
        await _time.WaitForTimerAsync(Distant);
        Assert.Equal(Everything, Asked());
        Assert.Equal(1, _changes);

        await LookAgainAfterAsync(Distant, then: Distant);
        Assert.Equal(Everything, Asked());
        Assert.Equal(1, _changes);

        _context = 8192;
        await LookAgainAfterAsync(Distant, then: Distant);
        Assert.Equal(2, _changes);
        Assert.Equal(8192, _servers.Status.Current.FindRunning("m")?.ContextLength);
    }

    [Fact]
    public async Task An_open_page_changes_nothing_while_Ollama_answers_and_a_page_about_it_asks_every_five_seconds()
    {
        await _servers.StartAsync(default);
        using var page = _servers.Watch(ServerInterest.Page);
        await _time.WaitForTimerAsync(Distant);
        Asked();

        using (_servers.Watch(ServerInterest.Servers))
        {
            await LookAgainAfterAsync(Close, then: Close);
            Assert.Equal(Everything, Asked());
        }

        await LookAgainAfterAsync(Close, then: Distant - Close);
        Assert.Empty(Asked());
        Assert.Equal(1, _changes);
    }

    [Fact]
    public async Task Whoever_waits_for_Ollama_sees_it_within_five_seconds_at_one_request_each_and_nothing_is_told_until_then()
    {
        _isUp = false;
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Server = ServerChoice.Ollama } });
        await _servers.StartAsync(default);
        await _time.WaitForTimerAsync(Distant);
        Assert.Equal(["/api/tags"], Asked());

        using var page = _servers.Watch(ServerInterest.Page);
        await LookAgainAfterAsync(Close, then: Close);
        Assert.Equal(["/api/tags"], Asked());
        Assert.Equal(1, _changes);

        _isUp = true;
        await LookAgainAfterAsync(Close, then: Distant - Close - Close);
        Assert.Equal(ServerState.Up, _servers.Status.Ollama.State);
        Assert.Equal(2, _changes);
    }

    [Fact]
    public async Task While_a_turn_runs_the_models_in_memory_alone_are_asked_for_and_not_at_once()
    {
        await _servers.StartAsync(default);
        await LookAgainAfterAsync(Distant, then: Distant);
        _time.Advance(TimeSpan.FromSeconds(20));
        Asked();

        using (_servers.Watch(ServerInterest.Turn))
        {
            await _time.WaitForTimerAsync(Close);
            Assert.Empty(Asked());
            _context = 8192;
            await LookAgainAfterAsync(Close, then: Close);
            Assert.Equal(["/api/ps"], Asked());
            Assert.Equal(8192, _servers.Status.Current.FindRunning("m")?.ContextLength);
        }
    }

    [Fact]
    public async Task A_look_in_a_turn_finds_out_that_the_server_is_gone()
    {
        await _servers.RefreshAsync(default);
        await _ollama.DisposeAsync();
        var changed = new TaskCompletionSource();
        _servers.Changed += changed.SetResult;

        _servers.RequestLook(LookScope.Running);
        await changed.Task.WaitAsync(Guard);

        Assert.Equal(ServerState.Down, _servers.Status.Ollama.State);
        Assert.NotEmpty(_servers.Status.Ollama.Models);
    }

    [Fact]
    public async Task Two_who_ask_at_once_cost_one_look_and_one_who_gives_up_does_not_end_the_other()
    {
        await _servers.RefreshAsync(default);
        Asked();
        _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var impatient = new CancellationTokenSource();

        var first = _servers.RefreshAsync(impatient.Token);
        var second = _servers.RefreshAsync(default);
        _servers.RequestLook(LookScope.Running);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _answers.SetResult();
        await second.WaitAsync(Guard);

        Assert.Equal(Everything, Asked());
    }

    [Fact]
    public async Task A_client_is_to_be_had_while_a_look_hangs_even_before_the_first_one_where_the_settings_name_the_server()
    {
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Server = ServerChoice.Ollama } });
        using var servers = new OllamaServers(_settings, this, Create, _time, NullLogger<OllamaServers>.Instance);
        _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var look = servers.RefreshAsync(default);

        using var lease = await servers.LeaseAsync(default).WaitAsync(Guard);

        Assert.False(look.IsCompleted);
        Assert.Equal(_ollama.Address, lease.Client.Endpoint.BaseAddress);
        _answers.SetResult();
        await look.WaitAsync(Guard);
    }

    [Fact]
    public async Task New_settings_are_looked_at_at_once_and_others_than_the_servers_not_at_all()
    {
        await _servers.StartAsync(default);
        await _time.WaitForTimerAsync(Distant);
        Asked();

        _settings.UpdateTelemetry(telemetry => telemetry with { SamplingRatio = 0.5 });
        await LookAgainAfterAsync(Distant, then: Distant);
        Assert.Equal(Everything, Asked());

        _isUp = false;
        var changed = new TaskCompletionSource();
        _servers.Changed += () => changed.TrySetResult();
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { ApiKey = "another" } });
        await changed.Task.WaitAsync(Guard);
        Assert.Equal(["/api/tags"], Asked());
    }

    [Fact]
    public void A_replaced_client_is_disposed_when_the_last_turn_that_uses_it_has_ended_and_not_before()
    {
        var first = _servers.LeaseConfigured();
        var second = _servers.LeaseConfigured();
        var replaced = Assert.Single(_handlers);

        _settings.Update(settings => settings with { Ollama = settings.Ollama with { ApiKey = "another" } });
        using var other = _servers.LeaseConfigured();
        Assert.Equal(2, _handlers.Count);
        first.Dispose();
        first.Dispose();
        Assert.False(replaced.IsDisposed);

        second.Dispose();
        Assert.True(replaced.IsDisposed);
        Assert.False(_handlers[1].IsDisposed);
    }

    public Task<OllamaEndpoint> StartAsync(CancellationToken cancellationToken) => throw new IOException("No demo here.");

    /// <summary>Paths asked for since the last call, sorted.</summary>
    private string[] Asked()
    {
        string[] paths = [.. _ollama.Requests.Select(request => request.Path).Order(StringComparer.Ordinal)];
        _ollama.Requests.Clear();
        return paths;
    }

    /// <summary>Lets the time pass that is waited for, and waits until what is then to be done is over: then the next is waited for.</summary>
    private async Task LookAgainAfterAsync(TimeSpan wait, TimeSpan then)
    {
        await _time.FireAsync(wait);
        await _time.WaitForTimerAsync(then);
    }

    private OllamaClient Create(OllamaEndpoint endpoint)
    {
        var handler = new Handler();
        _handlers.Add(handler);
        return new OllamaClient(endpoint, handler);
    }

    private sealed class Handler : DelegatingHandler
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
