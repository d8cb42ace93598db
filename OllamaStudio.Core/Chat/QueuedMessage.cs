namespace OllamaStudio.Core.Chat;

/// <summary>The message that is sent next, once the reply that is being generated is complete.</summary>
/// <param name="Text">The text; blank only where files go with it, which <see cref="DraftAttachments.QueuedIn"/> tells of.</param>
/// <param name="IsHeld">
/// Whether it waits for the person's word instead: the reply was stopped, failed or was interrupted, and what was to follow it may not be
/// what the person wants any more. It stays so until they send it, whatever is generated meanwhile.
/// </param>
public sealed record QueuedMessage(string Text, bool IsHeld = false);

/// <summary>What became of a message.</summary>
public enum SendOutcome
{
    /// <summary>It was sent.</summary>
    Sent,

    /// <summary>It is the one that is sent next.</summary>
    Queued,

    /// <summary>Nothing: one is queued already, and stays as it is.</summary>
    AlreadyQueued,

    /// <summary>Nothing: it is blank or too long, there is no model, or the conversation was deleted.</summary>
    Refused,
}
