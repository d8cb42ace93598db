using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// The conversations of this process, in memory. Holds the newest <see cref="Capacity"/>, and <see cref="MaxBytes"/> of texts and
/// images: beyond that images go first, of the conversation that changed longest ago, then whole conversations in that order.
/// The newest stays, and one in which a reply is being generated. Safe to use from any thread.
/// </summary>
public sealed class Conversations : IDisposable
{
    /// <summary>Most conversations held.</summary>
    public const int Capacity = 1000;

    /// <summary>Most bytes held in all of them together: 512 MB.</summary>
    public const long MaxBytes = 512_000_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ChangeSignal _signal;
    private readonly ConversationMemory _memory;
    private ImmutableDictionary<string, Conversation> _conversations = ImmutableDictionary.Create<string, Conversation>(StringComparer.Ordinal);

    /// <summary>Makes an empty store.</summary>
    public Conversations(TimeProvider time)
        : this(time, MaxBytes)
    {
    }

    internal Conversations(TimeProvider time, long maxBytes)
    {
        _time = time;
        _signal = new ChangeSignal(time);
        _memory = new ConversationMemory(maxBytes, MakeRoom);
    }

    /// <summary>What was let go because of the bounds.</summary>
    public LetGo LetGo { get; private set; } = LetGo.Nothing;

    /// <summary>Bytes held.</summary>
    internal long Bytes => _memory.Bytes;

    /// <summary>All conversations, the one that changed last first.</summary>
    public IReadOnlyList<Conversation> All => [.. _conversations.Values.OrderByDescending(conversation => conversation.UpdatedAt)];

    /// <summary>The one that changed last; null where there is none.</summary>
    public Conversation? Newest => _conversations.Values.MaxBy(static conversation => conversation.UpdatedAt);

    /// <summary>The conversation of that id, or null.</summary>
    public Conversation? Find(string id) => _conversations.GetValueOrDefault(id);

    /// <summary>The image of that id which a tool returned in one of them; null where it is not kept (any more).</summary>
    public ToolImage? FindImage(string id) => _conversations.Values.Select(conversation => conversation.FindImage(id)).FirstOrDefault(image => image is not null);

    /// <summary>Begins an empty conversation.</summary>
    public Conversation Create()
    {
        var conversation = new Conversation(Guid.CreateVersion7(_time.GetUtcNow()).ToString("N"), _time);
        Add(conversation);
        return conversation;
    }

    /// <summary>Takes a conversation out: it takes no message any more, until it is put back with <see cref="Add"/>.</summary>
    /// <returns>The conversation, or null where there is none of that id.</returns>
    public Conversation? Remove(string id)
    {
        Conversation? removed;
        lock (_gate)
        {
            removed = _conversations.GetValueOrDefault(id);
            _conversations = _conversations.Remove(id);
            removed?.KeepIn(null);
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
            _conversations = _conversations.SetItem(conversation.Id, conversation);
            conversation.KeepIn(_memory);
            if (_conversations.Count > Capacity && _conversations.Values.Where(held => !held.IsGenerating).MinBy(held => held.UpdatedAt) is { } oldest)
            {
                Drop(oldest);
            }
        }

        _signal.Raise();
    }

    /// <summary>Names a conversation, in every list and on every page that shows it; a blank name is ignored.</summary>
    public void Rename(Conversation conversation, string title)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        conversation.Rename(title);
        _signal.Raise();
    }

    /// <summary>Shows the branch through that message on every page, as <see cref="Conversation.Show"/> does, and its title in every list.</summary>
    /// <returns>False, with nothing changed, while a reply is being generated, or where there is no such message.</returns>
    public bool Show(Conversation conversation, string messageId)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var shown = conversation.Show(messageId);
        _signal.Raise();
        return shown;
    }

    /// <summary>Tells subscribers that a conversation's title or order may have changed.</summary>
    internal void Touch() => _signal.Raise();

    /// <summary>Calls <paramref name="changed"/> after the list changed, at most ten times a second, until the result is disposed.</summary>
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    // Sorting them all is dear, and seldom: once for each time that the bound is reached.
    private void MakeRoom()
    {
        lock (_gate)
        {
            var newest = Newest;
            Conversation[] oldestFirst = [.. _conversations.Values.Where(held => !held.IsGenerating).OrderBy(held => held.UpdatedAt)];
            foreach (var conversation in oldestFirst.Where(static held => held.HasImages).TakeWhile(_ => _memory.IsExceeded))
            {
                LetGo = LetGo with { Images = LetGo.Images + conversation.BoundImages(0) };
            }

            foreach (var conversation in oldestFirst.Where(held => held != newest).TakeWhile(_ => _memory.IsExceeded))
            {
                Drop(conversation);
            }
        }

        _signal.Raise();
    }

    private void Drop(Conversation conversation)
    {
        _conversations = _conversations.Remove(conversation.Id);
        LetGo = LetGo with { Conversations = LetGo.Conversations + 1 };
        conversation.KeepIn(null);
    }

    /// <inheritdoc />
    public void Dispose() => _signal.Dispose();
}
