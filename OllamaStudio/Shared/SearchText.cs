using System.Globalization;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Shared;

/// <summary>What is said about a search in conversations.</summary>
public static class SearchText
{
    /// <summary>That not all messages were looked through, and what helps; null where all were.</summary>
    public static string? Reach(ConversationHits? hits) => hits?.LookedThrough is not { } lookedThrough ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"Only the newest {lookedThrough:N0} messages were looked through; {(hits.IsIndexDamaged ? "the index of the search is being rebuilt, and after that finds all" : "type more to search all")}.");
}
