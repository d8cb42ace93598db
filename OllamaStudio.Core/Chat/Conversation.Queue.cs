namespace OllamaStudio.Core.Chat;

/// <content>The message that waits for the reply.</content>
public sealed partial class Conversation
{
    private QueuedMessage? _queued;

    /// <summary>The message that is sent next; null where none is.</summary>
    public QueuedMessage? Queued => Read(() => _queued);

    /// <summary>Queues a message behind the reply that is being generated, or, where several stand side by side, behind the one that will be kept.</summary>
    /// <returns>False, with nothing changed, where one is queued already, nothing is waited for, or the conversation was deleted.</returns>
    internal bool TryQueue(string text) => ChangeQueued(queued => queued is null && (IsLive || AtTheEnd is not null) && !_isDeleted ? new QueuedMessage(text) : queued);

    /// <summary>Queues a message again that was taken out; behind one that was queued meanwhile, both are one. Held where no reply is being generated.</summary>
    internal void PutBackQueued(QueuedMessage message) => ChangeQueued(queued => queued is null
        ? message with { IsHeld = message.IsHeld || !(IsLive || AtTheEnd is not null) }
        : queued with { Text = $"{message.Text}\n\n{queued.Text}", IsHeld = queued.IsHeld || message.IsHeld });

    /// <summary>Adds a paragraph to the message that is queued.</summary>
    /// <returns>False, with nothing changed, where none is, or both would be too long.</returns>
    internal bool TryAddToQueued(string text) => ChangeQueued(queued =>
        queued is not null && queued.Text.Length + text.Length + 2 <= ChatService.MaxPromptLength ? queued with { Text = $"{queued.Text}\n\n{text}" } : queued);

    /// <summary>Takes the queued message out; null where there is none, or it was sent a moment ago.</summary>
    public QueuedMessage? TakeQueued()
    {
        QueuedMessage? taken = null;
        ChangeQueued(queued =>
        {
            taken = queued;
            return null;
        });
        return taken;
    }

    /// <summary>The queued message waits for the person's word, or, where a reply is being generated, no longer. Where several stand side by side it waits for the one that is kept.</summary>
    /// <param name="isHeld">Whether it waits for the person.</param>
    /// <param name="replyId">The reply that ended: where another is shown, nothing waited for this one. Null for whichever is shown.</param>
    internal void HoldQueued(bool isHeld, string? replyId = null) => ChangeQueued(queued =>
        queued is not null && AtTheEnd is null && isHeld != IsLive && (replyId is null || (_tree.Path is [.., var last] && last.Id == replyId)) ? queued with { IsHeld = isHeld } : queued);

    private bool ChangeQueued(Func<QueuedMessage?, QueuedMessage?> change)
    {
        lock (_gate)
        {
            var changed = change(_queued);
            if (changed == _queued)
            {
                return false;
            }

            _queued = changed;
            CountBytes();
            MarkHead();
        }

        _signal.Raise();
        return true;
    }
}
