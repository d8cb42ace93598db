using System.Globalization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shared;

/// <summary>What is said about a search in conversations.</summary>
public static class SearchText
{
    /// <summary>That not all messages were looked through, and what helps; null where all were.</summary>
    public static string? Reach(ConversationHits? hits) => hits switch
    {
        { LookedThrough: { } lookedThrough } => string.Create(
            CultureInfo.InvariantCulture,
            $"Only the newest {lookedThrough:N0} messages were looked through; {(hits.IsIndexDamaged ? "the index of the search is being rebuilt, and after that finds all" : "type more to search all")}."),
        { LookedAt: { } lookedAt } => string.Create(
            CultureInfo.InvariantCulture, $"Very many messages may match, and only the newest {lookedAt:N0} of those were looked at; type more to reach older ones."),
        _ => null,
    };
}
