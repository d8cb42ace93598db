using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>What has changed since it was last stored.</content>
public sealed partial class Conversation
{
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private ConversationSaver? _saver;
    private ConversationSummary? _summary;
    private bool _isMarked; // the saver knows, and will come
    private bool _isDue; // it comes at once
    private long _version;
    private long _storedVersion;

    /// <summary>Makes one of what was stored.</summary>
    internal Conversation(StoredConversation stored, TimeProvider time, bool isTemporary = false)
        : this(stored.Head.Summary.Id, time, isTemporary)
    {
        var head = stored.Head;
        (Title, Model, CreatedAt, UpdatedAt) = (head.Summary.Title, head.Summary.Model, head.Summary.CreatedAt, head.Summary.UpdatedAt);
        (IsPinned, IsArchived, Tags) = (head.Summary.IsPinned, head.Summary.IsArchived, head.Summary.Tags);
        (_name, DisabledTools) = (head.Name, head.DisabledTools);
        TakeParameters(head.SystemPrompt, head.Parameters);

        // The reply that it waited for did not end while anybody looked.
        _queued = head.Queued is null ? null : new QueuedMessage(head.Queued, IsHeld: true);
        _tree.Restore(stored.Messages);
        RestoreSideBySide(head.SideBySide);
    }

    /// <summary>What lists show of it, as it stands.</summary>
    public ConversationSummary Summary => Read(Summarize);

    /// <summary>Whether something in it has not been stored.</summary>
    internal bool IsUnsaved => Read(() => !IsTemporary && _version > _storedVersion);

    /// <summary>Whether it may be let go from memory: it is stored, nobody looks at it, nothing happens in it, and nothing is remembered that is not stored.</summary>
    internal bool IsIdle => _signal.SubscriptionCount == 0 && !Approvals.HasAny && Read(() => !IsTemporary && _removed.Count == 0 && _version == _storedVersion && !IsLive);

    /// <summary>How many changes there were.</summary>
    internal long Version => Read(() => _version);

    /// <summary>How many of them are stored.</summary>
    internal long StoredVersion => Read(() => _storedVersion);

    /// <summary>The saver's own notes about it.</summary>
    internal ConversationSaver.Slot Slot { get; } = new();

    /// <summary>Has that saver store what has changed and what changes from now on; for a temporary one it does nothing.</summary>
    internal void SaveWith(ConversationSaver saver)
    {
        lock (_gate)
        {
            _saver = IsTemporary ? null : saver;
            if (_version > _storedVersion)
            {
                Tell(isDue: true);
            }
        }
    }

    /// <summary>Everything is to be stored again, wherever it was before.</summary>
    /// <param name="isNews">Whether the saver is told.</param>
    internal void MarkAll(bool isNews = true)
    {
        lock (_gate)
        {
            _version++;
            ForgetStored();
            _changed.UnionWith(_tree.All.Select(static message => message.Id));
            if (isNews)
            {
                Tell(isDue: true);
            }
        }
    }

    /// <summary>The store has nothing of it any more: all is to be stored again, and what was kept there alone is gone.</summary>
    internal void ForgetStore()
    {
        Change(isNews: false, change: () => _tree.DropImages(static image => !image.IsHeld));
        MarkAll();
    }

    /// <summary>What has changed and was not taken yet; null for nothing, and while there is nothing to store. One at a time: <see cref="Stored"/> comes before the next.</summary>
    internal ConversationChanges? TakeChanges()
    {
        lock (_gate)
        {
            (_isMarked, _isDue) = (false, false);

            // What was said in a deleted one is stored once it is put back; an empty one is not worth it.
            if (_version == _storedVersion || _isDeleted || IsTemporary || (_tree.Count == 0 && _gone.Count == 0 && !IsKept))
            {
                return null;
            }

            var messages = ImmutableArray.CreateBuilder<StoredMessage>();
            var calls = ImmutableHashSet.CreateBuilder<(int, int)>();
            var pieces = ImmutableArray.CreateBuilder<StoredPiece>();
            long characters = 0;
            foreach (var ahead in _replies.Where(static reply => reply.IsTextAhead))
            {
                _changed.Add(ahead.Id);
                ahead.IsTextAhead = false;
            }

            foreach (var stored in _changed.Select(_tree.PlaceOf).OrderBy(static place => place.Number))
            {
                var message = stored.Message;
                var written = _replies.Find(reply => reply.Id == message.Id);
                var known = written?.StoredCalls ?? [];
                foreach (var (index, call) in message.ToolCalls.Index().Where(call => call.Index >= known.Length || !ReferenceEquals(known[call.Index], call.Item)))
                {
                    calls.Add((stored.Number, index));
                    characters += call.Arguments.Length + call.Result.Length;
                }

                if (written is not null && message.IsStreaming)
                {
                    pieces.AddRange(written.TakePieces(stored.Number, message.ToolCalls));
                    message = message with { Text = "", Thinking = "", Pace = written.Draft.Pace };
                }

                messages.Add(stored with { Message = message });
                characters += message.Text.Length + message.Thinking.Length;
            }

            ImmutableArray<StoredMessage> shown = [.. _tree.TakeTurned().Select(_tree.PlaceOf).Where(static place => place.IsShown)];
            _changed.Clear();
            return new ConversationChanges(new ConversationHead(Summarize()) { Name = _name, DisabledTools = DisabledTools, SystemPrompt = _systemPrompt, Parameters = _parameters, Queued = _queued?.Text, SideBySide = _sideBySide })
            {
                Messages = messages.ToImmutable(),
                Gone = [.. _gone.Values],
                Untraced = [.. _untraced],
                Calls = calls.ToImmutable(),
                Pieces = pieces.ToImmutable(),
                Shown = shown,
                Bytes = (characters + pieces.Sum(static piece => (long)piece.Text.Length) + (_queued?.Text.Length ?? 0)) * sizeof(char),
                Version = _version,
            };
        }
    }

    /// <summary>Those changes are stored.</summary>
    internal void Stored(ConversationChanges changes)
    {
        lock (_gate)
        {
            _storedVersion = Math.Max(_storedVersion, changes.Version);
            foreach (var gone in changes.Gone)
            {
                _gone.Remove(gone.Number);
            }

            _untraced.ExceptWith(changes.Untraced);
            IsKept = true;
        }
    }

    private ConversationSummary Summarize()
    {
        var isGenerating = IsLive;
        return _summary is { } summary && summary.IsGenerating == isGenerating && summary.UpdatedAt == UpdatedAt && summary.Title == Title && summary.Model == Model
            ? summary
            : _summary = new ConversationSummary
            {
                Id = Id, Title = Title, Model = Model, CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, IsPinned = IsPinned, IsArchived = IsArchived, Tags = Tags,
                IsTemporary = IsTemporary, IsGenerating = isGenerating,
            };
    }

    private void ChangeHead(Action change) => Change(() =>
    {
        change();
        MarkHead();
    });

    // Each of the following is called under the lock.
    private void MarkHead()
    {
        _version++;
        if (!_isDue)
        {
            Tell(isDue: true);
        }
    }

    private void Mark(string messageId)
    {
        _changed.Add(messageId);
        MarkHead();
    }

    // For every chunk of a reply: no more than a look, but for the first after a save and the one that makes it long.
    private void MarkText(LiveReply reply)
    {
        _version++;
        reply.IsTextAhead = true;
        if (_saver is null || _isDue)
        {
            return;
        }

        if (!_isMarked || reply.Ahead >= ConversationSaver.MostAhead)
        {
            Tell(reply.Ahead >= ConversationSaver.MostAhead);
        }
    }

    private void ForgetStored()
    {
        foreach (var reply in _replies)
        {
            reply.ForgetStored();
        }
    }

    private void Tell(bool isDue)
    {
        if (_saver is not null)
        {
            (_isMarked, _isDue) = (true, isDue);
            _saver.Mark(this, isDue);
        }
    }
}
