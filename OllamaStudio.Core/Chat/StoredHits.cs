namespace OllamaStudio.Core.Chat;

/// <summary>What a search has found in the store.</summary>
/// <param name="Hits">One of each conversation, in any order.</param>
public sealed record StoredHits(IReadOnlyList<StoredHit> Hits)
{
    /// <summary>Nothing.</summary>
    public static StoredHits None { get; } = new([]);

    /// <summary>How many messages were looked through, the newest ones; null for all.</summary>
    public int? LookedThrough { get; init; }

    /// <summary>How many of the messages, or tool calls, that an index found were looked at, the newest ones; null for all.</summary>
    public int? LookedAt { get; init; }

    /// <summary>Whether the index is damaged and being made anew: what <see cref="LookedThrough"/> says was looked through without it.</summary>
    public bool IsIndexDamaged { get; init; }
}

/// <summary>A place in a stored conversation.</summary>
/// <param name="ConversationId"><see cref="Conversation.Id"/>.</param>
/// <param name="MessageId">The first message that is shown and has it, else the first.</param>
/// <param name="IsHidden">Whether that message is in a branch that is not shown.</param>
/// <param name="Found">What stands there.</param>
public sealed record StoredHit(string ConversationId, string MessageId, bool IsHidden, FoundText Found);
