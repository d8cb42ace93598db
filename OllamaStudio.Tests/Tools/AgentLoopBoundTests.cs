using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using static OllamaStudio.Tests.Tools.AgentFixture;

namespace OllamaStudio.Tests.Tools;

[Collection("telemetry")]
public sealed class AgentLoopBoundTests : IDisposable
{
    private readonly AgentFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Fact]
    public async Task The_loop_has_a_bound_that_the_reply_speaks_of()
    {
        var runs = 0;
        _agent.Offer("next", (int n) => ++runs);
        var answers = Enumerable.Range(0, 20).Select(n => Call("next", $"c{n}", ("n", n))).ToArray();

        var result = await _agent.RunAsync(answers);

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal(10, _agent.Model.Asked.Count);
        Assert.Equal(9, runs);
        Assert.Contains("after 10 rounds", _agent.Text, StringComparison.Ordinal);
        Assert.Equal(ToolCallState.Cancelled, _agent.Outcomes[^1].State);
        Assert.Equal(10, _agent.Spans["chat_interaction"].GetTagItem("agent.iterations"));
    }

    [Fact]
    public async Task The_same_call_over_and_over_is_refused_then_ends_the_turn()
    {
        var runs = 0;
        _agent.Offer("again", (int a, int b) => ++runs);
        var answers = Enumerable.Range(0, 20)
            .Select(n => n % 2 == 0 ? Call("again", $"c{n}", ("a", 1), ("b", 2)) : Call("again", $"c{n}", ("b", 2), ("a", 1))).ToArray();

        await _agent.RunAsync(answers);

        Assert.Equal(3, runs);
        Assert.Contains("3 times in a row", _agent.Told("c3"), StringComparison.Ordinal);
        Assert.Equal(5, _agent.Model.Asked.Count);
        Assert.Contains("keeps calling again with the same arguments", _agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_with_others_between_is_no_loop()
    {
        var looks = 0;
        _agent.Offer("look", () => ++looks);
        _agent.Offer("step", (int n) => n);
        var answers = Enumerable.Range(0, 8).Select(n => n % 2 == 0 ? Call("look", $"c{n}") : Call("step", $"c{n}", ("n", n))).Append(Say("there")).ToArray();

        await _agent.RunAsync(answers);

        Assert.Equal(4, looks);
        Assert.Equal("there", _agent.Text);
    }

    [Fact]
    public async Task The_same_call_several_times_in_one_answer_is_no_loop()
    {
        var rolls = 0;
        _agent.Offer("roll_dice", () => Interlocked.Increment(ref rolls));

        await _agent.RunAsync([.. Enumerable.Range(0, 5).SelectMany(n => Call("roll_dice", $"c{n}"))], Say("done"));

        Assert.Equal(5, rolls);
        Assert.Equal("done", _agent.Text);
    }

    [Fact]
    public async Task The_turn_that_ends_in_a_loop_names_the_call_that_looped()
    {
        _agent.Offer("look", (int n) => n);
        _agent.Offer("again", () => 1);
        var answers = Enumerable.Range(0, 20).Select(n => Call("look", $"l{n}", ("n", n)).Concat(Call("again", $"a{n}")).ToArray()).ToArray();

        await _agent.RunAsync(answers);

        Assert.Contains("keeps calling again with", _agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_calls_in_one_answer_than_are_run_are_said_to_be_too_many()
    {
        var runs = 0;
        _agent.Offer("count", (int n) => Interlocked.Increment(ref runs));

        await _agent.RunAsync([.. Enumerable.Range(0, 40).SelectMany(n => Call("count", $"c{n}", ("n", n)))], Say("ok"));

        Assert.Equal(32, runs);
        Assert.Contains("More than 32", _agent.Told("c39"), StringComparison.Ordinal);
    }
}
