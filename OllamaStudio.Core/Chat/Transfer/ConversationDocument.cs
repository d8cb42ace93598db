using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat.Transfer;

/// <summary>A conversation as it travels: all branches, in no place of the studio.</summary>
public sealed record ConversationDocument
{
    /// <summary>Id; the same conversation has it on every machine.</summary>
    public required string Id { get; init; }

    /// <summary>The name that a person gave it; null where none did.</summary>
    public string? Name { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The model that the next turn asks; null for the studio's default.</summary>
    public string? Model { get; init; }

    /// <summary>Ids of the tools that the person switched off in it.</summary>
    public ImmutableArray<string> DisabledTools { get; init; } = [];

    /// <summary>What the model is told first; null for nothing.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>Parameters of its model calls, a JSON object; null for the model's own.</summary>
    public string? Parameters { get; init; }

    /// <summary>Whether the person pinned it.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Whether the person put it away.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The person's words for it; may be empty.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Every message, each after the one that it follows, in the order in which they came.</summary>
    public ImmutableArray<MessageRecord> Messages { get; init; } = [];

    /// <summary>Ids of the messages that are shown among their siblings. Where no sibling is named, the first one is shown.</summary>
    public ImmutableHashSet<string> Shown { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>What a person sees of it: one path from a first message down to a last one.</summary>
    public ImmutableArray<MessageRecord> Path()
    {
        var path = ImmutableArray.CreateBuilder<MessageRecord>();
        var siblings = Messages.ToLookup(static message => message.ParentId);
        for (string? parent = null; siblings[parent].FirstOrDefault(message => Shown.Contains(message.Id)) is var shown && (shown ?? siblings[parent].FirstOrDefault()) is { } next; parent = next.Id)
        {
            path.Add(next);
        }

        return path.ToImmutable();
    }

    /// <summary>The same with one message, what leads to it, and all that follows it; null where there is no such message.</summary>
    public ConversationDocument? Branch(string messageId)
    {
        var byId = Messages.ToDictionary(static message => message.Id, StringComparer.Ordinal);
        if (!byId.ContainsKey(messageId))
        {
            return null;
        }

        HashSet<string> taken = new(StringComparer.Ordinal);
        for (var at = messageId; at is not null; at = byId[at].ParentId)
        {
            taken.Add(at);
        }

        // Each comes after the one that it follows. What follows a message above that one is not of its branch.
        HashSet<string> below = new([messageId], StringComparer.Ordinal);
        foreach (var message in Messages.Where(message => message.ParentId is { } parent && below.Contains(parent)))
        {
            below.Add(message.Id);
        }

        taken.UnionWith(below);
        return this with { Messages = [.. Messages.Where(message => taken.Contains(message.Id))], Shown = Shown.Intersect(taken) };
    }

    /// <summary>As it is stored. Its title is the name, else what a person wrote first.</summary>
    internal StoredConversation ToStored()
    {
        var numbers = Messages.Index().ToDictionary(static message => message.Item.Id, static message => message.Index, StringComparer.Ordinal);
        return new StoredConversation(
            new ConversationHead(new ConversationSummary
            {
                Id = Id, Title = Conversation.TitleOf(Name, Path()), Model = Model, CreatedAt = CreatedAt, UpdatedAt = UpdatedAt, IsPinned = IsPinned, IsArchived = IsArchived, Tags = Tags,
            })
            {
                Name = Name, DisabledTools = [.. DisabledTools], SystemPrompt = SystemPrompt, Parameters = Parameters,
            },
            [.. Messages.Select((message, index) => new StoredMessage(index, message.ParentId is { } parent ? numbers[parent] : null, Shown.Contains(message.Id), message))]);
    }
}
