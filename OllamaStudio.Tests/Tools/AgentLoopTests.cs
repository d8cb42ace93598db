using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using static OllamaStudio.Tests.Tools.AgentFixture;

namespace OllamaStudio.Tests.Tools;

[Collection("telemetry")]
public sealed class AgentLoopTests : IDisposable
{
    private readonly AgentFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_is_run_and_its_result_told_to_the_model_which_then_answers(bool stream)
    {
        _agent.Offer("add", (int a, int b) => a + b);

        var result = await _agent.RunAsync([[new TextContent("Let me add. "), .. Call("add", "c1", ("a", 5), ("b", 3))], Say("It is 8.")], change: null, stream);

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal("Let me add. It is 8.", _agent.Text);
        Assert.Equal("8", _agent.Told("c1"));
        Assert.Equal([ChatRole.User, ChatRole.Assistant, ChatRole.Tool], _agent.Model.Asked[1].Select(message => message.Role));
        Assert.Equal("c1", Assert.Single(_agent.Model.Asked[1][1].Contents.OfType<FunctionCallContent>()).CallId);
        Assert.Equal("add", Assert.Single(_agent.Model.Options!.Tools!).Name);
        Assert.Equal(
            [typeof(TextContent), typeof(FunctionCallContent), typeof(FunctionResultContent), typeof(TextContent)], _agent.Received.Select(content => content.GetType()));
    }

    [Fact]
    public async Task Calls_of_one_answer_run_side_by_side_and_are_told_in_their_order()
    {
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Offer("first", async () =>
        {
            await second.Task; // in turn, this would wait for ever
            return "one";
        });
        _agent.Offer("second", () =>
        {
            second.SetResult();
            return "two";
        });

        await _agent.RunAsync([.. Call("first", "c1"), .. Call("second", "c2")], Say("done"));

        Assert.Equal(["c1", "c2"], _agent.Model.Asked[1][^1].Contents.OfType<FunctionResultContent>().Select(result => result.CallId));
        Assert.Equal(("one", "two"), (_agent.Told("c1"), _agent.Told("c2")));
    }

    [Fact]
    public async Task A_tool_that_does_not_exist_is_answered_with_those_that_do()
    {
        _agent.Offer("add", () => 1);

        await _agent.RunAsync(Call("sum", "c1"), Say("ok"));

        Assert.Contains("no tool named 'sum'. The tools are: add", _agent.Told("c1"), StringComparison.Ordinal);
        Assert.Equal(ToolCallState.Failed, _agent.Outcomes[0].State);
    }

    [Fact]
    public async Task Arguments_that_lack_something_or_are_none_are_told_to_the_model()
    {
        _agent.Offer("add", (int a, int b) => a + b);

        await _agent.RunAsync(
            [.. Call("add", "c1", ("a", 5)), .. Call("add", "c2", ("a", "five"), ("b", 3)), new FunctionCallContent("c3", "add") { Exception = new FormatException("no JSON object") }],
            Say("ok"));

        Assert.Contains("lacks b", _agent.Told("c1"), StringComparison.Ordinal);
        Assert.StartsWith("Error: ", _agent.Told("c2"), StringComparison.Ordinal);
        Assert.Equal("Error: no JSON object", _agent.Told("c3"));
        Assert.Equal("ok", _agent.Text);
    }

    [Fact]
    public async Task The_stats_tell_the_time_of_tools_from_the_models()
    {
        _agent.Offer("slow", () => _agent.Clock.Advance(TimeSpan.FromSeconds(5)));

        var result = await _agent.RunAsync(Call("slow", "c1"), Say("done"));

        Assert.Equal(TimeSpan.FromSeconds(5), result.Stats.ToolDuration);
        Assert.Equal(TimeSpan.FromSeconds(5), _agent.Outcomes[0].Duration);
        Assert.Null(result.Stats.ThinkingDuration);
    }

    [Fact]
    public async Task A_tool_that_throws_does_not_end_the_turn()
    {
        _agent.Offer("fail", string () => throw new InvalidOperationException("the disk is full"));

        var result = await _agent.RunAsync(Call("fail", "c1"), Say("I could not."));

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Equal("Error: the disk is full", _agent.Told("c1"));
        Assert.Equal(ActivityStatusCode.Error, _agent.Spans["execute_tool fail"].Status);
        Assert.Equal(ActivityStatusCode.Ok, _agent.Spans["chat_interaction"].Status);
    }

    [Fact]
    public async Task A_tool_that_hangs_is_given_up_after_its_time_even_if_it_does_not_listen()
    {
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<string>();
        _agent.Offer("hang", () =>
        {
            hangs.SetResult();
            return never.Task;
        });
        var running = _agent.RunAsync(Call("hang", "c1"), Say("ok"));
        await hangs.Task.WaitAsync(Guard);

        _agent.Clock.Advance(TimeSpan.FromSeconds(60));
        await running;

        Assert.Contains("did not answer within 60 s", _agent.Told("c1"), StringComparison.Ordinal);
        Assert.Equal("timeout", _agent.Spans["execute_tool hang"].GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_tool_with_a_time_of_its_own_gets_it_and_no_more()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Offer("patient", () =>
        {
            entered.SetResult();
            return answer.Task;
        });
        var running = _agent.RunAsync(
            [Call("patient", "c1"), Say("ok")], tools => tools with { Tools = [tools.Tools[0] with { CallTimeout = TimeSpan.FromMinutes(10) }] });
        await entered.Task.WaitAsync(Guard);

        _agent.Clock.Advance(TimeSpan.FromMinutes(9));
        answer.SetResult("after nine minutes");
        await running;

        Assert.Equal("after nine minutes", _agent.Told("c1"));
    }

    [Fact]
    public async Task Stopping_while_a_tool_runs_cancels_it_and_ends_the_turn_as_stopped()
    {
        using var stop = new CancellationTokenSource();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Offer("hang", async (CancellationToken token) =>
        {
            token.Register(cancelled.SetResult);
            hangs.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var running = _agent.RunAsync([Call("hang", "c1"), Say("never")], change: null, cancellationToken: stop.Token);
        await hangs.Task.WaitAsync(Guard);

        await stop.CancelAsync();
        var result = await running;
        await cancelled.Task.WaitAsync(Guard);

        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.Single(_agent.Model.Asked);
        foreach (var name in new[] { "execute_tool hang", "generate_response", "chat_interaction" })
        {
            Assert.Equal(ActivityStatusCode.Ok, _agent.Spans[name].Status);
            Assert.Equal("cancelled", _agent.Spans[name].GetTagItem("llm.finish_reason"));
        }
    }

    [Fact]
    public async Task A_call_by_a_model_that_was_offered_no_tools_is_said_not_to_run()
    {
        var result = await _agent.RunAsync([Call("add", "c1"), Say("never")], _ => null);

        Assert.Equal(TurnOutcome.Completed, result.Outcome);
        Assert.Single(_agent.Model.Asked);
        Assert.Equal(ToolCallState.Failed, Assert.Single(_agent.Outcomes).State);
        Assert.Contains("called add, but no tools are offered", _agent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_does_more_than_read_runs_only_if_the_person_allows_it()
    {
        var written = 0;
        _agent.Offer("write", () => ++written, readOnly: false);

        await _agent.RunAsync(Call("write", "c1"), Say("ok"));
        Assert.Equal(0, written);
        Assert.Contains("denied", _agent.Told("c1"), StringComparison.Ordinal);
        Assert.Equal(ToolCallState.Denied, _agent.Outcomes[^1].State);
        Assert.Null(_agent.Spans["execute_tool write"].GetTagItem("tool.success"));

        _agent.Person = (_, _) => Task.FromResult(ToolAnswer.AllowOnce);
        await _agent.RunAsync(Call("write", "c2"), Say("ok"));
        Assert.Equal(1, written);
    }

    [Fact]
    public async Task Waiting_for_the_person_has_no_limit_but_ends_with_the_turn()
    {
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Offer("write", () => 1, readOnly: false);
        _agent.Person = async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return ToolAnswer.Deny;
        };
        var running = _agent.RunAsync([Call("write", "c1"), Say("never")], change: null, cancellationToken: stop.Token);
        await asked.Task.WaitAsync(Guard);

        _agent.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();

        var result = await running;
        Assert.Equal(TurnOutcome.Stopped, result.Outcome);
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.Zero), (result.Stats.ApprovalDuration, result.Stats.ToolDuration));
        var waited = Assert.Single(_agent.Spans["generate_response"].Events).Tags.ToDictionary();
        Assert.Equal(3_600_000.0, waited["tool.approval.wait_ms"]);
        Assert.DoesNotContain("tool.approval.answer", waited.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Images_go_to_models_that_see_and_to_the_person_always(bool sees)
    {
        _agent.Offer("draw", () => new DataContent(new byte[] { 1, 2, 3 }, "image/png"));

        await _agent.RunAsync([Call("draw", "c1"), Say("nice")], tools => tools with { SendsImages = sees });

        Assert.Equal("image/png", Assert.Single(_agent.Outcomes[0].Images).MediaType);
        var told = _agent.Model.Asked[1][^1].Contents.OfType<FunctionResultContent>().Single().Result;
        Assert.Equal(sees, told is IEnumerable<AIContent> contents && contents.OfType<DataContent>().Any());
    }
}
