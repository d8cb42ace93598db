using System.Diagnostics;
using OllamaStudio.Core.Tools;
using static OllamaStudio.Tests.Tools.AgentFixture;

namespace OllamaStudio.Tests.Tools;

/// <summary>Whose time the wait for the person's word is, and what a denied call looks like.</summary>
[Collection("telemetry")]
public sealed class ToolApprovalSpanTests : IDisposable
{
    private readonly AgentFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Theory]
    [InlineData(ToolAnswer.AllowOnce, "once", 131)]
    [InlineData(ToolAnswer.AllowAlways, "always", 131)]
    [InlineData(ToolAnswer.Deny, "denied", 0)]
    public async Task The_wait_for_the_persons_word_is_not_the_tools_time(ToolAnswer answer, string word, int toolMs)
    {
        _agent.Offer("write", () => _agent.Clock.Advance(TimeSpan.FromMilliseconds(131)), readOnly: false);
        _agent.Person = (_, _) =>
        {
            _agent.Clock.Advance(TimeSpan.FromSeconds(4.3));
            return Task.FromResult(answer);
        };

        var result = await _agent.RunAsync(Call("write", "c1"), Say("ok"));

        Assert.Equal((4300, toolMs), (result.Stats.ApprovalDuration?.TotalMilliseconds, result.Stats.ToolDuration?.TotalMilliseconds));
        var iteration = _agent.Spans.Ended.Where(span => span.OperationName == "generate_response").MinBy(span => span.StartTimeUtc)!;
        var approval = Assert.Single(iteration.Events);
        Assert.Equal("tool.approval", approval.Name);
        var tags = approval.Tags.ToDictionary();
        Assert.Equal((4300.0, word, "write", "c1"), (tags["tool.approval.wait_ms"], tags["tool.approval.answer"], tags["gen_ai.tool.name"], tags["gen_ai.tool.call.id"]));
        Assert.Equal(4300.0, _agent.Spans["chat_interaction"].GetTagItem("tool.approval.wait_ms"));
        Assert.True(_agent.Spans["execute_tool write"].StartTimeUtc >= approval.Timestamp.UtcDateTime);
    }

    [Fact]
    public async Task Questions_that_are_open_side_by_side_are_one_wait()
    {
        var asked = 0;
        var both = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<ToolAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _agent.Offer("write", () => 1, readOnly: false);
        _agent.Person = (_, _) =>
        {
            if (Interlocked.Increment(ref asked) == 2)
            {
                both.SetResult();
            }

            return answer.Task;
        };

        var running = _agent.RunAsync([.. Call("write", "c1"), .. Call("write", "c2")], Say("ok"));
        await both.Task.WaitAsync(Guard);
        _agent.Clock.Advance(TimeSpan.FromSeconds(4));
        answer.SetResult(ToolAnswer.AllowOnce);
        var result = await running;

        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.Zero), (result.Stats.ApprovalDuration, result.Stats.ToolDuration));
    }

    [Fact]
    public async Task A_denied_call_is_a_span_of_no_length_that_neither_succeeded_nor_failed()
    {
        _agent.Offer("write", () => 1, readOnly: false);

        await _agent.RunAsync(Call("write", "c1"), Say("ok"));

        var span = _agent.Spans["execute_tool write"];
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(true, span.GetTagItem("tool.denied"));
        Assert.Null(span.GetTagItem("tool.success"));
        Assert.Empty(span.Events);
        // The least that an activity knows.
        Assert.Equal(1, span.Duration.Ticks);
        Assert.Contains("denied", (string)span.GetTagItem("output.value")!, StringComparison.Ordinal);
        Assert.Null(_agent.Outcomes[0].Duration);
    }

    [Fact]
    public async Task Without_a_question_there_is_no_wait()
    {
        _agent.Offer("read", () => 1);

        var result = await _agent.RunAsync(Call("read", "c1"), Say("ok"));

        Assert.Null(result.Stats.ApprovalDuration);
        Assert.All(_agent.Spans.Ended, span => Assert.Empty(span.Events));
        Assert.Null(_agent.Spans["execute_tool read"].GetTagItem("tool.denied"));
    }
}
