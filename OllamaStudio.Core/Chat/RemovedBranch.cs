using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>A message that a person deleted, with all that followed it, or alone: to be put back for a while, then gone for good.</summary>
public sealed class RemovedBranch
{
    internal RemovedBranch(Conversation conversation, ImmutableArray<StoredMessage> messages) => (Conversation, Messages) = (conversation, messages);

    /// <summary>Where it was.</summary>
    public Conversation Conversation { get; }

    /// <summary>How many messages it is.</summary>
    public int Count => Messages.Length;

    /// <summary>The message that was deleted, the first of them.</summary>
    public MessageRecord First => Messages[0].Message;

    /// <summary>All of them, in the order in which they came, each in the place that it had, with the trace that it had at first: another one may hold it back.</summary>
    internal ImmutableArray<StoredMessage> Messages { get; private set; }

    /// <summary>What followed them and is still there, each in the place that it had; none where all that followed went along.</summary>
    internal ImmutableArray<StoredMessage> Moved { get; init; } = [];

    /// <summary>What those follow now; null where they are first messages.</summary>
    internal string? MovedTo { get; set; }

    /// <summary>
    /// The other replies whose traces hold words of what is gone, with those traces: this one holds them back. Several may hold back the same one, and a reply may have
    /// been taken out itself.
    /// </summary>
    internal ImmutableArray<MessageRecord> Untraced { get; set; } = [];

    /// <summary>The traces of the turns in which they came about, and of those that were sent with their words.</summary>
    internal IReadOnlyList<string> TraceIds => [.. Messages.Select(static stored => stored.Message.TraceId).Concat(Untraced.Select(static reply => reply.TraceId)).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Those traces are gone for good.</summary>
    internal void Untrace(HashSet<string> lost)
    {
        Untraced = Untraced.RemoveAll(reply => lost.Contains(reply.TraceId!));
        Messages = [.. Messages.Select(stored => stored.Message.TraceId is { } trace && lost.Contains(trace) ? stored with { Message = stored.Message with { TraceId = null } } : stored)];
    }

    /// <summary>One of them is to be put back below another message.</summary>
    internal void Reparent(string id, string? parentId) =>
        Messages = [.. Messages.Select(stored => stored.Message.Id == id ? stored with { Message = stored.Message with { ParentId = parentId } } : stored)];
}

/// <summary>What goes where one message is deleted and what follows it stays.</summary>
/// <param name="Messages">Messages: itself, and of a prompt its replies, all versions; 0 where there is no such message.</param>
/// <param name="Traces">Traces of replies that stay, which were sent with its words.</param>
/// <param name="HasHeir">Whether another version of the reply takes what follows it.</param>
public sealed record DeletedAlone(int Messages, int Traces, bool HasHeir = false);

/// <summary>A branch that a person moved out of a conversation into one of its own.</summary>
public sealed class MovedBranch
{
    private readonly long _version;

    internal MovedBranch(RemovedBranch removed, Conversation conversation, long version) => (Removed, Conversation, _version) = (removed, conversation, version);

    /// <summary>What was taken out of the conversation that it was in.</summary>
    public RemovedBranch Removed { get; }

    /// <summary>The conversation that it is in now.</summary>
    public Conversation Conversation { get; }

    /// <summary>Whether nothing was said or changed there since: neither a message nor a thumb, a name, a tag, a parameter.</summary>
    public bool IsUntouched => !Conversation.IsGenerating && !Conversation.IsDeleted && Conversation.Version == _version;
}

/// <summary>What came of a move.</summary>
/// <param name="Branch">What was moved; null where nothing was.</param>
/// <param name="IsStored">False where nothing was moved because the store did not take the new conversation in time.</param>
public sealed record MoveResult(MovedBranch? Branch, bool IsStored = true);
