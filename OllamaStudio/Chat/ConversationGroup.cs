using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <summary>Conversations of about the same age.</summary>
/// <param name="Title">Such as "Today".</param>
/// <param name="Items">Newest first; never empty.</param>
public sealed record ConversationGroup(string Title, IReadOnlyList<ConversationSummary> Items)
{
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
