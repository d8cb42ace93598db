using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>A row of the list: the heading of a group, a conversation, or what unfolds those that are put away. All are of one height.</summary>
/// <param name="Key">What it is known by as others come and go.</param>
/// <param name="Index">Its place among the rows that the keyboard goes to, from 0; of a heading, that of the row below it.</param>
public sealed record ConversationRow(string Key, int Index)
{
    /// <summary>The title of a group; null for another row.</summary>
    public string? Heading { get; init; }

    /// <summary>The conversation; null for another row.</summary>
    public ConversationSummary? Conversation { get; init; }

    /// <summary>How a search has found it; null where nothing is searched.</summary>
    public ConversationHit? Hit { get; init; }

    /// <summary>How many are put away; null for another row.</summary>
    public int? ArchivedCount { get; init; }

    /// <summary>Whether the keyboard goes to it.</summary>
    public bool IsStop => Heading is null;

    /// <summary>The rows of all conversations: those that are put away at the end, and only where that is unfolded.</summary>
    public static List<ConversationRow> Of(IReadOnlyList<ConversationSummary> conversations, bool isArchiveOpen, TimeProvider time)
    {
        var rows = Of(ConversationGroup.Sections(conversations, time), static conversation => null);
        List<ConversationSummary> archived = [.. conversations.Where(static conversation => conversation.IsArchived)];
        if (archived.Count > 0)
        {
            var next = CountStops(rows);
            rows.Add(new ConversationRow("archived", next) { ArchivedCount = archived.Count });
            rows.AddRange(isArchiveOpen ? archived.Select((conversation, place) => new ConversationRow(conversation.Id, next + 1 + place) { Conversation = conversation }) : []);
        }

        return rows;
    }

    /// <summary>The rows of what a search has found, wherever that is put.</summary>
    public static List<ConversationRow> Of(ConversationHits hits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(hits);
        var found = hits.All.ToDictionary(static hit => hit.Conversation.Id, StringComparer.Ordinal);
        return Of(ConversationGroup.ByDay([.. hits.All.Select(static hit => hit.Conversation)], time), conversation => found[conversation.Id]);
    }

    /// <summary>How many of them the keyboard goes to.</summary>
    public static int CountStops(IReadOnlyList<ConversationRow> rows) => rows is [.., var last] ? last.Index + 1 : 0;

    private static List<ConversationRow> Of(List<ConversationGroup> groups, Func<ConversationSummary, ConversationHit?> hitOf)
    {
        var rows = new List<ConversationRow>();
        var index = 0;
        foreach (var group in groups)
        {
            rows.Add(new ConversationRow("heading " + group.Title, index) { Heading = group.Title });
            rows.AddRange(group.Items.Select(conversation => new ConversationRow(conversation.Id, index++) { Conversation = conversation, Hit = hitOf(conversation) }));
        }

        return rows;
    }
}
