namespace OllamaStudio.Core.Chat;

/// <content>The reply that is being written; where several models are asked at once, each of them.</content>
public sealed partial class Conversation
{
    /// <summary>Appends to the reply's text and thinking.</summary>
    /// <param name="answer">What comes of the text; null for nothing.</param>
    /// <param name="thought">What comes of the thinking; null for nothing.</param>
    /// <param name="replyId">The reply; null for the one that began last.</param>
    /// <returns>Where the piece of text begins, in UTF-16 units; 0 where there is no such reply any more.</returns>
    /// <exception cref="ReplyTooLongException">It would be longer than <see cref="MaxReplyLength"/>; nothing was appended.</exception>
    internal int Append(string? answer, string? thought, string? replyId = null)
    {
        int start;
        lock (_gate)
        {
            if (LiveOf(replyId) is not { } reply)
            {
                return 0; // it was deleted
            }

            start = reply.Draft.Append(answer, thought);
            PaceSignal();
            CountBytes();
            MarkText(reply);
        }

        _signal.Raise();
        return start;
    }

    /// <summary>Changes the reply that is being generated.</summary>
    /// <param name="change">Changes it.</param>
    /// <param name="isStored">Whether the change is worth storing: what is going on while it is streaming is not.</param>
    /// <param name="replyId">The reply; null for the one that began last.</param>
    internal void UpdateReply(Func<MessageRecord, MessageRecord> change, bool isStored = true, string? replyId = null) => Change(() =>
    {
        var tree = CaughtUp();
        if (LiveOf(replyId) is { } live && tree.Find(live.Id) is { } reply)
        {
            var changed = change(reply);
            tree.Update(changed);
            if (isStored)
            {
                Mark(changed.Id);
            }

            if (!changed.IsStreaming)
            {
                // The record has it all; a second copy would stay as long as the conversation.
                live.Draft = new ReplyDraft(_time);
                PaceSignal();
            }
        }
    });

    /// <summary>It was decided when the reply's trace ended that it is not exported.</summary>
    internal void LeaveOut(string replyId)
    {
        lock (_gate)
        {
            if (_isDeleted || _tree.Find(replyId) is not { Sampled: true } reply)
            {
                return;
            }

            _tree.Update(reply with { Sampled = false });
            Mark(replyId);
        }

        _signal.Raise();
    }

    /// <summary>Adds a tool call at the reply's end.</summary>
    internal void AddCall(ToolCallRecord call, string? replyId = null)
    {
        lock (_gate)
        {
            LiveOf(replyId)?.Draft.EndAnswer();
        }

        UpdateReply(
            reply => reply with { ToolCalls = reply.ToolCalls.Add(call with { TextOffset = reply.Text.Length, ThinkingOffset = reply.Thinking.Length }) },
            replyId: replyId);
    }

    /// <summary>Changes a tool call of the reply that is being generated; one that is not there is left alone.</summary>
    internal void UpdateCall(string callId, Func<ToolCallRecord, ToolCallRecord> change, string? replyId = null) => UpdateReply(
        reply => reply.ToolCalls.FirstOrDefault(call => call.Id == callId) is { } found ? reply with { ToolCalls = reply.ToolCalls.Replace(found, change(found)) } : reply,
        replyId: replyId);

    /// <summary>Lets go of the oldest images of tools beyond so many bytes, whatever branch they are in.</summary>
    internal void BoundImages(long maxBytes) => Change(isNews: false, change: () =>
    {
        foreach (var id in _tree.BoundImages(maxBytes))
        {
            Mark(id);
        }
    });

    private MessageTree CaughtUp()
    {
        foreach (var live in _replies)
        {
            if (live.Draft.IsAhead && _tree.Find(live.Id) is { } reply)
            {
                _tree.Update(live.Draft.CopyTo(reply));
            }
        }

        return _tree;
    }

    // Asked with every chunk: nothing is left behind.
    private long DraftLength
    {
        get
        {
            long length = 0;
            foreach (var reply in _replies)
            {
                length += reply.Draft.Length;
            }

            return length;
        }
    }

    private LiveReply? LiveOf(string? replyId) => replyId is null ? _replies is [.., var last] ? last : null : _replies.Find(reply => reply.Id == replyId);

    // Under the lock, below its prompt.
    private void AddReply(MessageRecord reply)
    {
        _tree.Add(reply);
        _replies.RemoveAll(other => _tree.Find(other.Id) is not { IsStreaming: true });
        _replies.Add(new LiveReply(reply.Id, new ReplyDraft(_time, reply.Text, reply.Thinking)));
        PaceSignal();
        TakeTitle();
        UpdatedAt = _time.GetUtcNow();
        CountBytes();
        Mark(reply.Id);
    }

    private void PaceSignal()
    {
        var due = TimeSpan.FromSeconds(DraftLength / CharactersPerSecond);
        _signal.Interval = due > SignalInterval ? due : SignalInterval;
    }
}
