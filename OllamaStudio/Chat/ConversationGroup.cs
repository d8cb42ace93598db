using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>Conversations of about the same age.</summary>
/// <param name="Title">Such as "Today".</param>
/// <param name="Items">Newest first; never empty.</param>
public sealed record ConversationGroup(string Title, IReadOnlyList<Conversation> Items)
{
    /// <summary>Groups conversations, newest first, by local day; with a query only those whose title contains every word of it.</summary>
    public static List<ConversationGroup> ByDay(IReadOnlyList<Conversation> conversations, string query, TimeProvider time)
    {
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var today = time.GetLocalNow().Date;
        return
        [
            .. conversations
                .Where(conversation => words.All(word => conversation.Title.Contains(word, StringComparison.CurrentCultureIgnoreCase)))
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
