using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// All conversations: what lists show of each in memory, messages of those that were opened. Beyond <see cref="MaxBytes"/> of texts and images the
/// opened ones are let go, the one that was asked for longest ago first, where <see cref="IConversationStore"/> has all of it, nobody looks at
/// it and no reply is being generated in it; it is loaded again when somebody asks. Nothing that is not stored is let go. Safe to use from any thread.
/// </summary>
public sealed partial class Conversations : IDisposable
{
    /// <summary>Most bytes held of all opened ones together: 512 MB.</summary>
    public const long MaxBytes = 512_000_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConversationStore? _store;
    private readonly IReadOnlyList<ISessionEraser> _erasers;
    private readonly ChangeSignal _signal;
    private readonly ConversationMemory _memory;
    private readonly ConversationSaver? _saver;
    private ImmutableDictionary<string, Entry> _entries = ImmutableDictionary.Create<string, Entry>(StringComparer.Ordinal);
    private ImmutableDictionary<string, Conversation> _opened = ImmutableDictionary.Create<string, Conversation>(StringComparer.Ordinal);
    private long _asked;

    /// <summary>All that the store has.</summary>
    public Conversations(IConversationStore store, IEnumerable<ISessionEraser> erasers, TimeProvider time, ILogger<Conversations> logger)
        : this(time, store, [.. erasers], MaxBytes, logger)
    {
    }

    /// <summary>None, and none is stored where there is no store.</summary>
    internal Conversations(TimeProvider time, IConversationStore? store = null, IReadOnlyList<ISessionEraser>? erasers = null, long maxBytes = MaxBytes, ILogger? logger = null)
    {
        (_time, _store, _erasers, _logger) = (time, store, erasers ?? [], logger ?? NullLogger.Instance);
        _signal = new ChangeSignal(time);
        _memory = new ConversationMemory(maxBytes, MakeRoom);
        if (store is not null)
        {
            _saver = new ConversationSaver(store, time, _logger, OnStored, OnNotStored);
            _ = WatchAsync(store.RecoverAsync());
            List();
            foreach (var deleted in store.FindDeleted())
            {
                _ = WatchAsync(PurgeAsync(deleted));
            }

            foreach (var erased in store.FindUnerased().GroupBy(static trace => trace.ConversationId, static trace => trace.TraceId, StringComparer.Ordinal))
            {
                _ = WatchAsync(PurgeAsync(erased.Key, [.. erased]));
            }

            store.Renewed += OnRenewed;
        }
    }

    /// <summary>Bytes held.</summary>
    internal long Bytes => _memory.Bytes;

    /// <summary>All conversations, the one that changed last first.</summary>
    public IReadOnlyList<ConversationSummary> All => [.. _entries.Values.Select(static entry => entry.Summary).OrderByDescending(static summary => summary.UpdatedAt)];

    /// <summary>The one that changed last; null where there is none.</summary>
    public ConversationSummary? Newest => _entries.Values.Select(static entry => entry.Summary).MaxBy(static summary => summary.UpdatedAt);

    /// <summary>Those in which a reply is being generated.</summary>
    public IEnumerable<Conversation> Generating => _opened.Values.Where(static conversation => conversation.IsGenerating);

    /// <summary>What lists show of the conversation of that id, or null. Reads nothing.</summary>
    public ConversationSummary? FindSummary(string id) => _entries.GetValueOrDefault(id)?.Summary;

    /// <summary>The conversation of that id, or null where there is none, or it cannot be read now: <see cref="FindSummary"/> tells which. One that is not opened is read from the store.</summary>
    public Conversation? Find(string id)
    {
        try
        {
            return FindOrThrow(id);
        }
        catch (StoreUnreadableException)
        {
            return null; // who holds the store has logged it
        }
    }

    private Conversation? FindOrThrow(string id)
    {
        if (!_entries.TryGetValue(id, out var entry))
        {
            return null;
        }

        lock (entry)
        {
            entry.AskedAt = Interlocked.Increment(ref _asked);
            if (entry.Opened is { } opened)
            {
                return opened;
            }

            // One that was let go and that somebody still has is the same again: there are never two of one.
            var conversation = entry.LetGo?.TryGetTarget(out var left) is true ? left
                : _store?.Load(id) is { } stored ? new Conversation(stored, _time) { IsKept = true }
                : null;
            if (conversation is not null)
            {
                Open(entry, conversation);
            }

            return conversation;
        }
    }

    /// <summary>The same to be read once: one that is not opened stays so.</summary>
    /// <exception cref="StoreUnreadableException">It cannot be read now.</exception>
    internal Conversation? Read(string id) =>
        _opened.GetValueOrDefault(id) ?? (_store?.Load(id) is { } stored ? new Conversation(stored, _time) : null);

    /// <summary>Those of which the store does not have all.</summary>
    internal IEnumerable<Conversation> FindUnstored() => _opened.Values.Where(conversation => _store is null || conversation.IsTemporary || conversation.IsUnsaved || conversation.IsGenerating);

    /// <inheritdoc cref="IConversationStore.Search" />
    internal StoredHits Search(ConversationQuery query, int most, Func<string, bool> isWanted, CancellationToken cancellationToken) =>
        _store?.Search(query, most, isWanted, cancellationToken) ?? StoredHits.None;

    /// <summary>Whether its messages are in memory.</summary>
    internal bool IsOpened(string id) => _opened.ContainsKey(id);

    /// <summary>The image of that id which a tool returned, or the file that a person attached, in one of them; null where it is not kept (any more).</summary>
    public ToolImage? FindImage(string id) =>
        _opened.Values.Select(conversation => conversation.FindImage(id)).FirstOrDefault(image => image is not null) ?? _store?.FindImage(id);

    /// <summary>Begins an empty conversation.</summary>
    /// <param name="isTemporary">Whether it is never stored.</param>
    public Conversation Create(bool isTemporary = false)
    {
        var conversation = new Conversation(NewId(), _time, isTemporary);
        AddNew(conversation);
        return conversation;
    }

    private string NewId() => Guid.CreateVersion7(_time.GetUtcNow()).ToString("N");

    private void AddNew(Conversation conversation)
    {
        foreach (var eraser in conversation.IsTemporary ? _erasers : [])
        {
            eraser.Refuse(conversation.Id);
        }

        Add(conversation);
    }

    /// <summary>
    /// Takes a conversation out: it takes no message any more, until it is put back with <see cref="Add"/>. It is marked in the store, and
    /// deleted for good with <see cref="Purge(string)"/>, when the studio stops, or when it starts.
    /// </summary>
    /// <returns>The conversation, or null where there is none of that id.</returns>
    public Conversation? Remove(string id)
    {
        var removed = Find(id);
        if (removed is not null)
        {
            lock (_gate)
            {
                _entries = _entries.Remove(id);
                ImmutableInterlocked.TryRemove(ref _opened, id, out _); // Open and MakeRoom change it under other locks
                _removed = _removed.SetItem(id, removed);
                removed.KeepIn(null);
                removed.SetDeleted(true);
                _late.TryRemove(id, out _); // it is not stored any more, unless it is put back
            }

            if (!removed.IsTemporary)
            {
                _ = WatchAsync(_store?.MarkAsync(id, isDeleted: true));
            }
        }

        _signal.Raise();
        return removed;
    }

    /// <summary>Puts a conversation (back) in.</summary>
    public void Add(Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        lock (_gate)
        {
            var wasRemoved = _removed.ContainsKey(conversation.Id);
            _removed = _removed.Remove(conversation.Id);
            if (wasRemoved && !conversation.IsTemporary)
            {
                _ = WatchAsync(_store?.MarkAsync(conversation.Id, isDeleted: false));
            }
            else if (conversation.IsDeleted)
            {
                // Deleted for good, and somebody still had it.
                conversation.ForgetStore();
                foreach (var eraser in conversation.IsTemporary ? [] : _erasers)
                {
                    eraser.Restore(conversation.Id);
                }
            }

            conversation.SetDeleted(false);
            if (!_entries.ContainsKey(conversation.Id))
            {
                var entry = new Entry(conversation.Summary);
                _entries = _entries.SetItem(conversation.Id, entry);
                Open(entry, conversation);
            }
        }

        _signal.Raise();
    }

    /// <summary>Shows the branch through that message on every page, as <see cref="Conversation.Show"/> does, and its title in every list.</summary>
    /// <returns>False, with nothing changed, while a reply is being generated, or where there is no such message.</returns>
    public bool Show(string id, string messageId)
    {
        var shown = Find(id)?.Show(messageId) ?? false;
        _signal.Raise();
        return shown;
    }

    /// <summary>Tells subscribers that a conversation's title or order may have changed.</summary>
    internal void Touch() => _signal.Raise();

    /// <summary>Calls <paramref name="changed"/> after the list changed, at most ten times a second, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    private void Open(Entry entry, Conversation conversation)
    {
        entry.AskedAt = Interlocked.Increment(ref _asked);
        (entry.Opened, entry.LetGo) = (conversation, null);
        ImmutableInterlocked.Update(ref _opened, static (opened, it) => opened.SetItem(it.Id, it), conversation);
        conversation.KeepIn(_memory);
        if (_saver is not null)
        {
            conversation.SaveWith(_saver);
        }
    }

    // Sorting them is dear, and seldom: once for each time that the bound is reached.
    internal void MakeRoom()
    {
        foreach (var entry in _opened.Keys.Select(id => _entries.GetValueOrDefault(id)).OfType<Entry>().OrderBy(static entry => entry.AskedAt).TakeWhile(_ => _memory.IsExceeded))
        {
            lock (entry)
            {
                if (_store is not null && entry.Opened is { IsIdle: true } idle)
                {
                    entry.LetGoOf(idle);
                    ImmutableInterlocked.TryRemove(ref _opened, idle.Id, out _);
                    idle.KeepIn(null);
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_store is not null)
        {
            _store.Renewed -= OnRenewed;
        }

        _isEnded = true;
        _relist?.Dispose();

        _signal.Dispose();
    }

    /// <summary>A conversation of the list. Its own lock guards what changes when it is opened and let go.</summary>
    private sealed class Entry(ConversationSummary summary)
    {
        private ConversationSummary _summary = summary;

        /// <summary>Null where it is not held.</summary>
        public Conversation? Opened { get; set; }

        /// <summary>One that was let go; null where none was.</summary>
        public WeakReference<Conversation>? LetGo { get; set; }

        /// <summary>When it was last asked for, counted in questions.</summary>
        public long AskedAt { get; set; }

        public ConversationSummary Summary => Opened?.Summary ?? _summary;

        public void LetGoOf(Conversation conversation) => (_summary, LetGo, Opened) = (conversation.Summary, new WeakReference<Conversation>(conversation), null);

        // One that was let go can still be changed by who had it.
        public void Take(ConversationSummary summary) => _summary = summary;
    }
}
