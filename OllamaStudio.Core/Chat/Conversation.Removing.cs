using System.Collections.Immutable;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <content>What a person takes out of it.</content>
public sealed partial class Conversation
{
    private readonly Dictionary<int, GoneMessage> _gone = []; // what the store may still have, by number
    private readonly List<RemovedBranch> _removed = []; // as many as there are offers to undo

    /// <summary>How many messages go with that one: itself, and all that follow it, on branches that are not shown, too.</summary>
    public int CountFrom(string messageId) => Read(() => _tree.CountFrom(messageId));

    /// <summary>What was taken out and may still be put back.</summary>
    internal ImmutableArray<RemovedBranch> Removed => Read(() => _removed.ToImmutableArray());

    /// <summary>Whether it is to be stored though it has no message: it had some.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Takes a message out, with all that follow it. Their images are held until they are put back, or gone for good.</summary>
    /// <returns>Null, with nothing changed, while a reply is being generated, where the conversation was deleted, or there is no such message.</returns>
    internal RemovedBranch? Remove(string messageId)
    {
        RemovedBranch removed;
        lock (_gate)
        {
            if (_isDeleted || IsLive || CaughtUp().Remove(messageId) is not { IsEmpty: false } messages)
            {
                return null;
            }

            removed = new RemovedBranch(this, [.. messages.Select(static stored => stored with { Message = WithImages(stored.Message) })]);
            _removed.Add(removed);
            foreach (var stored in messages)
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
    internal bool Forget(RemovedBranch branch) => Read(() => _removed.Remove(branch));

    private bool TryPutBack(RemovedBranch branch)
    {
        if (!_removed.Contains(branch))
        {
            return false;
        }

        // An import may have brought it, or some of it, back.
        var missing = branch.Messages.RemoveAll(stored => _tree.Find(stored.Message.Id) is not null);
        if (missing.IsEmpty || missing[0] != branch.Messages[0])
        {
            return _removed.Remove(branch);
        }

        var parentId = branch.First.ParentId;
        if (parentId is not null && _tree.Find(parentId) is null
            && !(_removed.Find(other => other.Messages.Any(stored => stored.Message.Id == parentId)) is { } above && TryPutBack(above)))
        {
            return false;
        }

        _removed.Remove(branch);
        _tree.PutBack(missing, isShown: !IsLive);
        foreach (var stored in missing)
        {
            _gone.Remove(stored.Number);
            _changed.Add(stored.Message.Id);
        }

        return true;
    }

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
