using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <summary>Finds conversations by their titles and by what was said in them.</summary>
public static class ConversationSearch
{
    private const int Before = 16;
    private const int SnippetLength = 90;

    // Of a title: about what a list shows of it. Beyond, where a title may be a whole prompt, the place itself tells more.
    private const int SeenOfTitle = 60;

    /// <summary>
    /// Those whose title holds every word of the query, and those in which it was said as it stands, in the order in which they come;
    /// letter case does not count. The beginning of a title is looked at first, then what is shown, other branches, and the rest of
    /// the title. All of them where the query is blank.
    /// </summary>
    /// <param name="store">Where to look.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="most">Most that are returned.</param>
    /// <param name="cancellationToken">Gives up between two conversations.</param>
    public static IReadOnlyList<ConversationHit> Find(
        Conversations store, string query, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(query);
        query = query.Trim();
        var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var hits = new List<ConversationHit>();
        foreach (var conversation in store.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (hits.Count == most)
            {
                break;
            }

            var title = conversation.Title;
            var hit = Holds(title.AsSpan(0, Math.Min(title.Length, SeenOfTitle))) ? null : FindText(store, conversation, query);
            if (hit is not null || Holds(title))
            {
                hits.Add(hit ?? new ConversationHit(conversation));
            }
        }

        return hits;

        bool Holds(ReadOnlySpan<char> title)
        {
            foreach (var word in words)
            {
                if (!title.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static ConversationHit? FindText(Conversations store, ConversationSummary conversation, string query)
    {
        if (store.Read(conversation.Id) is not { } read)
        {
            return null; // deleted meanwhile
        }

        var shown = read.Messages;
        if (Find(shown, query) is { } seen)
        {
            return new ConversationHit(conversation) { Snippet = seen.Snippet, MessageId = seen.Id };
        }

        var seenIds = shown.Select(message => message.Id).ToHashSet(StringComparer.Ordinal);
        return Find(read.AllMessages.Where(message => !seenIds.Contains(message.Id)), query) is { } hidden
            ? new ConversationHit(conversation) { Snippet = hidden.Snippet, MessageId = hidden.Id, IsHidden = true }
            : null;
    }

    private static (string Id, string Snippet)? Find(IEnumerable<MessageRecord> messages, string query)
    {
        foreach (var message in messages)
        {
            var at = message.Text.IndexOf(query, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                return (message.Id, Cut(message.Text, Math.Max(0, at - Before)));
            }
        }

        return null;
    }

    private static string Cut(string text, int from)
    {
        from = TextCut.Boundary(text, from);
        var to = TextCut.Boundary(text, Math.Min(text.Length, from + SnippetLength));
        var words = string.Join(' ', text[from..to].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return (from > 0 ? "…" : "") + words + (to < text.Length ? "…" : "");
    }
}

/// <summary>A conversation that was found.</summary>
/// <param name="Conversation">The conversation.</param>
public sealed record ConversationHit(ConversationSummary Conversation)
{
    /// <summary>What was said around the place, in one line; null where the title was enough.</summary>
    public string? Snippet { get; init; }

    /// <summary>The message in which it was said; null where the title was enough.</summary>
    public string? MessageId { get; init; }

    /// <summary>Whether that message is in a branch that is not shown.</summary>
    public bool IsHidden { get; init; }
}
