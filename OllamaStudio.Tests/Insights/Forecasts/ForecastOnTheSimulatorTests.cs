using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Insights.Forecasts;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Simulator;
using OllamaStudio.Tests.Support;
using Xunit.Abstractions;

namespace OllamaStudio.Tests.Insights.Forecasts;

/// <summary>
/// What is forecast before each turn, against what the simulated server then takes in its own time: two conversations on one model,
/// prompts short and long, the model evicted now and again, its cache as the server has it.
/// </summary>
public sealed class ForecastOnTheSimulatorTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Model = "demo-small:latest";
    private const double TokensPerSecond = 40;

    private readonly ManualTime _time = new();
    private readonly Random _random = new(3);
    private readonly TokenRatios _ratios = new();
    private readonly List<MeasuredCall> _past = [];
    private SimulatorServer _server = null!;
    private HttpClient _http = null!;

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
    public async Task After_ten_turns_the_median_error_of_the_wait_is_under_a_fifth()
    {
        List<ChatMessage> here = [], there = [];
        List<double> waits = [], tokens = [];
        for (var turn = 0; turn < 30; turn++)
        {
            // Every fifth turn comes after the model has left memory, every fourth belongs to the other conversation.
            _time.Advance(turn % 5 == 4 ? TimeSpan.FromMinutes(6) : TimeSpan.FromSeconds(30));
            var (wait, count) = await SayAsync(turn % 4 == 3 ? there : here, turn % 4 == 3 ? "there" : "here", Prompt(turn));
            if (turn >= 10)
            {
                (waits, tokens) = ([.. waits, wait ?? throw new InvalidOperationException($"Nothing was forecast for turn {turn}.")], [.. tokens, count]);
            }
        }

        output.WriteLine($"wait: median {waits.Order().ElementAt(10):P1}, worst {waits.Max():P1}; tokens: median {tokens.Order().ElementAt(10):P1}, worst {tokens.Max():P1}");
        Assert.True(waits.Order().ElementAt(10) < 0.2, string.Join(' ', waits));
        Assert.True(tokens.Order().ElementAt(10) < 0.1, string.Join(' ', tokens));
    }

    // How far off: the wait and the tokens, each as a share of what it was.
    private async Task<(double? Wait, double Tokens)> SayAsync(List<ChatMessage> conversation, string session, string prompt)
    {
        conversation.Add(new ChatMessage(ChatRole.User, prompt));
        var weight = PromptWeight.Of(conversation);
        var running = (await _http.GetFromJsonAsync<JsonElement>("api/ps")).GetProperty("models");
        var question = new ForecastQuestion(session, null, null, running.GetArrayLength() > 0, Math.Max(1, _ratios.Estimate(Model, weight)), _time.GetUtcNow());
        var forecast = new ForecastModel(_past).Of(question);

        var request = new JsonObject
        {
            ["model"] = Model, ["stream"] = false, ["options"] = new JsonObject { ["num_ctx"] = 32_768 },
            ["messages"] = new JsonArray([.. conversation.Select(static message => new JsonObject { ["role"] = message.Role.Value, ["content"] = message.Text })]),
        };
        using var response = await _time.RunUntilAsync(_http.PostAsJsonAsync("api/chat", request));
        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        conversation.Add(new ChatMessage(ChatRole.Assistant, answer.GetProperty("message").GetProperty("content").GetString()));

        // No real machine takes the same time twice: up to a quarter more or less.
        var (load, reading) = (Duration(answer, "load_duration") * Jitter(), Duration(answer, "prompt_eval_duration") * Jitter());
        var first = load + reading + TimeSpan.FromSeconds(1 / TokensPerSecond);
        var counted = answer.GetProperty("prompt_eval_count").GetInt64();
        _past.Add(new MeasuredCall
        {
            TraceId = $"{_past.Count:x32}", SpanId = $"{_past.Count:x16}", StartTime = question.SentAt, Model = Model, Setup = new ModelSetup(null, null, 32_768, ""), Source = "chat", Session = session,
            Duration = Duration(answer, "total_duration"), TokensIn = counted, TokensOut = answer.GetProperty("eval_count").GetInt64(), FirstToken = first,
            Load = load, Reading = reading, Writing = Duration(answer, "eval_duration"), Queue = TimeSpan.Zero,
        });
        _ratios.Learn(Model, weight, counted);
        return (forecast is null ? null : Math.Abs((forecast.Total - first) / first), Math.Abs(question.Tokens - counted) / (double)counted);
    }

    private double Jitter() => 0.75 + (_random.NextDouble() / 2);

    private static TimeSpan Duration(JsonElement answer, string name) => answer.TryGetProperty(name, out var value) ? TimeSpan.FromTicks(value.GetInt64() / 100) : TimeSpan.Zero;

    // Questions, and every third turn a document.
    private static string Prompt(int turn) => turn % 3 == 0
        ? $"Summarize document {turn}: " + string.Concat(Enumerable.Range(0, 150 + (turn * 53 % 400)).Select(word => $"the {word}th word of it, and another; "))
        : $"And what of point {turn}? Tell me more about it, please.";
}
