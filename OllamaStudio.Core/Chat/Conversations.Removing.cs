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
    public RemovedBranch? Remove(string id, string messageId)
    {
        var removed = Find(id)?.Remove(messageId);
        _signal.Raise();
        return removed;
    }

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
