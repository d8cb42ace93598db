using System.Collections.Immutable;
using OllamaStudio.Core.Chat.Transfer;

namespace OllamaStudio.Core.Chat;

/// <summary>What a list shows of a conversation, without its messages: an immutable snapshot.</summary>
public sealed record ConversationSummary
{
    /// <summary>What is called <see cref="Title"/> before there is a message.</summary>
    public const string NoTitle = "New chat";

    /// <summary><see cref="Conversation.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Conversation.Title"/>.</summary>
    public string Title { get; init; } = NoTitle;

    /// <summary>The title without the mark of a copy at its end, and that mark with the blank before it (<c> (branch)</c>), which tells both apart; empty where it has none.</summary>
    public (string Stem, string Mark) TitleParts => ConversationCopy.Part(Title);

    /// <summary><see cref="Conversation.Model"/>; null for the studio's default.</summary>
    public string? Model { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether the person pinned it.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Whether the person put it away.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The person's words for it; may be empty.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Whether it is never stored.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>Whether a reply is being generated in it; never stored.</summary>
    public bool IsGenerating { get; init; }
}
