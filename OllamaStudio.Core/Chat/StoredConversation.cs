using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>A conversation as it is stored.</summary>
/// <param name="Head">All but its messages.</param>
/// <param name="Messages">Every message, those of other branches too, in the order in which they came.</param>
public sealed record StoredConversation(ConversationHead Head, ImmutableArray<StoredMessage> Messages);

/// <summary>What is stored of a conversation beside its messages.</summary>
/// <param name="Summary">What lists show.</param>
public sealed record ConversationHead(ConversationSummary Summary)
{
    /// <summary>The name that a person gave it; null where the title is the first prompt.</summary>
    public string? Name { get; init; }

    /// <summary>Ids of the tools that the person switched off.</summary>
    public ImmutableHashSet<string> DisabledTools { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>What the model is told first; null for nothing.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Parameters of its model calls, a JSON object; null for the model's own.</summary>
    public string? Parameters { get; init; }

    /// <summary>The message that was to be sent next; null for none.</summary>
    public string? Queued { get; init; }

    /// <summary>The models whose replies to one prompt stand side by side; null for none.</summary>
    public SideBySide? SideBySide { get; init; }
}

/// <summary>A message in its place.</summary>
/// <param name="Number">Its place in the order in which the conversation's messages came, from 0.</param>
/// <param name="Parent">The number of the one that it follows; null for a first one.</param>
/// <param name="IsShown">Whether it is shown among its siblings.</param>
/// <param name="Message">The message.</param>
public sealed record StoredMessage(int Number, int? Parent, bool IsShown, MessageRecord Message);

/// <summary>A piece of a reply that is being written.</summary>
/// <param name="Number">The reply's number.</param>
/// <param name="IsThinking">Whether it belongs to the thinking, else to the text.</param>
/// <param name="Offset">How many characters came before it.</param>
/// <param name="Text">The piece.</param>
public sealed record StoredPiece(int Number, bool IsThinking, int Offset, string Text);

/// <summary>A message that was deleted; it may not have been stored.</summary>
/// <param name="Number">Its number.</param>
/// <param name="TraceId">The trace of its turn; null for none.</param>
public sealed record GoneMessage(int Number, string? TraceId);

/// <summary>What has changed in a conversation since it was last stored.</summary>
/// <param name="Head">All but its messages, as it stands.</param>
public sealed record ConversationChanges(ConversationHead Head)
{
    /// <summary>
    /// Messages that are new or have changed. One that is still being written comes without its text and thinking: what is stored of
    /// those stays, and grows by <see cref="Pieces"/>. Any other is whole, and its pieces are dropped.
    /// </summary>
    public ImmutableArray<StoredMessage> Messages { get; init; } = [];

    /// <summary>
    /// Messages that were deleted; they go before <see cref="Messages"/> come. That their traces are to be deleted stays noted until
    /// <see cref="IConversationStore.PurgeMessagesAsync"/>, or until they are stored again.
    /// </summary>
    public ImmutableArray<GoneMessage> Gone { get; init; } = [];

    /// <summary>Traces of messages that stay, to be deleted because they hold words of what was deleted: noted as those of <see cref="Gone"/> are.</summary>
    public ImmutableArray<string> Untraced { get; init; } = [];

    /// <summary>Which tool calls of <see cref="Messages"/> are new or have changed: the message's number and the call's place in it.</summary>
    public ImmutableHashSet<(int Number, int Call)> Calls { get; init; } = [];

    /// <summary>Messages that are shown now among their siblings.</summary>
    public ImmutableArray<StoredMessage> Shown { get; init; } = [];

    /// <summary>What came of the reply. A first piece, at offset 0, takes the place of all that was stored of its kind.</summary>
    public ImmutableArray<StoredPiece> Pieces { get; init; } = [];

    /// <summary>About how much memory it takes while it waits to be stored, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Which state of the conversation it leads to.</summary>
    internal long Version { get; init; }
}

/// <summary>What a person has written and not sent yet.</summary>
/// <param name="Text">The text; never empty.</param>
/// <param name="WrittenAt">When it was last changed, by the clock of the browser; UTC.</param>
public sealed record Draft(string Text, DateTimeOffset WrittenAt);
