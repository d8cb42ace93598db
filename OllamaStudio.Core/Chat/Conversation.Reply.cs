namespace OllamaStudio.Core.Chat;

/// <content>The reply that is being written.</content>
public sealed partial class Conversation
{
    /// <summary>Appends to the reply's text and thinking.</summary>
    /// <returns>Where the piece of text begins, in UTF-16 units.</returns>
    /// <exception cref="ReplyTooLongException">It would be longer than <see cref="MaxReplyLength"/>; nothing was appended.</exception>
    internal int Append(string? answer, string? thought)
    {
        int start;
        lock (_gate)
        {
            start = _draft.Append(answer, thought);
            PaceSignal();
            CountBytes();
            MarkText();
        }

        _signal.Raise();
        return start;
    }

    /// <summary>Changes the reply that is being generated.</summary>
    /// <param name="change">Changes it.</param>
    /// <param name="isStored">Whether the change is worth storing: what is going on while it is streaming is not.</param>
    internal void UpdateReply(Func<MessageRecord, MessageRecord> change, bool isStored = true) => Change(() =>
    {
        var tree = CaughtUp();
        if (Reply is { } reply)
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
                BeginDraft();
            }
        }
    });

    /// <summary>Adds a tool call at the reply's end.</summary>
    internal void AddCall(ToolCallRecord call)
    {
        lock (_gate)
        {
            _draft.EndAnswer();
        }

        UpdateReply(reply => reply with
        {
            ToolCalls = reply.ToolCalls.Add(call with { TextOffset = reply.Text.Length, ThinkingOffset = reply.Thinking.Length }),
        });
    }

    /// <summary>Changes a tool call of the reply that is being generated; one that is not there is left alone.</summary>
    internal void UpdateCall(string callId, Func<ToolCallRecord, ToolCallRecord> change) => UpdateReply(reply =>
        reply.ToolCalls.FirstOrDefault(call => call.Id == callId) is { } found
            ? reply with { ToolCalls = reply.ToolCalls.Replace(found, change(found)) }
            : reply);

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
        if (_draft.IsAhead && Reply is { } reply)
        {
            _tree.Update(_draft.CopyTo(reply));
        }

        return _tree;
    }

    private void BeginDraft(MessageRecord? reply = null)
    {
        _draft = new ReplyDraft(_time, reply?.Text ?? "", reply?.Thinking ?? "");
        PaceSignal();
    }

    private void PaceSignal()
    {
        var due = TimeSpan.FromSeconds(_draft.Length / CharactersPerSecond);
        _signal.Interval = due > SignalInterval ? due : SignalInterval;
    }
}
