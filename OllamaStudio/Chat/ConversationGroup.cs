using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>Conversations that stand together in the list.</summary>
/// <param name="Title">Such as "Today".</param>
/// <param name="Items">In the order in which they came; never empty.</param>
public sealed record ConversationGroup(string Title, IReadOnlyList<ConversationSummary> Items)
{
    /// <summary>What is pinned, then the others by local day; what is put away is in none of them.</summary>
    public static List<ConversationGroup> Sections(IReadOnlyList<ConversationSummary> conversations, TimeProvider time)
    {
        List<ConversationSummary> pinned = [.. conversations.Where(static conversation => conversation is { IsPinned: true, IsArchived: false })];
        List<ConversationSummary> others = [.. conversations.Where(static conversation => conversation is { IsPinned: false, IsArchived: false })];
        return pinned.Count == 0 ? ByDay(others, time) : [new ConversationGroup("Pinned", pinned), .. ByDay(others, time)];
    }

    /// <summary>Groups conversations, newest first, by local day.</summary>
    public static List<ConversationGroup> ByDay(IReadOnlyList<ConversationSummary> conversations, TimeProvider time)
    {
        var today = time.GetLocalNow().Date;
        return
        [
            .. conversations
                .GroupBy(conversation => TitleOf(today, TimeZoneInfo.ConvertTime(conversation.UpdatedAt, time.LocalTimeZone).Date))
                .Select(group => new ConversationGroup(group.Key, [.. group])),
        ];
    }

    private static string TitleOf(DateTime today, DateTime day) => (today - day).Days switch
    {
        <= 0 => "Today",
        1 => "Yesterday",
        < 7 => "Last 7 days",
        < 30 => "Last 30 days",
        _ => "Earlier",
    };
}
