using System.Collections.Immutable;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <content>What a person takes out of it.</content>
public sealed partial class Conversation
{
    private readonly Dictionary<int, GoneMessage> _gone = []; // what the store may still have, by number
    private readonly HashSet<string> _untraced = new(StringComparer.Ordinal); // traces to be erased whose replies stay, as far as the store was not told
    private readonly List<RemovedBranch> _removed = []; // as many as there are offers to undo

    /// <summary>How many messages go with that one: itself, and all that follow it, on branches that are not shown, too.</summary>
    public int CountFrom(string messageId) => Read(() => _tree.CountFrom(messageId));

    /// <summary>What goes where that message is deleted and what follows it stays.</summary>
    public DeletedAlone CountAlone(string messageId) => Read(() => new DeletedAlone(_tree.CountAlone(messageId), _tree.RepliesAfter(messageId).Count(HoldsWords), _tree.HasHeir(messageId)));

    /// <summary>What was taken out and may still be put back.</summary>
    internal ImmutableArray<RemovedBranch> Removed => Read(() => _removed.ToImmutableArray());

    /// <summary>Whether it is to be stored though it has no message: it had some.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Takes a message out. Its images are held until it is put back, or gone for good.</summary>
    /// <param name="messageId">The message.</param>
    /// <param name="isAlone">
    /// Whether what follows it stays, of a prompt what follows its replies. Later replies were written with its words, which their traces hold as far as content was
    /// captured: those traces go with it.
    /// </param>
    /// <param name="version">Which <see cref="Version"/> it must still be; null for any.</param>
    /// <returns>Null, with nothing changed, while a reply is being generated, where the conversation was deleted or is another version, or there is no such message.</returns>
    internal RemovedBranch? Remove(string messageId, bool isAlone = false, long? version = null)
    {
        RemovedBranch removed;
        lock (_gate)
        {
            if (_isDeleted || IsLive || (version ?? _version) != _version)
            {
                return null;
            }

            ImmutableArray<MessageRecord> untraced = isAlone ? HoldingWordsOf(messageId) : [];
            var (moved, movedTo) = (ImmutableArray<StoredMessage>.Empty, (string?)null);
            var messages = isAlone ? CaughtUp().RemoveAlone(messageId, out moved, out movedTo) : CaughtUp().Remove(messageId);
            if (messages.IsEmpty)
            {
                return null;
            }

            removed = new RemovedBranch(this, [.. messages.Select(stored => stored with { Message = WithImages(Traced(stored.Message)) })]) { Moved = moved, MovedTo = movedTo, Untraced = untraced };
            _removed.Add(removed);
            _changed.UnionWith(moved.Select(static stored => stored.Message.Id));
            foreach (var reply in untraced.Where(reply => _tree.Find(reply.Id) is { TraceId: not null }))
            {
                Retrace(reply.Id, null);
                _untraced.Add(reply.TraceId!);
            }

            foreach (var stored in removed.Messages)
            {
                _changed.Remove(stored.Message.Id);
                _gone[stored.Number] = new GoneMessage(stored.Number, stored.Message.TraceId);
            }

            // What was on its way to the store of the last reply is not any more.
            ForgetStored();
            _replies.RemoveAll(reply => _tree.Find(reply.Id) is null);
            if (_sideBySide is { } sides && (_tree.Find(sides.PromptId) is null || sides.Columns.Any(column => column.ReplyId is { } reply && _tree.Find(reply) is null)))
            {
                LeaveSideBySide();
            }

            // The title may be words of what is gone.
            Title = TitleOf(_name, _tree.Path);
            CountBytes();
            MarkHead();
        }

        _signal.Raise();
        return removed;
    }

    /// <summary>Puts back what was taken out; what it stood below, first, where that was taken out since. Shown again unless a reply is being generated.</summary>
    /// <returns>False where it is gone for good, or what it stood below is.</returns>
    internal bool PutBack(RemovedBranch branch)
    {
        lock (_gate)
        {
            if (!TryPutBack(branch))
            {
                return false;
            }

            TakeTitle();
            CountBytes();
            MarkHead();
        }

        _signal.Raise();
        return true;
    }

    /// <summary>It cannot be put back any more.</summary>
    /// <returns>False where it was put back, or forgotten before.</returns>
    internal bool Forget(RemovedBranch branch)
    {
        lock (_gate)
        {
            if (!_removed.Remove(branch))
            {
                return false;
            }

            // Those traces are deleted now: what comes back later comes without them.
            var lost = branch.TraceIds.ToHashSet(StringComparer.Ordinal);
            _removed.ForEach(other => other.Untrace(lost));
            return true;
        }
    }

    private bool TryPutBack(RemovedBranch branch)
    {
        if (!_removed.Contains(branch))
        {
            return false;
        }

        // An import may have brought it, or some of it, back.
        if (_tree.Find(branch.First.Id) is not null)
        {
            _removed.Remove(branch);
            GoBackBehind(branch);
            return true;
        }

        var parentId = branch.First.ParentId;
        if (parentId is not null && _tree.Find(parentId) is null
            && !(_removed.Find(other => other.Messages.Any(stored => stored.Message.Id == parentId)) is { } above && TryPutBack(above)))
        {
            return false;
        }

        _removed.Remove(branch);
        var missing = branch.Messages.RemoveAll(stored => _tree.Find(stored.Message.Id) is not null);
        _tree.PutBack([.. missing.Select(stored => IsHeldBack(stored.Message) ? stored with { Message = stored.Message with { TraceId = null } } : stored)], isShown: !IsLive);
        foreach (var stored in missing)
        {
            _gone.Remove(stored.Number);
            _changed.Add(stored.Message.Id);
            if (IsHeldBack(stored.Message))
            {
                _untraced.Add(stored.Message.TraceId!);
            }
        }

        GoBackBehind(branch);
        return true;
    }

    private void GoBackBehind(RemovedBranch branch)
    {
        foreach (var stored in branch.Moved)
        {
            GoBack(stored, branch.MovedTo, stored.Message.ParentId);
        }

        // One that holds words of something else, too, that is still gone has its trace again when that comes back.
        foreach (var reply in branch.Untraced.Where(reply => _tree.Find(reply.Id) is { TraceId: null } && !IsHeldBack(reply)))
        {
            Retrace(reply.Id, reply.TraceId);
            _untraced.Remove(reply.TraceId!);
        }
    }

    // It may have been taken out itself since then: then it, and what followed it in turn, comes back behind the one that is there again.
    private void GoBack(StoredMessage stored, string? from, string? to)
    {
        var id = stored.Message.Id;
        var there = _tree.Find(id);
        if (to is not null && (_tree.Find(to) is null || _tree.PlaceOf(to).Number > (there is null ? stored.Number : _tree.PlaceOf(id).Number)))
        {
            return; // where an import brought that back it comes after this one by now, and the store has each message after the one that it follows
        }

        if (there is not null)
        {
            if (there.ParentId == from)
            {
                _tree.Move(id, to, stored.IsShown);
                _changed.Add(id);
            }
        }
        else if (_removed.Find(other => other.Messages.Any(each => each.Message.Id == id && each.Message.ParentId == from)) is { } other)
        {
            other.Reparent(id, to);
            if (other.First.Id == id && other.MovedTo == from)
            {
                other.MovedTo = to;
                foreach (var behind in other.Moved)
                {
                    GoBack(behind, from, to);
                }
            }
        }
    }

    // Replies after it, there and taken out by now, with the traces that they had at first.
    private ImmutableArray<MessageRecord> HoldingWordsOf(string messageId)
    {
        var replies = CaughtUp().RepliesAfter(messageId).ToList();
        var after = _tree.IdsFrom(messageId);
        foreach (var stored in _removed.SelectMany(static branch => branch.Messages).OrderBy(static stored => stored.Number))
        {
            if (stored.Message.ParentId is { } parent && after.Contains(parent) && after.Add(stored.Message.Id) && stored.Message.Role is MessageRole.Assistant)
            {
                replies.Add(stored.Message);
            }
        }

        return [.. replies.Select(Traced).Where(HoldsWords)];
    }

    // With the trace that is held back while something whose words it holds is gone.
    private MessageRecord Traced(MessageRecord reply) =>
        reply.TraceId is null && _removed.SelectMany(static branch => branch.Untraced).FirstOrDefault(held => held.Id == reply.Id) is { TraceId: { } trace } ? reply with { TraceId = trace } : reply;

    private bool IsHeldBack(MessageRecord reply) => reply.TraceId is { } trace && _removed.Exists(branch => branch.Untraced.Any(held => held.Id == reply.Id && held.TraceId == trace));

    private void Retrace(string replyId, string? traceId)
    {
        _tree.Update(_tree.Find(replyId)! with { TraceId = traceId });
        _changed.Add(replyId);
    }

    private static bool HoldsWords(MessageRecord reply) => reply is { TraceId: not null, IsStreaming: false, Capture: not CaptureLevel.Off };

    // Their files go with the next image that is deleted anywhere.
    private static MessageRecord WithImages(MessageRecord message) => message with
    {
        Attachments = [.. message.Attachments.Select(static file => file.Content.Hold() is { } held ? file with { Content = held } : file)],
        ToolCalls =
        [
            .. message.ToolCalls.Select(static call =>
            {
                ImmutableArray<ToolImage> held = [.. call.Images.Select(static image => image.Hold()).OfType<ToolImage>()];
                return call with { Images = held, DroppedImages = call.DroppedImages + call.Images.Length - held.Length };
            }),
        ],
    };
}
