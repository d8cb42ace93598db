using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <content>Where a person has put it. None of this is a change of what was said: it keeps its place among the others of its day.</content>
public sealed partial class Conversation
{
    /// <summary>Whether the person pinned it.</summary>
    public bool IsPinned { get; private set; }

    /// <summary>Whether the person put it away.</summary>
    public bool IsArchived { get; private set; }

    /// <summary>The person's words for it; may be empty. See <see cref="ConversationTags"/>.</summary>
    public ImmutableArray<string> Tags { get; private set; } = [];

    /// <summary>Pins it, or not any more.</summary>
    internal void Pin(bool isPinned) => Arrange(() => IsPinned = isPinned);

    /// <summary>Puts it away, or takes it back as it was.</summary>
    internal void Archive(bool isArchived) => Arrange(() => IsArchived = isArchived);

    /// <summary>Puts these tags on it, and no others.</summary>
    /// <exception cref="ArgumentException">They cannot be kept; the message tells why, and nothing has changed.</exception>
    internal void SetTags(IEnumerable<string> tags)
    {
        if (!ConversationTags.TryRead(tags, out var read, out var fault))
        {
            throw new ArgumentException(fault, nameof(tags));
        }

        Arrange(() => Tags = read);
    }

    private void Arrange(Action change) => Change(isNews: false, change: () =>
    {
        change();
        _summary = null;
        MarkHead();
    });
}
