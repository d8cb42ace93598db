using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using Xunit.Abstractions;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Insights.Forecasts;

/// <summary>
/// What the studio's forecaster says before each turn, against what the simulated server then takes in its own time: two conversations on one
/// model, prompts short and long, the model let go after its time and evicted for another now and again, its cache as the server has it, and now and again the other conversation
/// being answered first.
/// </summary>
public sealed class ForecastOnTheSimulatorTests : IAsyncLifetime, ICallsUnderWay, ITurnOrder, ICallStore
{
    private const string Model = "demo-small:latest";
    private const string Other = "demo-thinking:latest";
    private const double TokensPerSecond = 40;

    private readonly ITestOutputHelper _output;
    private readonly ManualTime _time = new();
    private readonly Random _random = new(3);
    private readonly TokenRatios _ratios = new();
    private readonly Forecaster _forecaster;
    private int _turns;
    private CallUnderWay? _call;
    private CallUnderWay? _ahead;
    private SimulatorServer _server = null!;
    private HttpClient _http = null!;

    public ForecastOnTheSimulatorTests(ITestOutputHelper output) => (_output, _forecaster) = (output, new Forecaster(this, this, this, _ratios, _time));

    CallUnderWay? ICallsUnderWay.CallOf(string replyId) => _call;

    IReadOnlyList<CallUnderWay> ICallsUnderWay.CallsAheadOf(string replyId) => _ahead is null ? [] : [_ahead];

    TimeSpan? ICallsUnderWay.LongGapOf(string model) => null;

    TurnAhead? ITurnOrder.AheadOf(string replyId) => _ahead is null ? null : new TurnAhead("there", "There", 0);

    IReadOnlyList<MeasuredCall> ICallStore.OfTrace(string traceId) => [];

    IReadOnlyList<MeasuredCall> ICallStore.Like(MeasuredCall call, bool warm) => [];

    IReadOnlyList<MeasuredCall> ICallStore.Newest(string model, int most) => []; // it learns from what ends

    public async Task InitializeAsync()
    {
        _server = await SimulatorServer.StartAsync(new SimulatorOptions { Time = _time, LoadDelay = TimeSpan.FromSeconds(2.8), TokensPerSecond = TokensPerSecond });
        _http = new HttpClient { BaseAddress = _server.Address };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task After_ten_turns_the_median_error_of_the_wait_is_under_a_fifth_queue_load_eviction_and_cache_included()
    {
        using (var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30)))
        {
            while (_forecaster.ModelOf(Model) is null)
            {
                guard.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        List<ChatMessage> here = [], there = [];
        List<double> waits = [], queued = [], tokens = [];
        for (var turn = 0; turn < 40; turn++)
        {
            // Every fifth turn comes after the model has left memory, every fourth belongs to the other conversation; every sixth comes while that is answered.
            _time.Advance(turn % 5 == 4 ? TimeSpan.FromMinutes(6) : TimeSpan.FromSeconds(30));
            if (turn % 7 == 6)
            {
                await EvictAsync();
            }

            var isBehind = turn % 6 == 5;
            Turn? before = isBehind ? await SayAsync(there, "there", Prompt(turn + 100), ahead: null) : null;
            var said = turn % 4 == 3 && !isBehind ? await SayAsync(there, "there", Prompt(turn), ahead: null) : await SayAsync(here, "here", Prompt(turn), before);
            End(said);
            if (turn >= 10)
            {
                var error = said.Error ?? throw new InvalidOperationException($"Nothing was forecast for turn {turn}.");
                (isBehind ? queued : waits).Add(error);
                tokens.Add(said.TokensError);
            }
        }

        _output.WriteLine($"wait: median {Median(waits):P1}, worst {waits.Max():P1}; behind another: median {Median(queued):P1}, worst {queued.Max():P1}; tokens: median {Median(tokens):P1}, worst {tokens.Max():P1}");
        Assert.Equal(5, queued.Count);
        Assert.True(Median([.. waits, .. queued]) < 0.2, string.Join(' ', waits.Concat(queued)));
        Assert.True(Median(waits) < 0.2, string.Join(' ', waits));
        Assert.True(Median(queued) < 0.2, string.Join(' ', queued));
        Assert.True(Median(tokens) < 0.1, string.Join(' ', tokens));
    }

    // Another model is loaded, and there is no room for both: the simulator has room for all, so it is told which one goes.
    private async Task EvictAsync()
    {
        foreach (var (model, keepAlive) in new[] { (Model, 0), (Other, 300) })
        {
            using var response = await _time.RunUntilAsync(_http.PostAsJsonAsync("api/generate", new JsonObject { ["model"] = model, ["keep_alive"] = keepAlive, ["stream"] = false }));
            response.EnsureSuccessStatusCode();
        }

        Assert.Equal([Other], await RunningAsync());
    }

    private async Task<List<string?>> RunningAsync() =>
        [.. (await _http.GetFromJsonAsync<JsonElement>("api/ps")).GetProperty("models").EnumerateArray().Select(static model => model.GetProperty("name").GetString())];

    // Behind another it comes when half of that is written; what is left of it is the queue.
    private async Task<Turn> SayAsync(List<ChatMessage> conversation, string session, string prompt, Turn? ahead)
    {
        conversation.Add(new ChatMessage(ChatRole.User, prompt));
        var weight = PromptWeight.Of(conversation);
        var running = await RunningAsync();
        var now = _time.GetUtcNow();
        var left = ahead is null ? TimeSpan.Zero : ahead.Writing / 2;
        _call = new CallUnderWay { SessionId = session, Model = Model, IsLoaded = running.Contains(Model), Weight = weight, SentAt = now };
        _ahead = ahead is null ? null : new CallUnderWay { SessionId = "there", Model = Model, IsLoaded = true, Weight = 1, SentAt = now - ahead.Duration + left, FirstPieceAt = now - left };
        var forecast = _forecaster.Of("r")?.Forecast;
        if (ahead is not null)
        {
            Assert.True(forecast is null || forecast is { Ahead.Ticks: > 0, RepliesAhead: 1 });
            End(ahead with { SentAt = now - ahead.Duration + left });
        }

        var estimate = _ratios.Estimate(Model, weight);
        var request = new JsonObject
        {
            ["model"] = Model, ["stream"] = false, ["options"] = new JsonObject { ["num_ctx"] = 32_768, ["num_predict"] = 160 },
            ["messages"] = new JsonArray([.. conversation.Select(static message => new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text })]),
        };
        using var response = await _time.RunUntilAsync(_http.PostAsJsonAsync("api/chat", request));
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        conversation.Add(new ChatMessage(ChatRole.Assistant, answer.GetProperty("message").GetProperty("content").GetString()));

        // No real machine takes the same time twice: up to a quarter more or less.
        var (load, reading) = (Duration(answer, "load_duration") * Jitter(), Duration(answer, "prompt_eval_duration") * Jitter());
        var first = left + load + reading + TimeSpan.FromSeconds(1 / TokensPerSecond);
        var counted = answer.GetProperty("prompt_eval_count").GetInt64();
        var writing = Duration(answer, "eval_duration");
        _ratios.Learn(Model, new PromptCount(weight, counted, 0) { ReplyCharacters = PromptWeight.Of(conversation[^1]), ReplyTokens = answer.GetProperty("eval_count").GetInt64() });
        var turn = new Turn(
            ++_turns, session, now, first + writing, first, left, load, reading, writing, counted,
            forecast is null ? null : Math.Abs((forecast.Total - first) / first), Math.Abs(estimate - counted) / (double)counted);
        return turn;
    }

    // As its span tells it.
    private void End(Turn turn) => _forecaster.Ended(
        Span((turn.Number * 10) + 3, (turn.Number * 10) + 1, "ollama.chat_streaming", turn.Number, (turn.SentAt - ManualTime.Epoch).TotalMilliseconds, turn.Duration.TotalMilliseconds, attributes:
        [
            ("gen_ai.operation.name", "chat"), ("llm.model", Model), ("session.id", turn.Session), ("llm.tokens_input", turn.Tokens), ("llm.context_window", 32_768),
            ("llm.time_to_first_chunk_ms", turn.First.TotalMilliseconds), ("llm.queue_duration_ms", turn.Queue.TotalMilliseconds), ("llm.load_duration_ms", turn.Load.TotalMilliseconds),
            ("llm.prompt_eval_duration_ms", turn.Reading.TotalMilliseconds), ("llm.eval_duration_ms", turn.Writing.TotalMilliseconds),
        ]) with { Origin = new SpanOrigin("chat", Model) });

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record Turn(
        int Number, string Session, DateTimeOffset SentAt, TimeSpan Duration, TimeSpan First, TimeSpan Queue, TimeSpan Load, TimeSpan Reading, TimeSpan Writing, long Tokens, double? Error, double TokensError);

    private double Jitter() => 0.75 + (_random.NextDouble() / 2);

    private static TimeSpan Duration(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) ? TimeSpan.FromTicks(value.GetInt64() / 100) : TimeSpan.Zero;

    // Questions, and every third turn a document.
    private static string Prompt(int turn) => turn % 3 == 0
        ? $"Summarize document {turn}: " + string.Concat(Enumerable.Range(0, 150 + (turn * 53 % 400)).Select(word => $"the {word}th word of it, and another; "))
        : $"And what of point {turn}? Tell me more about it, please.";
}
