using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// The files that a person has attached in each conversation and not sent yet. Stored as drafts are, so that a reload and a restart keep them;
/// those of temporary chats are in memory only. Safe to use from any thread.
/// </summary>
public sealed class DraftAttachments
{
    private const string Temporary = "temporary/";

    private const string Queued = "/queued";

    // Of temporary chats, all together.
    private const long MaxHeldBytes = 4L * Attachment.MaxTotalBytes;

    private readonly IConversationStore _store;
    private readonly Conversations _conversations;
    private readonly LatestWrites<ImmutableArray<Attachment>> _writes;
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, ImmutableArray<Attachment>> _held = ImmutableDictionary.Create<string, ImmutableArray<Attachment>>(StringComparer.Ordinal);

    /// <summary>Makes the one service of the process.</summary>
    public DraftAttachments(IConversationStore store, Conversations conversations)
    {
        (_store, _conversations) = (store, conversations);
        _writes = new(store.SaveDraftAttachmentsAsync);
        conversations.Purged += id => ImmutableInterlocked.Update(ref _held, static (held, id) => held.RemoveRange([id, QueuedIn(id)]), id);
        conversations.AllForgotten += () => ImmutableInterlocked.Update(ref _held, static held => held.Clear());
    }

    /// <summary>
    /// A key for a new chat that is to be a temporary one; that of another new chat is empty. Each is another: what a page attaches there is seen by
    /// no other page, and the page takes it away with itself.
    /// </summary>
    public static string NewTemporary() => Temporary + Guid.NewGuid().ToString("N");

    /// <summary>The key of the files that go with a conversation's queued message.</summary>
    public static string QueuedIn(string conversationId) => conversationId + Queued;

    /// <summary>Those of that key have changed. May come on any thread.</summary>
    public event Action<string>? Changed;

    /// <summary>The files of that conversation's draft, of a new chat's where the key is empty, in order.</summary>
    public ImmutableArray<Attachment> Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _held.TryGetValue(key, out var held) ? held
            : _writes.TryFind(key, out var pending) ? pending
            : IsKept(key) ? _store.FindDraftAttachments(key)
            : [];
    }

    /// <summary>Attaches a file at the end.</summary>
    /// <param name="key">The conversation's id, empty for a new chat.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="data">Its bytes.</param>
    /// <returns>Why it was not attached and what to do, for a person; null where it was.</returns>
    public string? Add(string key, string name, ReadOnlyMemory<byte> data)
    {
        if (AttachmentFile.Read(name, data, out var refusal) is not { } file)
        {
            return refusal;
        }

        lock (_gate)
        {
            var files = Find(key);
            if (Fault(key, files, file) is { } fault)
            {
                return fault;
            }

            Save(key, files.Add(file));
        }

        Changed?.Invoke(key);
        return null;
    }

    /// <summary>Takes a file out again; one that is not there is no fault.</summary>
    public void Remove(string key, string id)
    {
        lock (_gate)
        {
            Save(key, Find(key).RemoveAll(file => file.Id == id));
        }

        Changed?.Invoke(key);
    }

    /// <summary>They were sent, and are deleted once the conversation has them.</summary>
    /// <param name="key">Whose draft they were.</param>
    /// <param name="conversation">The conversation whose message has them now.</param>
    public void Sent(string key, Conversation conversation)
    {
        lock (_gate)
        {
            if (Find(key).IsEmpty)
            {
                return;
            }

            Save(key, [], _conversations.StoreAsync(conversation));
        }

        Changed?.Invoke(key);
    }

    /// <summary>Hands them to another draft, after those that are there. What a message does not take any more stays where it was.</summary>
    /// <param name="from">Whose they are.</param>
    /// <param name="to">Whose they are to be.</param>
    /// <param name="only">The ids of those that are meant; null for all.</param>
    /// <returns>Those that came, as they are there now.</returns>
    public ImmutableArray<Attachment> Move(string from, string to, IReadOnlyCollection<string>? only = null)
    {
        ImmutableArray<Attachment> moved;
        lock (_gate)
        {
            var files = Find(from);
            var fitting = from == to ? [] : Fitting(Find(to), files.Where(file => only?.Contains(file.Id) is not false));
            if (fitting.IsEmpty)
            {
                return [];
            }

            // Read now: who has them next may be the only one.
            moved = [.. fitting.Select(Held)];
            Save(to, Find(to).AddRange(moved));
            Save(from, files.RemoveAll(fitting.Contains));
        }

        Changed?.Invoke(from);
        Changed?.Invoke(to);
        return moved;
    }

    /// <summary>Why the files of two drafts are not put together, and what to do, for a person; null where a message takes all of them.</summary>
    public string? WhyNotTogether(string from, string to)
    {
        lock (_gate)
        {
            var files = Find(from);
            return Fitting(Find(to), files).Length == files.Length ? null
                : string.Create(CultureInfo.InvariantCulture, $"The files of both are too many: a message takes up to {Attachment.MaxCount}, and {Attachment.MaxTotalBytes / 1_000_000} MB together. Remove some of those below first.");
        }
    }

    /// <summary>Takes them all out; who has them can bring them back.</summary>
    public ImmutableArray<Attachment> Take(string key)
    {
        ImmutableArray<Attachment> files;
        lock (_gate)
        {
            files = [.. Find(key).Select(Held)];
            Save(key, []);
        }

        Changed?.Invoke(key);
        return files;
    }

    /// <summary>Adds files that were another draft's, as many as a message takes: they were taken out, or the conversation that they were for was deleted.</summary>
    /// <returns>Those that it does not take.</returns>
    public ImmutableArray<Attachment> Bring(ImmutableArray<Attachment> files, string to)
    {
        ImmutableArray<Attachment> fitting;
        lock (_gate)
        {
            fitting = Fitting(Find(to), files);
            Save(to, Find(to).AddRange(fitting.Select(static file => Held(file).WithNewId())));
        }

        Changed?.Invoke(to);
        return files.RemoveAll(fitting.Contains);
    }

    /// <summary>The image of that id among those that are not stored (yet); null where there is none.</summary>
    public ToolImage? FindImage(string id) =>
        _held.Values.Concat(_writes.Values).SelectMany(static files => files).FirstOrDefault(file => file.Id == id)?.Content;

    private bool IsKept(string key) =>
        key.Length == 0 || _conversations.FindSummary(key.EndsWith(Queued, StringComparison.Ordinal) ? key[..^Queued.Length] : key) is { IsTemporary: false };

    private static Attachment Held(Attachment file) =>
        file.Content is { IsHeld: false } stored && stored.TryRead() is { } data ? file with { Content = new ToolImage(stored.MediaType, data) } : file;

    // Each that goes with those that are there, and with those before it.
    private static ImmutableArray<Attachment> Fitting(ImmutableArray<Attachment> there, IEnumerable<Attachment> files)
    {
        var (count, bytes) = (there.Length, there.Sum(static file => file.Content.Length));
        var fitting = ImmutableArray.CreateBuilder<Attachment>();
        foreach (var file in files.Where(file => count < Attachment.MaxCount && bytes + file.Content.Length <= Attachment.MaxTotalBytes))
        {
            (count, bytes) = (count + 1, bytes + file.Content.Length);
            fitting.Add(file);
        }

        return fitting.ToImmutable();
    }

    private string? Fault(string key, ImmutableArray<Attachment> files, Attachment file)
    {
        var bytes = files.Sum(static other => other.Content.Length) + file.Content.Length;
        return files.Length >= Attachment.MaxCount ? string.Create(CultureInfo.InvariantCulture, $"“{file.Name}” was not attached: a message takes up to {Attachment.MaxCount} files. Remove one first.")
            : bytes > Attachment.MaxTotalBytes ? string.Create(CultureInfo.InvariantCulture, $"“{file.Name}” was not attached: the files of a message may have {Attachment.MaxTotalBytes / 1_000_000} MB together. Remove one first.")
            : !IsKept(key) && _held.Values.SelectMany(static held => held).Sum(static held => held.Content.Length) + file.Content.Length > MaxHeldBytes ? $"“{file.Name}” was not attached: too many files wait to be sent in temporary chats. Send or remove some first."
            : null;
    }

    private void Save(string key, ImmutableArray<Attachment> files, Task? after = null)
    {
        if (IsKept(key))
        {
            _held = _held.Remove(key);
            if (!files.SequenceEqual(Find(key)))
            {
                _writes.Write(key, files, after);
            }
        }
        else
        {
            _held = files.IsEmpty ? _held.Remove(key) : _held.SetItem(key, files);
        }
    }
}
