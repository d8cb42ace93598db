using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Servers;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Insights.Forecasts;

/// <summary>Slow or stuck: what is said of a silent reply, with a server that answers and one that does not.</summary>
public sealed class SilenceJudgeTests : IAsyncLifetime, ICallsUnderWay, ITurnOrder, ICallStore, IDemoServer
{
    private readonly ManualTime _time = new();
    private readonly FakeSettings _settings = new();
    private readonly List<MeasuredCall> _past = [];
    private ScriptedServer _server = null!;
    private OllamaServers _servers = null!;
    private ServerPulse _pulse = null!;
    private SilenceJudge _judge = null!;
    private Forecaster _forecaster = null!;
    private CallUnderWay? _call;
    private TurnAhead? _ahead;
    private TimeSpan? _longGap;

    public async Task InitializeAsync()
    {
        _server = await ScriptedServer.StartAsync(static context => context.Response.WriteAsJsonAsync(new { version = "0.33.3" }, context.RequestAborted));
        Use(_server.Address.ToString());
    }

    public async Task DisposeAsync()
    {
        _pulse.Dispose();
        _servers.Dispose();
        await _server.DisposeAsync();
    }

    CallUnderWay? ICallsUnderWay.CallOf(string replyId) => _call;

    IReadOnlyList<CallUnderWay> ICallsUnderWay.CallsAheadOf(string replyId) => [];

    TimeSpan? ICallsUnderWay.LongGapOf(string model) => _longGap;

    TurnAhead? ITurnOrder.AheadOf(string replyId) => _ahead;

    IReadOnlyList<MeasuredCall> ICallStore.OfTrace(string traceId) => [];

    IReadOnlyList<MeasuredCall> ICallStore.Like(MeasuredCall call, bool warm) => [];

    IReadOnlyList<MeasuredCall> ICallStore.Newest(string model, int most) => [.. _past];

    Task<OllamaEndpoint> IDemoServer.StartAsync(CancellationToken cancellationToken) => throw new IOException("There is no demo here.");

    [Fact]
    public async Task It_is_quiet_at_first_then_slow_and_past_ones_own_p99_stuck()
    {
        Know(Enumerable.Range(0, 20).Select(static number => 10.0 + (number * 2))); // up to 48 s
        Wait();
        await KnowAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(_judge.Of("r"));
        Assert.Empty(_server.Requests);

        _time.Advance(TimeSpan.FromSeconds(33));
        Assert.Equal(SilenceState.Asking, _judge.Of("r")!.State);
        var slow = await JudgeAsync();
        Assert.Equal((SilenceState.Slow, 42, 48), (slow.State, slow.Silent.TotalSeconds, slow.Usual!.Value.TotalSeconds));

        // Beyond all that it took before, and twice what was forecast.
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(SilenceState.Slow, (await JudgeAsync()).State);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(SilenceState.Stuck, (await JudgeAsync()).State);

        _ahead = new TurnAhead("c", "Another", 0);
        Assert.Equal(SilenceState.Slow, (await JudgeAsync()).State);
    }

    [Fact]
    public async Task While_it_is_written_the_gap_between_pieces_counts()
    {
        Wait();
        var now = _time.GetUtcNow();
        _call = _call! with { FirstPieceAt = now, LastPieceAt = now };
        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(SilenceState.Slow, (await JudgeAsync()).State); // nothing is known
        _longGap = TimeSpan.FromSeconds(0.4);
        Assert.Equal((SilenceState.Stuck, true), ((await JudgeAsync()) is var verdict ? (verdict.State, verdict.IsWriting) : default));
        _longGap = TimeSpan.FromSeconds(15);
        Assert.Equal(SilenceState.Slow, (await JudgeAsync()).State);

        _call = null;
        Assert.Null(_judge.Of("r"));
    }

    [Fact]
    public async Task The_server_is_asked_once_in_ten_seconds_however_often_one_looks_and_never_while_nothing_is_silent()
    {
        Wait();
        _time.Advance(TimeSpan.FromSeconds(10));
        for (var look = 0; look < 50; look++)
        {
            await JudgeAsync();
        }

        Assert.Equal("/api/version", Assert.Single(_server.Requests).Path);
        _time.Advance(TimeSpan.FromSeconds(9.5));
        await JudgeAsync();
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        _judge.Of("r");
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_server.Requests.Count < 2)
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_takes_the_question_and_says_nothing_does_not_answer()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mute = new RawServer(async (stream, cancellationToken) =>
        {
            await RawServer.ReadRequestAsync(stream, cancellationToken);
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        Use(mute.Endpoint.BaseAddress.ToString());
        Wait();
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(SilenceState.Asking, _judge.Of("r")!.State);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(SilenceState.Asking, _judge.Of("r")!.State);
        await _time.FireAsync(ServerPulse.Limit);
        Assert.Equal(SilenceState.NoAnswer, (await JudgeAsync()).State);
    }

    [Fact]
    public async Task A_server_that_is_gone_does_not_answer()
    {
        using var port = new UnusedPort();
        Use(port.Host);
        Wait();
        _time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(SilenceState.NoAnswer, (await JudgeAsync()).State);
    }

    [Fact]
    public void Gaps_between_pieces_have_their_own_p99()
    {
        var gaps = new PieceGaps();
        for (var piece = 0; piece < 199; piece++)
        {
            gaps.Add("m", TimeSpan.FromMilliseconds(20));
        }

        Assert.Null(gaps.Percentile99("m"));
        gaps.Add("m", TimeSpan.FromSeconds(30));
        Assert.InRange(gaps.Percentile99("m")!.Value.TotalMilliseconds, 20, 20 * 1.125);
        for (var piece = 0; piece < 10; piece++)
        {
            gaps.Add("m", TimeSpan.FromSeconds(30));
        }

        Assert.InRange(gaps.Percentile99("m")!.Value.TotalSeconds, 30, 30 * 1.125);
        Assert.Null(gaps.Percentile99("other"));
    }

    private void Use(string host)
    {
        _pulse?.Dispose();
        _servers?.Dispose();
        _settings.Update(settings => settings with { Ollama = settings.Ollama with { Host = host, Server = ServerChoice.Ollama } });
        _servers = new OllamaServers(_settings, this, static endpoint => new OllamaClient(endpoint), TimeProvider.System, NullLogger<OllamaServers>.Instance);
        _pulse = new ServerPulse(_servers, _time);
        _forecaster = new Forecaster(this, this, this, new TokenRatios(), _time);
        _judge = new SilenceJudge(this, this, _forecaster, _pulse, _servers, _time);
    }

    private void Wait() => _call = new CallUnderWay { SessionId = "s", Model = "m", Digest = "aaa", ServerVersion = "1", IsLoaded = true, Weight = 400, SentAt = _time.GetUtcNow() };

    private void Know(IEnumerable<double> firstTokens) => _past.AddRange(firstTokens.Select((seconds, number) => new MeasuredCall
    {
        TraceId = $"{number:x32}", SpanId = $"{number:x16}", StartTime = ManualTime.Epoch.AddHours(number - 100), Model = "m", Setup = new ModelSetup("1", "aaa", null, ""), Source = "chat",
        Duration = TimeSpan.FromSeconds(seconds + 5), FirstToken = TimeSpan.FromSeconds(seconds), Load = TimeSpan.Zero, TokensIn = 100, TokensCached = 0,
    }));

    private Task KnowAsync() => UntilAsync(() => _forecaster.ModelOf("m") is not null);

    // Once the server has said whether it answers.
    private async Task<SilenceVerdict> JudgeAsync()
    {
        SilenceVerdict? verdict = null;
        await UntilAsync(() => (verdict = _judge.Of("r")) is not { State: SilenceState.Asking });
        return verdict!;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
