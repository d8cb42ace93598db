using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>Replies of several models to the last prompt, side by side.</content>
public sealed partial class Conversation
{
    private SideBySide? _sideBySide;

    /// <summary>The models that were asked the last prompt, with their replies as they stand; null where it was asked of one, one was kept, or another branch is shown.</summary>
    public SideBySide? SideBySide => Read(() => AtTheEnd is not { } sides ? null : sides with
    {
        Columns = [.. sides.Columns.Select(column => column with { Reply = column.ReplyId is { } id ? CaughtUp().Find(id) : null })],
    });

    /// <summary>Whether replies stand side by side: what is said next waits until one is kept.</summary>
    public bool IsSideBySide => Read(() => AtTheEnd is not null);

    /// <summary>The message of that id, on whatever branch; null where there is none.</summary>
    internal MessageRecord? FindMessage(string id) => Read(() => CaughtUp().Find(id));

    /// <summary>What leads to that message, from the first one on, and itself; empty where there is none.</summary>
    internal ImmutableArray<MessageRecord> PathTo(string id) => Read(() => CaughtUp().PathTo(id));

    /// <summary>Shows replies to the last prompt side by side from now on.</summary>
    /// <returns>False, with nothing changed, where others stand so, a reply is being generated, the conversation was deleted, or another prompt is the last one.</returns>
    internal bool TrySetSideBySide(SideBySide sides) => ChangeSideBySide(current =>
        AtTheEnd is null && !IsLive && !_isDeleted && _tree.Path is [.., { Role: MessageRole.Assistant } last] && last.ParentId == sides.PromptId ? sides : current);

    /// <summary>Adds the reply of a model whose turn it is.</summary>
    /// <returns>False, with nothing changed, where it is not, or the conversation was deleted.</returns>
    internal bool TryBeginColumn(int index, MessageRecord reply)
    {
        lock (_gate)
        {
            if (_isDeleted || _sideBySide is not { KeptId: null } sides || sides.Columns.ElementAtOrDefault(index) is not { IsWaiting: true } column || (!sides.IsAtOnce && IsLive))
            {
                return false;
            }

            _sideBySide = sides.With(index, column with { ReplyId = reply.Id, IsWaiting = false, Turn = null });
            AddReply(reply with { ParentId = sides.PromptId });
        }

        _signal.Raise();
        return true;
    }

    /// <summary>The turn of that model comes by itself, or does not any more.</summary>
    /// <returns>False, with nothing changed, where it is being asked, or nothing stands side by side.</returns>
    internal bool SetWaiting(int index, bool isWaiting, ColumnTurn? turn = null) => ChangeSideBySide(sides =>
        sides is { KeptId: null } && index < sides.Columns.Length && !(sides.Columns[index].ReplyId is { } reply && _tree.Find(reply) is { IsStreaming: true })
            ? sides.With(index, sides.Columns[index] with { IsWaiting = isWaiting, Turn = turn })
            : sides);

    /// <summary>No further model is asked by itself.</summary>
    internal void StopWaiting() => ChangeSideBySide(static sides => sides is not null && sides.Columns.Any(static column => column.IsWaiting) ? sides.WithNoneWaiting() : sides);

    /// <summary>The chat goes on from that reply, once nothing is being written any more: <see cref="TakeKept"/>.</summary>
    /// <returns>False, with nothing changed, where it is none of them, or has not ended.</returns>
    internal bool TryKeep(string replyId) => ChangeSideBySide(sides =>
        sides is { KeptId: null } && sides.Columns.Any(column => column.ReplyId == replyId) && _tree.Find(replyId) is { IsStreaming: false }
            ? sides.WithNoneWaiting() with { KeptId = replyId }
            : sides);

    /// <summary>Has the chat go on from the reply that the person chose, and with its model, where nothing is being written any more.</summary>
    /// <returns>False, with nothing changed, where none was chosen, or something is being written.</returns>
    internal bool TakeKept() => ChangeSideBySide(sides =>
    {
        if (sides?.KeptId is not { } kept || IsLive || !_tree.Show(kept))
        {
            return sides;
        }

        Model = _tree.Find(kept)?.Model ?? Model;
        TakeTitle();
        return null;
    });

    /// <summary>Shows the replies as versions of one again, and keeps none; a message that waited for that is held.</summary>
    /// <returns>False, with nothing changed, where none stand side by side, or something is being written.</returns>
    internal bool TryLeaveSideBySide()
    {
        lock (_gate)
        {
            if (_sideBySide is null || IsLive)
            {
                return false;
            }

            LeaveSideBySide();
            MarkHead();
        }

        _signal.Raise();
        return true;
    }

    private SideBySide? AtTheEnd => _sideBySide is { } sides && _tree.Path is [.., { Role: MessageRole.Assistant, ParentId: { } prompt }] && prompt == sides.PromptId ? sides : null;

    private bool ChangeSideBySide(Func<SideBySide?, SideBySide?> change)
    {
        lock (_gate)
        {
            var changed = change(_sideBySide);
            if (ReferenceEquals(changed, _sideBySide))
            {
                return false;
            }

            _sideBySide = changed;
            MarkHead();
        }

        _signal.Raise();
        return true;
    }

    // Each of the following is called under the lock.
    // Another branch is shown: nothing begins out of sight, and what was to follow the one before waits for the person's word.
    private void PauseBehind()
    {
        if (AtTheEnd is null)
        {
            _sideBySide = _sideBySide?.WithNoneWaiting();
            _queued = _queued is null ? null : _queued with { IsHeld = true };
        }
    }

    private void LeaveSideBySide()
    {
        if (_sideBySide is not null)
        {
            _sideBySide = null;
            _queued = _queued is null ? null : _queued with { IsHeld = true }; // it waited for one that is kept
        }
    }

    // Nobody looked when the studio ended: no model is asked by itself.
    private void RestoreSideBySide(SideBySide? stored) => _sideBySide = stored is null || _tree.Find(stored.PromptId) is null ? null
        : stored with { Columns = [.. stored.Columns.Select(column => column.ReplyId is { } id && _tree.Find(id) is null ? column with { ReplyId = null } : column)] };
}
