using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>The message that waits for the reply: it follows one that is complete, and is held after any other.</content>
public sealed partial class ChatService
{
    /// <summary>Sends a prompt, or, while a reply is being generated or several stand side by side, queues it behind that; one message at most.</summary>
    /// <param name="conversation">Where it is sent.</param>
    /// <param name="prompt">The text.</param>
    /// <param name="model">The model that is asked where it is sent now; a queued one asks whichever is picked by then, and is held where that is not installed any more.</param>
    /// <param name="files">The files that go with it.</param>
    /// <param name="filesKey">Whose draft they are: where it waits, they wait with it. Null where there are none.</param>
    public SendOutcome SendOrQueue(Conversation conversation, string prompt, string model, ImmutableArray<Attachment> files, string? filesKey = null)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (!CanSend(prompt, model, files))
        {
            return SendOutcome.Refused;
        }

        // The reply has just ended, and the one that waited for it is about to be sent.
        if (conversation is { IsDeleted: false, Queued.IsHeld: false })
        {
            return SendOutcome.AlreadyQueued;
        }

        // Once more: the reply may have ended just then.
        for (var attempts = 0; attempts < 2; attempts++)
        {
            if (Send(conversation, prompt, model, files))
            {
                return SendOutcome.Sent;
            }

            if (TryQueue(conversation, prompt, files, filesKey))
            {
                return SendOutcome.Queued;
            }
        }

        return conversation is { IsDeleted: false, Queued: not null } and ({ IsGenerating: true } or { IsSideBySide: true }) ? SendOutcome.AlreadyQueued : SendOutcome.Refused;
    }

    /// <summary>Sends the queued message, whatever became of the reply that it waited for; one that is held while a reply is being generated follows that.</summary>
    /// <returns>False where there is none, no model can answer, or the conversation was deleted: it stays queued.</returns>
    public bool SendQueued(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        if (conversation.IsGenerating)
        {
            conversation.HoldQueued(isHeld: false);
            return conversation.Queued is not null;
        }

        var key = DraftAttachments.QueuedIn(conversation.Id);
        if (conversation.Queued is not { } queued || ModelFor(conversation) is not { } model
            || !Begin(conversation, NewPrompt(queued.Text, attachments?.Find(key) ?? []), model, besideId: null, queued: queued))
        {
            return false;
        }

        attachments?.Sent(key, conversation);
        return true;
    }

    // The files first: the reply may end, and the message go, at any moment.
    private bool TryQueue(Conversation conversation, string prompt, ImmutableArray<Attachment> files, string? filesKey)
    {
        if (files.IsEmpty || attachments is null || filesKey is null)
        {
            return files.IsEmpty && conversation.TryQueue(prompt);
        }

        var key = DraftAttachments.QueuedIn(conversation.Id);
        if (conversation.Queued is not null)
        {
            return false;
        }

        attachments.Move(filesKey, key);
        if (conversation.TryQueue(prompt))
        {
            return true;
        }

        attachments.Move(key, filesKey);
        return false;
    }

    /// <summary>Adds a paragraph to the queued message.</summary>
    /// <returns>False where none is queued any more, it is blank, or both would be longer than <see cref="MaxPromptLength"/>.</returns>
    public static bool AddToQueued(Conversation conversation, string prompt)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return !string.IsNullOrWhiteSpace(prompt) && conversation.TryAddToQueued(prompt);
    }

    /// <summary>Queues a message again that was taken out.</summary>
    public static void PutBackQueued(Conversation conversation, QueuedMessage queued)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        ArgumentNullException.ThrowIfNull(queued);
        conversation.PutBackQueued(queued);
    }

    // A reply has ended, by its id, or one of several is kept.
    private void GoOn(Conversation conversation, bool isComplete, string? replyId = null)
    {
        if (conversation.IsSideBySide)
        {
            GoOnSideBySide(conversation);
            return;
        }

        // Where another reply is shown by now, what is queued does not wait for this one.
        if (replyId is not null && (conversation.Messages is not [.., var last] || last.Id != replyId))
        {
            return;
        }

        // Nobody sees it go: another model than the one that it was written for would answer unasked.
        if (!isComplete || _isStopping || conversation.Queued is { IsHeld: false } && (MissingModelOf(conversation) is not null || !SendQueued(conversation)))
        {
            conversation.HoldQueued(isHeld: true, replyId);
        }
    }
}
