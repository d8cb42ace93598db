using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Core.Chat;

/// <content>Messages that a person takes out of a conversation, or into one of its own.</content>
public sealed partial class Conversations
{
    /// <summary>
    /// Takes a message out, with all that follow it, on every page and in the store. Its traces and images are deleted with <see cref="Purge(RemovedBranch)"/>,
    /// when the studio stops, or when it starts.
    /// </summary>
    /// <returns>Null, with nothing changed, while a reply is being generated in it, or where there is no such message.</returns>
    public RemovedBranch? Remove(string id, string messageId) => Remove(id, messageId, isAlone: false);

    /// <summary>
    /// Takes a message out, of a prompt its replies too, as <see cref="Conversation.CountAlone"/> counts them; what follows stays. With it go the traces of later
    /// replies that hold its words.
    /// </summary>
    /// <returns>As <see cref="Remove(string, string)"/>.</returns>
    public RemovedBranch? RemoveAlone(string id, string messageId) => Remove(id, messageId, isAlone: true);

    /// <summary>Puts back what was taken out.</summary>
    /// <returns>False where it is gone for good.</returns>
    public bool PutBack(RemovedBranch branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        var isBack = branch.Conversation.PutBack(branch);
        _signal.Raise();
        return isBack;
    }

    /// <summary>Deletes for good what was taken out; what was put back is left alone.</summary>
    public void Purge(RemovedBranch branch)
    {
        ArgumentNullException.ThrowIfNull(branch);
        if (branch.Conversation.Forget(branch))
        {
            _ = WatchAsync(PurgeAsync(branch));
        }
    }

    /// <summary>
    /// Makes a conversation of its own of a message, with what leads to it and all that follows it, which from then on has nothing to do with the first, as
    /// <see cref="Duplicate"/> does. The first one stays as it is.
    /// </summary>
    /// <returns>The new one; null where there is no such message.</returns>
    public Conversation? BranchOut(string id, string messageId) =>
        Find(id) is { } original && original.ToDocument().Branch(messageId) is { } branch
            ? AddCopy(ConversationCopy.Of(branch, original.Title, NewId(), _time.GetUtcNow(), ConversationCopy.BranchSuffix), original.IsTemporary)
            : null;

    /// <summary>
    /// Moves a message with all that follows it into a conversation of its own, which has a copy of what leads to it, as <see cref="BranchOut"/> makes one. Here it is
    /// taken out as with <see cref="Remove(string, string)"/>; the traces go to the new one.
    /// </summary>
    /// <returns>Null, with nothing changed, while a reply is being generated here, where there is no such message, or nothing else would be left here.</returns>
    public MovedBranch? MoveOut(string id, string messageId)
    {
        if (Find(id) is not { } original || original.CountFrom(messageId) is var count && (count == 0 || count == original.Count) || BranchOut(id, messageId) is not { } copy)
        {
            return null;
        }

        if (Remove(id, messageId) is { } removed)
        {
            return new MovedBranch(removed, copy);
        }

        Drop(copy); // a reply has begun meanwhile
        return null;
    }

    /// <summary>Puts back what was moved out, and deletes the conversation that was made of it, unless it has changed since: then both stay.</summary>
    /// <param name="branch">What was moved.</param>
    /// <param name="isKept">Whether the conversation that was made of it stays anyway: somebody writes there.</param>
    /// <returns>False where it cannot be put back any more; then nothing is deleted.</returns>
    public bool PutBack(MovedBranch branch, bool isKept = false)
    {
        ArgumentNullException.ThrowIfNull(branch);
        if (!PutBack(branch.Removed))
        {
            return false;
        }

        if (!isKept && branch.IsUntouched)
        {
            Drop(branch.Conversation);
        }

        return true;
    }

    private void Drop(Conversation copy)
    {
        Remove(copy.Id);
        Purge(copy.Id);
    }

    private RemovedBranch? Remove(string id, string messageId, bool isAlone)
    {
        var removed = Find(id)?.Remove(messageId, isAlone);
        _signal.Raise();
        return removed;
    }

    private async Task PurgeAsync(RemovedBranch branch)
    {
        await StoreAsync(branch.Conversation);
        await (_saver?.FlushAllAsync() ?? Task.CompletedTask); // a copy has what it refers to

        // An import may have brought some of it back.
        var kept = branch.Conversation.AllMessages.Select(static message => message.TraceId).ToHashSet(StringComparer.Ordinal);
        await PurgeAsync(branch.Conversation.Id, [.. branch.TraceIds.Where(trace => !kept.Contains(trace))]);
    }

    private async Task PurgeAsync(string id, IReadOnlyList<string> traceIds)
    {
        foreach (var eraser in _erasers)
        {
            await eraser.EraseTracesAsync(id, traceIds);
        }

        await (_store?.PurgeMessagesAsync(id, traceIds) ?? Task.CompletedTask);
    }

    private Conversation AddCopy(ConversationDocument document, bool isTemporary)
    {
        var copy = new Conversation(document.ToStored(), _time, isTemporary);
        copy.MarkAll(isNews: false);
        AddNew(copy);
        return copy;
    }
}
