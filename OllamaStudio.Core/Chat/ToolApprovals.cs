using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>The calls of a conversation that wait for the person's word, and the tools that need none any more. Safe to use from any thread.</summary>
internal sealed class ToolApprovals(Conversation conversation) : IToolApproval
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Question> _open = new(StringComparer.Ordinal);
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

    /// <inheritdoc />
    public async Task<ToolAnswer> AskAsync(string callId, StudioTool tool, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var question = new Question(tool.ApprovalId);
        lock (_gate)
        {
            if (_always.Contains(tool.ApprovalId))
            {
                return ToolAnswer.AllowAlways;
            }

            _open[callId] = question;
        }

        conversation.UpdateCall(callId, call => call with { State = ToolCallState.AwaitingApproval, Source = tool.Source });
        try
        {
            return await question.Answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(callId);
            }

            conversation.UpdateCall(callId, call => call.State is ToolCallState.AwaitingApproval ? call with { State = ToolCallState.Running } : call);
        }
    }

    /// <summary>The person answers. "Always" answers every open question about the same tool.</summary>
    /// <returns>False where that call asks nothing (any more).</returns>
    public bool Answer(string callId, ToolAnswer answer)
    {
        List<Question> answered;
        lock (_gate)
        {
            if (!_open.TryGetValue(callId, out var asked))
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

    private sealed record Question(string ApprovalId)
    {
        public TaskCompletionSource<ToolAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
