using System.Diagnostics;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;
using OllamaStudio.Tests.Tools;
using static OllamaStudio.Tests.Telemetry.ScriptedChatClient;

namespace OllamaStudio.Tests.Telemetry;

/// <summary>What a call and its turn cost, as their spans say. The scripted server loads for 300 ms, reads for 100 and writes for 500.</summary>
[Collection("telemetry")]
public sealed class CallCostTests
{
    private const string CallSpan = "ollama.chat_streaming";
    private const string TurnSpan = "chat_interaction";

    private static readonly ModelPrice s_tokens = new() { Model = "llama3.1:8b", InputPrice = 1, CachedPrice = 0.1, OutputPrice = 10 };
    private static readonly ModelPrice s_electricity = new() { Model = "llama3.1:8b", Watts = 360, ElectricityPrice = 0.5 };

    [Fact]
    public async Task By_tokens_and_cached_ones_at_their_own_price()
    {
        var turn = await RunAsync(s_tokens, Done(input: 1_000_000, output: 100_000, cached: 600_000));

        AssertCost(turn, CallSpan, prompt: 0.46, completion: 1);
        AssertCost(turn, TurnSpan, prompt: 0.46, completion: 1);
        Assert.Null(turn[CallSpan].GetTagItem("llm.energy_wh"));
    }

    [Fact]
    public async Task It_is_told_as_a_person_would_work_it_out_without_the_last_digits_of_a_double()
    {
        var turn = await RunAsync(new ModelPrice { Model = "llama3.1:8b", InputPrice = 3, OutputPrice = 15 }, Done(input: 1_200, output: 667));

        Assert.NotEqual(0.013605, (1_200 * 3 / 1e6) + (667 * 15 / 1e6)); // what a double makes of it
        Assert.All([CallSpan, TurnSpan], span => Assert.Equal([0.013605, 0.0036, 0.010005], new[] { "llm.cost.total", "llm.cost.prompt", "llm.cost.completion" }.Select(name => (double)turn[span].GetTagItem(name)!)));
    }

    [Fact]
    public async Task Cached_tokens_cost_as_much_as_others_where_no_price_or_no_count_says_otherwise()
    {
        var unpriced = await RunAsync(s_tokens with { CachedPrice = null }, Done(input: 1_000_000, output: 0, cached: 600_000));
        var untold = await RunAsync(s_tokens, Done(input: 1_000_000, output: 0));

        AssertCost(unpriced, CallSpan, prompt: 1, completion: 0);
        AssertCost(untold, CallSpan, prompt: 1, completion: 0);
    }

    [Fact]
    public async Task By_electricity_for_the_time_that_the_server_worked_and_not_for_its_queue()
    {
        var turn = await RunAsync(s_electricity, Done());

        AssertCost(turn, CallSpan, prompt: 0.00002, completion: 0.000025);
        Assert.Equal(0.09, Assert.IsType<double>(turn[CallSpan].GetTagItem("llm.energy_wh")), 1e-9);
        Assert.Equal(0.09, Assert.IsType<double>(turn[TurnSpan].GetTagItem("llm.energy_wh")), 1e-9);
    }

    [Fact]
    public async Task Watts_alone_tell_energy_and_no_cost_and_go_beside_a_price_of_tokens()
    {
        var alone = await RunAsync(s_electricity with { ElectricityPrice = null }, Done());
        var beside = await RunAsync(s_tokens with { Watts = 360 }, Done());

        AssertNoCost(alone, CallSpan);
        Assert.Equal(0.09, Assert.IsType<double>(alone[CallSpan].GetTagItem("llm.energy_wh")), 1e-9);
        AssertCost(beside, CallSpan, prompt: 0.000026, completion: 0.001);
        Assert.Equal(0.09, Assert.IsType<double>(beside[CallSpan].GetTagItem("llm.energy_wh")), 1e-9);
    }

    [Fact]
    public async Task Without_a_price_or_without_figures_there_is_no_cost_rather_than_one_of_nothing()
    {
        var unpriced = await RunAsync(s_tokens with { Model = "other" }, Done());
        var untold = await RunAsync(s_tokens, Done(input: null, output: null));
        var untimed = await RunAsync(s_electricity, Done(durations: false));
        var stopped = await RunAsync(s_tokens, Throw(new IOException("gone")));

        foreach (var turn in new[] { unpriced, untold, untimed, stopped })
        {
            AssertNoCost(turn, CallSpan);
            AssertNoCost(turn, TurnSpan);
            Assert.Null(turn[CallSpan].GetTagItem("llm.energy_wh"));
        }
    }

    [Fact]
    public async Task A_turn_of_several_calls_costs_what_they_cost_together()
    {
        using var agent = new AgentFixture { Prices = new FixedPrice(s_tokens) };
        agent.Offer("add", () => 8);

        await agent.RunAsync(new ScriptedChatClient([[Call("add", "1"), Done(input: 1_000_000, output: 100_000)], [Say("8"), Done(input: 2_000_000, output: 0)]]));

        var calls = agent.Spans.Ended.Where(span => span.OperationName == CallSpan).Select(span => Assert.IsType<double>(span.GetTagItem("llm.cost.total"))).ToList();
        Assert.Equal([2.0, 2.0], calls);
        Assert.Equal(4.0, agent.Spans[TurnSpan].GetTagItem("llm.cost.total"));
        Assert.Equal((3.0, 1.0), (agent.Spans[TurnSpan].GetTagItem("llm.cost.prompt"), agent.Spans[TurnSpan].GetTagItem("llm.cost.completion")));
    }

    [Theory]
    [InlineData("qwen3:8b", 1.0)]
    [InlineData("QWEN3:4B", 2.0)]
    [InlineData("gemma", 3.0)]
    [InlineData("gemma:latest", 3.0)]
    [InlineData("gemma:2b", 9.0)]
    public void The_first_price_that_fits_a_model_holds_and_a_change_holds_at_once(string model, double price)
    {
        var settings = new FakeSettings();
        var prices = new PriceList(settings);
        Assert.Null(prices.Find(model));

        settings.Update(current => current with { Prices = new() { Models = [Of("qwen3:8b", 1), Of("qwen3:*", 2), Of("gemma", 3), Of("*", 9)] } });

        Assert.Equal(price, prices.Find(model)?.InputPrice);

        static ModelPrice Of(string model, double price) => new() { Model = model, InputPrice = price, OutputPrice = price };
    }

    // One at a time: a collector has the spans of everybody.
    private static async Task<Dictionary<string, Activity>> RunAsync(ModelPrice price, Step last)
    {
        using var turn = new TurnFixture { Prices = new PriceList(new FakeSettings(new StudioSettings { Prices = new() { Models = [price] } })) };
        await turn.RunAsync(Say("a"), last);
        return turn.Spans.Ended.ToDictionary(static span => span.OperationName, StringComparer.Ordinal);
    }

    private static void AssertCost(Dictionary<string, Activity> turn, string span, double prompt, double completion)
    {
        Assert.Equal(prompt, Assert.IsType<double>(turn[span].GetTagItem("llm.cost.prompt")), 1e-9);
        Assert.Equal(completion, Assert.IsType<double>(turn[span].GetTagItem("llm.cost.completion")), 1e-9);
        Assert.Equal(prompt + completion, Assert.IsType<double>(turn[span].GetTagItem("llm.cost.total")), 1e-9);
    }

    private static void AssertNoCost(Dictionary<string, Activity> turn, string span) =>
        Assert.DoesNotContain(turn[span].TagObjects, tag => tag.Key.StartsWith("llm.cost.", StringComparison.Ordinal));
}
