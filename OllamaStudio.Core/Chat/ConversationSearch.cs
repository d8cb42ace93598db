namespace OllamaStudio.Core.Chat;

/// <summary>Finds conversations by their titles, their tags, by what was said in them and by the names of the files that were sent with it.</summary>
public static class ConversationSearch
{
    // Of a title: about what a list shows of it. Beyond, where a title may be a whole prompt, the place itself tells more.
    private const int SeenOfTitle = 60;

    /// <summary>
    /// Those whose title holds every word of the query, and those in which it was said, the one that changed last first. The beginning of a
    /// title is looked at first, then what is shown, other branches, and the rest of the title. Where it stands nowhere as words, it is
    /// looked for within words. All of them where nothing is asked for.
    /// </summary>
    /// <param name="store">Where to look.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="most">Most that are returned.</param>
    /// <param name="cancellationToken">Gives up between two conversations.</param>
    public static ConversationHits Find(Conversations store, ConversationQuery query, int most, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(query);
        var all = store.All.Where(query.HasTags).ToList();
        if (query.Text.Length == 0)
        {
            return new ConversationHits([.. all.Take(most).Select(static conversation => new ConversationHit(conversation))], query);
        }

        var named = all.Where(conversation => query.IsInTitle(conversation.Title)).Select(static conversation => conversation.Id).ToHashSet(StringComparer.Ordinal);
        var begun = all.Where(conversation => named.Contains(conversation.Id)
            && (conversation.Title.Length <= SeenOfTitle || query.IsInTitle(conversation.Title[..SeenOfTitle]))).Select(static conversation => conversation.Id).ToHashSet(StringComparer.Ordinal);
        var open = all.Select(static conversation => conversation.Id).Where(id => !begun.Contains(id)).ToHashSet(StringComparer.Ordinal);
        var (said, answered, stored) = FindText(store, query, open, most, cancellationToken);
        return new ConversationHits(
            [
                .. all.Where(conversation => named.Contains(conversation.Id) || said.ContainsKey(conversation.Id)).Take(most).Select(conversation =>
                    said.TryGetValue(conversation.Id, out var hit)
                        ? new ConversationHit(conversation) { Snippet = hit.Found.Snippet, Words = hit.Found.Words, MessageId = hit.MessageId, IsHidden = hit.IsHidden }
                        : new ConversationHit(conversation)),
            ], answered)
        {
            LookedThrough = stored.LookedThrough,
            LookedAt = stored.LookedAt,
            IsIndexDamaged = stored.IsIndexDamaged,
        };
    }

    private static (Dictionary<string, StoredHit> Hits, ConversationQuery Query, StoredHits Stored) FindText(
        Conversations store, ConversationQuery query, HashSet<string> open, int most, CancellationToken cancellationToken)
    {
        // In memory what is nowhere else: what is not stored, or not yet.
        var hits = new Dictionary<string, StoredHit>(StringComparer.Ordinal);
        var unstored = store.FindUnstored().Where(conversation => open.Contains(conversation.Id)).ToDictionary(static conversation => conversation.Id, StringComparer.Ordinal);
        foreach (var conversation in unstored.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FindText(conversation, query) is { } hit)
            {
                hits.Add(conversation.Id, hit);
            }
        }

        var stored = store.Search(query, most, id => open.Contains(id) && !unstored.ContainsKey(id), cancellationToken);
        foreach (var hit in stored.Hits)
        {
            hits.Add(hit.ConversationId, hit);
        }

        return hits.Count == 0 && query.WithinWords() is { } within ? FindText(store, within, open, most, cancellationToken) : (hits, query, stored);
    }

    private static StoredHit? FindText(Conversation conversation, ConversationQuery query)
    {
        var shown = conversation.Messages;
        if (Find(shown, query) is { } seen)
        {
            return new StoredHit(conversation.Id, seen.Id, IsHidden: false, seen.Found);
        }

        var seenIds = shown.Select(static message => message.Id).ToHashSet(StringComparer.Ordinal);
        return Find(conversation.AllMessages.Where(message => !seenIds.Contains(message.Id)), query) is { } hidden
            ? new StoredHit(conversation.Id, hidden.Id, IsHidden: true, hidden.Found)
            : null;
    }

    private static (string Id, FoundText Found)? Find(IEnumerable<MessageRecord> messages, ConversationQuery query)
    {
        foreach (var message in messages)
        {
            foreach (var texts in message.ToolCalls.Select(static call => new[] { call.Name, call.Arguments, call.Result }).Prepend([message.Text, message.Thinking]).Concat(message.Attachments.Select(static file => new[] { file.Name })))
            {
                if (query.IsIn(texts) && query.Describe(texts) is { } found)
                {
                    return (message.Id, found);
                }
            }
        }

        return null;
    }
}

/// <summary>What a search has found.</summary>
/// <param name="All">The conversations, the one that changed last first.</param>
/// <param name="Query">What was found, to be marked.</param>
public sealed record ConversationHits(IReadOnlyList<ConversationHit> All, ConversationQuery Query)
{
    /// <summary>How many messages were looked through, the newest ones; null for all.</summary>
    public int? LookedThrough { get; init; }

    /// <inheritdoc cref="StoredHits.LookedAt"/>
    public int? LookedAt { get; init; }

    /// <summary>Whether the index is damaged and being rebuilt, so that more may be found later.</summary>
    public bool IsIndexDamaged { get; init; }
}

/// <summary>A conversation that was found.</summary>
/// <param name="Conversation">The conversation.</param>
public sealed record ConversationHit(ConversationSummary Conversation)
{
    /// <summary>What was said around the place, in one line; null where the title was enough.</summary>
    public string? Snippet { get; init; }

    /// <summary>What was said at the place; null where the title was enough.</summary>
    public string? Words { get; init; }

    /// <summary>The message in which it was said; null where the title was enough.</summary>
    public string? MessageId { get; init; }

    /// <summary>Whether that message is in a branch that is not shown.</summary>
    public bool IsHidden { get; init; }
}
