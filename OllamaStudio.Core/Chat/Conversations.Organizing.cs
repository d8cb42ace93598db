using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Core.Chat;

/// <content>What a person does with conversations in their list. Each is stored, and told to every list.</content>
public sealed partial class Conversations
{
    /// <summary>Every tag that a conversation has, in the order of the alphabet, each once whatever its letter case.</summary>
    public IReadOnlyList<string> Tags =>
        [.. _entries.Values.SelectMany(static entry => entry.Summary.Tags).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.CurrentCultureIgnoreCase)];

    /// <summary>Names a conversation, in every list and on every page that shows it; a blank name is ignored.</summary>
    public void Rename(string id, string title) => Arrange(id, conversation => conversation.Rename(title));

    /// <summary>Puts a conversation above all others, or back among them.</summary>
    public void Pin(string id, bool isPinned) => Arrange(id, conversation => conversation.Pin(isPinned));

    /// <summary>Puts a conversation away, or takes it back, pinned where it was.</summary>
    public void Archive(string id, bool isArchived) => Arrange(id, conversation => conversation.Archive(isArchived));

    /// <summary>Puts these tags on a conversation, and no others.</summary>
    /// <exception cref="ArgumentException">See <see cref="ConversationTags.TryRead"/>; nothing has changed.</exception>
    public void SetTags(string id, IEnumerable<string> tags) => Arrange(id, conversation => conversation.SetTags(tags));

    /// <summary>
    /// Makes a second one of it, with all its branches, tags, parameters and figures, which from then on has nothing to do with the first. Its messages
    /// still name the traces in which they came about; those belong to the first one, and are deleted with it. A reply that is being generated comes
    /// as it is so far, interrupted. The copy of a temporary chat is a temporary one.
    /// </summary>
    /// <returns>The copy; null where there is no conversation of that id.</returns>
    public Conversation? Duplicate(string id) =>
        Find(id) is { } original ? AddCopy(ConversationCopy.Of(original.ToDocument(), original.Title, NewId(), _time.GetUtcNow()), original.IsTemporary) : null;

    private void Arrange(string id, Action<Conversation> change)
    {
        if (Find(id) is { } conversation)
        {
            change(conversation);
            _signal.Raise();
        }
    }

    /// <summary>
    /// What the person thinks of the reply whose turn has that trace; null where they have not said. Where that conversation has no such reply (any more), as one that
    /// it was moved out of, it is the reply of another one. One that is not opened stays so: the store is asked for this alone.
    /// </summary>
    public ReplyFeedback? FindFeedback(string id, string traceId)
    {
        var first = _opened.GetValueOrDefault(id);
        var reply = first?.FindReply(traceId);
        if (reply is null && (first is not null || !_entries.ContainsKey(id)))
        {
            reply = _opened.Values.Select(opened => opened.FindReply(traceId)).FirstOrDefault(static found => found is not null);
        }

        return reply is not null ? reply.Feedback : _store?.FindFeedback(id, traceId);
    }
}
