namespace OllamaStudio.Core.Chat;

/// <content>What the person thinks of replies.</content>
public sealed partial class Conversation
{
    /// <summary>Keeps what the person thinks of a reply; null withdraws it. No change of what was said: the conversation keeps its place in the list.</summary>
    /// <returns>The reply as it stands now; null, with nothing changed, where there is none of that id that has ended, or the conversation was deleted.</returns>
    internal MessageRecord? SetFeedback(string messageId, ReplyFeedback? feedback)
    {
        MessageRecord changed;
        lock (_gate)
        {
            if (_isDeleted || _tree.Find(messageId) is not { Role: MessageRole.Assistant, IsStreaming: false } reply)
            {
                return null;
            }

            changed = reply with { Feedback = feedback };
            if (changed == reply)
            {
                return reply;
            }

            _tree.Update(changed);
            Mark(messageId);
        }

        _signal.Raise();
        return changed;
    }
}
