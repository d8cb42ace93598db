namespace OllamaStudio.Core.Chat;

/// <summary>What a person has written in each conversation and not sent yet, one text each. Safe to use from any thread.</summary>
public sealed class Drafts(IConversationStore store, Conversations conversations)
{
    // A draft of null is a deletion.
    private readonly LatestWrites<Draft?> _writes = new(store.SaveDraftAsync);

    /// <summary>The draft of that conversation, of a new chat where it is empty; null where there is none.</summary>
    public Draft? Find(string conversationId) => _writes.TryFind(conversationId, out var draft) ? draft : store.FindDraft(conversationId);

    /// <summary>Keeps a text, unless a newer one is kept; a blank one deletes it. That of a temporary chat is not kept.</summary>
    /// <param name="conversationId">The conversation, or empty.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="writtenAt">When it was written, by the clock of the browser.</param>
    public void Keep(string conversationId, string text, DateTimeOffset writtenAt)
    {
        ArgumentNullException.ThrowIfNull(text);
        if ((conversationId.Length == 0 || conversations.FindSummary(conversationId) is { IsTemporary: false })
            && text.Length <= ChatService.MaxPromptLength && !(Find(conversationId)?.WrittenAt > writtenAt))
        {
            Save(conversationId, string.IsNullOrWhiteSpace(text) ? null : new Draft(text, writtenAt));
        }
    }

    /// <summary>It is no draft any more.</summary>
    public void Delete(string conversationId) => Save(conversationId, null);

    /// <summary>It was sent, and is deleted once the conversation has it: at no moment is the text nowhere.</summary>
    /// <param name="conversationId">Whose draft it was, empty for a new chat.</param>
    /// <param name="conversation">The conversation whose message it is now.</param>
    public void Sent(string conversationId, Conversation conversation) => Save(conversationId, null, conversations.StoreAsync(conversation));

    private void Save(string conversationId, Draft? draft, Task? after = null)
    {
        if (draft is not null || Find(conversationId) is not null)
        {
            _writes.Write(conversationId, draft, after);
        }
    }
}
