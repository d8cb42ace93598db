using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Core.Chat;

/// <content>Messages that a person takes out of a conversation, or into one of its own.</content>
public sealed partial class Conversations
{
    /// <summary>How long a move waits for the store. Until then the branch is in both conversations: a studio that is killed in between must not lose it.</summary>
    private static readonly TimeSpan ForMoving = TimeSpan.FromSeconds(2);

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
    /// <returns>
    /// Ends once the new one is stored and it is taken out here. Nothing is changed while a reply is being generated here, where there is no such message, nothing else
    /// would be left here, something changed here meanwhile, or the store did not take the new one in time.
    /// </returns>
    public async Task<MoveResult> MoveOutAsync(string id, string messageId)
    {
        if (Find(id) is not { IsGenerating: false } original || original.CountFrom(messageId) is var count && (count == 0 || count == original.Count))
        {
            return new MoveResult(null);
        }

        var version = original.Version; // what is said or changed later is not in the copy
        if (BranchOut(id, messageId) is not { } copy)
        {
            return new MoveResult(null);
        }

        var copied = copy.Version;
        var isStored = await TryStoreAsync(copy, ForMoving);
        if (copy.IsDeleted)
        {
            return new MoveResult(null); // in another tab, where it can be brought back
        }

        if (isStored && original.Remove(messageId, isAlone: false, version) is { } removed)
        {
            _signal.Raise();
            return new MoveResult(new MovedBranch(removed, copy, copied));
        }

        Drop(copy);
        _late.TryRemove(copy.Id, out _);
        _signal.Raise();
        return new MoveResult(null, isStored);
    }

    /// <summary>Puts back what was moved out, and, once that is stored, deletes the conversation that was made of it, unless it has changed since: then both stay.</summary>
    /// <param name="branch">What was moved.</param>
    /// <param name="isKept">Whether the conversation that was made of it stays anyway: somebody writes there. Asked last, on any thread.</param>
    /// <returns>False where it cannot be put back any more; then nothing is deleted.</returns>
    public bool PutBack(MovedBranch branch, Func<bool>? isKept = null)
    {
        ArgumentNullException.ThrowIfNull(branch);
        if (!PutBack(branch.Removed))
        {
            return false;
        }

        _ = WatchAsync(DropStoredAsync(branch, isKept));
        return true;
    }

    private async Task DropStoredAsync(MovedBranch branch, Func<bool>? isKept)
    {
        var original = branch.Removed.Conversation;
        if (await TryStoreAsync(original, ForMoving) && !original.IsDeleted && branch.IsUntouched && isKept?.Invoke() is not true)
        {
            Drop(branch.Conversation);
        }
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
        // Of temporary ones, such as one that it was moved to, the store knows nothing.
        var kept = _opened.Values.Where(static conversation => conversation.IsTemporary).Append(branch.Conversation)
            .SelectMany(static conversation => conversation.AllMessages).Select(static message => message.TraceId).ToHashSet(StringComparer.Ordinal);
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
