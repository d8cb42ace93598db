using Microsoft.Extensions.AI;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Chat;

public sealed class ToolApprovalTests : IDisposable
{
    private static readonly StudioTool Write = new() { Function = AIFunctionFactory.Create(() => 1, "write"), Source = "files" };

    private readonly Conversation _conversation = new("c1", TimeProvider.System);

    public ToolApprovalTests()
    {
        var prompt = new MessageRecord { Id = "1", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch };
        _conversation.TryBegin(prompt, prompt with { Id = "2", Role = MessageRole.Assistant, Text = "", State = MessageState.Streaming });
        foreach (var id in new[] { "a", "b" })
        {
            _conversation.AddCall(new ToolCallRecord { Id = id, Name = "write" });
        }
    }

    public void Dispose() => _conversation.Dispose();

    [Fact]
    public async Task A_call_waits_for_the_persons_word_and_then_goes_on()
    {
        var asked = _conversation.Approvals.AskAsync("a", Write, CancellationToken.None);
        Assert.Equal((ToolCallState.AwaitingApproval, "files"), (Call("a").State, Call("a").Source));

        Assert.True(_conversation.Answer("a", ToolAnswer.AllowOnce));

        Assert.Equal(ToolAnswer.AllowOnce, await asked);
        Assert.Equal(ToolCallState.Running, Call("a").State);
        Assert.False(_conversation.Answer("a", ToolAnswer.Deny));
    }

    [Fact]
    public async Task Once_is_once()
    {
        var first = _conversation.Approvals.AskAsync("a", Write, CancellationToken.None);
        _conversation.Answer("a", ToolAnswer.AllowOnce);
        await first;

        var second = _conversation.Approvals.AskAsync("b", Write, CancellationToken.None);

        Assert.False(second.IsCompleted);
        _conversation.Answer("b", ToolAnswer.Deny);
        Assert.Equal(ToolAnswer.Deny, await second);
    }

    [Fact]
    public async Task Always_answers_all_that_wait_for_the_same_tool_and_those_to_come()
    {
        var first = _conversation.Approvals.AskAsync("a", Write, CancellationToken.None);
        var second = _conversation.Approvals.AskAsync("b", Write, CancellationToken.None);

        _conversation.Answer("a", ToolAnswer.AllowAlways);

        Assert.Equal([ToolAnswer.AllowAlways, ToolAnswer.AllowAlways], await Task.WhenAll(first, second));
        Assert.Equal(ToolAnswer.AllowAlways, await _conversation.Approvals.AskAsync("c", Write, CancellationToken.None));
    }

    [Fact]
    public async Task Always_is_for_that_tool_in_that_chat_only()
    {
        var first = _conversation.Approvals.AskAsync("a", Write, CancellationToken.None);
        _conversation.Answer("a", ToolAnswer.AllowAlways);
        await first;

        var namesake = _conversation.Approvals.AskAsync("b", Write with { Source = "other" }, CancellationToken.None);

        Assert.False(namesake.IsCompleted);
        _conversation.Answer("b", ToolAnswer.Deny);
        await namesake;
    }

    [Fact]
    public async Task Always_does_not_hold_for_another_program_under_the_same_name()
    {
        var first = _conversation.Approvals.AskAsync("a", Write with { ApprovalId = "program one, write" }, CancellationToken.None);
        _conversation.Answer("a", ToolAnswer.AllowAlways);
        await first;

        var impostor = _conversation.Approvals.AskAsync("b", Write with { ApprovalId = "program two, write" }, CancellationToken.None);
        Assert.False(impostor.IsCompleted);
        _conversation.Answer("b", ToolAnswer.Deny);
        await impostor;

        var renamed = Write with { Source = "renamed", ApprovalId = "program one, write" };
        Assert.Equal(ToolAnswer.AllowAlways, await _conversation.Approvals.AskAsync("c", renamed, CancellationToken.None));
    }

    [Fact]
    public async Task Waiting_ends_when_the_turn_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var asked = _conversation.Approvals.AskAsync("a", Write, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.False(_conversation.Answer("a", ToolAnswer.AllowOnce));
    }

    private ToolCallRecord Call(string id) => _conversation.Messages[^1].ToolCalls.Single(call => call.Id == id);
}
