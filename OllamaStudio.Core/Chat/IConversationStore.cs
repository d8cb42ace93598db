using System.Collections.Immutable;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Keeps conversations when the process ends. What is read blocks for a few milliseconds. What is written is written in the order of the
/// calls; a task ends when it is safe, however long that takes, and fails only by a fault of the store's own. Safe to use from any thread.
/// </summary>
public interface IConversationStore
{
    /// <summary>What was stored is gone: whoever holds conversations stores them again. Must be quick.</summary>
    event Action? Renewed;

    /// <summary>
    /// What an earlier process left unfinished is ended: replies that were being written are <see cref="MessageState.Interrupted"/>,
    /// images that no message has any more are deleted. Called once, before anything else is written.
    /// </summary>
    Task RecoverAsync();

    /// <summary>All conversations that are not deleted, in any order.</summary>
    IReadOnlyList<ConversationSummary> LoadAll();

    /// <summary>The conversations that are marked as deleted, by their ids.</summary>
    IReadOnlyList<string> FindDeleted();

    /// <summary>A conversation with its messages; images are not read. Null where there is none, or it cannot be read now.</summary>
    StoredConversation? Load(string id);

    /// <summary>What the person thinks of the reply whose turn has that trace, in that conversation, else in another one; null where they have not said, or there is none.</summary>
    ReplyFeedback? FindFeedback(string conversationId, string traceId);

    /// <summary>The stored replies whose turns have those traces, of conversations that are not deleted, the oldest first. More than one may have a trace: a copy's, too.</summary>
    IReadOnlyList<TracedReply> FindReplies(IReadOnlyCollection<string> traceIds);

    /// <summary>Finds conversations that are not deleted by what was said in them, by the newest messages first.</summary>
    /// <param name="query">What to look for; not blank.</param>
    /// <param name="most">Most that are returned.</param>
    /// <param name="isWanted">Whether the conversation of that id may be returned.</param>
    /// <param name="cancellationToken">Gives up between two messages.</param>
    StoredHits Search(ConversationQuery query, int most, Func<string, bool> isWanted, CancellationToken cancellationToken);

    /// <summary>The image of a tool, or attached file, of that id; null where there is none, or its conversation is deleted.</summary>
    ToolImage? FindImage(string id);

    /// <summary>Stores what has changed.</summary>
    Task SaveAsync(ConversationChanges changes);

    /// <summary>Marks a conversation as deleted, or as there again.</summary>
    Task MarkAsync(string id, bool isDeleted);

    /// <summary>Deletes a conversation for good, with its draft and the files attached to it, and with the images and the traces that only it still had.</summary>
    Task PurgeAsync(string id);

    /// <summary>The traces of deleted messages that are still to be deleted, each with its conversation's id.</summary>
    IReadOnlyList<(string ConversationId, string TraceId)> FindUnerased();

    /// <summary>What deleted messages left is gone for good: the notes of those traces, which are deleted by now, and the images that no other message has.</summary>
    Task PurgeMessagesAsync(string id, IReadOnlyList<string> traceIds);

    /// <summary>The draft of that conversation, of a new chat where it is empty; null where there is none.</summary>
    Draft? FindDraft(string conversationId);

    /// <summary>Stores a draft; null deletes it.</summary>
    Task SaveDraftAsync(string conversationId, Draft? draft);

    /// <summary>The files that are attached to that conversation's draft, of a new chat's where it is empty, in order; their bytes are not read.</summary>
    ImmutableArray<Attachment> FindDraftAttachments(string conversationId);

    /// <summary>Stores which files are attached to a draft, none for no more.</summary>
    Task SaveDraftAttachmentsAsync(string conversationId, ImmutableArray<Attachment> attachments);
}

/// <summary>Deletes what else is known of a conversation that is deleted for good, such as its spans. Any number may be registered.</summary>
public interface ISessionEraser
{
    /// <summary>Deletes all of it but what another conversation's reply refers to, as a copy's does; asked again after the next start where it did not end.</summary>
    /// <param name="sessionId"><see cref="Conversation.Id"/>.</param>
    Task EraseAsync(string sessionId);

    /// <summary>Deletes what is known of some of its turns, and of what was made of those, such as replays; asked again after the next start where it did not end.</summary>
    /// <param name="sessionId"><see cref="Conversation.Id"/>.</param>
    /// <param name="traceIds">Those traces; one that belongs to another conversation, or that another reply refers to, is left alone.</param>
    Task EraseTracesAsync(string sessionId, IReadOnlyList<string> traceIds);

    /// <summary>It was put back by somebody who still had it: what comes of it from now on is kept.</summary>
    void Restore(string sessionId);

    /// <summary>Stores nothing of it in the first place: the conversation is a temporary one.</summary>
    /// <param name="sessionId"><see cref="Conversation.Id"/>.</param>
    void Refuse(string sessionId);
}
