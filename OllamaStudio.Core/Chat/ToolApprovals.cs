using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>The calls of a conversation that wait for the person's word, and the tools that need none any more. Safe to use from any thread.</summary>
internal sealed class ToolApprovals(Conversation conversation) : IToolApproval
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? ReplyId, string CallId), Question> _open = [];
    private readonly HashSet<string> _always = new(StringComparer.Ordinal);

    /// <summary>Whether something is asked, or was allowed for as long as the studio runs.</summary>
    public bool HasAny
    {
        get
        {
            lock (_gate)
            {
                return _open.Count + _always.Count > 0;
            }
        }
    }

    /// <summary>Asks about the calls of that reply: of several replies at once two may give their calls one id.</summary>
    public IToolApproval Of(string replyId) => new OfReply(this, replyId);

    /// <inheritdoc />
    public Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken) => AskAsync(null, callId, tool, cancellationToken);

    private async Task<ToolAnswer> AskAsync(string? replyId, string callId, StudioTool tool, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var question = new Question(tool.ApprovalId);
        lock (_gate)
        {
            if (_always.Contains(tool.ApprovalId))
            {
                return ToolAnswer.AllowAlways;
            }

            _open[(replyId, callId)] = question;
        }

        conversation.UpdateCall(callId, call => call with { State = ToolCallState.AwaitingApproval, Source = tool.Source }, replyId);
        try
        {
            return await question.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove((replyId, callId));
            }

            conversation.UpdateCall(callId, call => call.State is ToolCallState.AwaitingApproval ? call with { State = ToolCallState.Running } : call, replyId);
        }
    }

    /// <summary>The person answers. "Always" answers every open question about the same tool.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="replyId">The reply that the call stands in; null where one call alone has that id.</param>
    /// <returns>False where that call asks nothing (any more), or it is not clear which one is meant.</returns>
    public bool Answer(string callId, ToolAnswer answer, string? replyId = null)
    {
        List<Question> answered;
        lock (_gate)
        {
            if (_open.Where(question => question.Key.CallId == callId && (replyId is null || question.Key.ReplyId is null || question.Key.ReplyId == replyId)).ToList() is not [var (_, asked)])
            {
                return false;
            }

            answered = [asked];
            if (answer is ToolAnswer.AllowAlways)
            {
                _always.Add(asked.ApprovalId);
                answered = [.. _open.Values.Where(question => question.ApprovalId == asked.ApprovalId)];
            }
        }

        foreach (var question in answered)
        {
            question.Answer.TrySetResult(answer);
        }

        return true;
    }

    private sealed class OfReply(ToolApprovals all, string replyId) : IToolApproval
    {
        public Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken) => all.AskAsync(replyId, callId, tool, cancellationToken);
    }

    private sealed record Question(string ApprovalId)
    {
        public TaskCompletionSource<ToolAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
