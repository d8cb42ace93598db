using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>A message that a person deleted, with all that followed it: to be put back for a while, then gone for good.</summary>
public sealed class RemovedBranch
{
    internal RemovedBranch(Conversation conversation, ImmutableArray<StoredMessage> messages) => (Conversation, Messages) = (conversation, messages);

    /// <summary>Where it was.</summary>
    public Conversation Conversation { get; }

    /// <summary>How many messages it is.</summary>
    public int Count => Messages.Length;

    /// <summary>The message that was deleted, the first of them.</summary>
    public MessageRecord First => Messages[0].Message;

    /// <summary>All of them, in the order in which they came, each in the place that it had.</summary>
    internal ImmutableArray<StoredMessage> Messages { get; }

    /// <summary>The traces of the turns in which they came about.</summary>
    internal IReadOnlyList<string> TraceIds => [.. Messages.Select(static stored => stored.Message.TraceId).OfType<string>().Distinct(StringComparer.Ordinal)];
}
