using Microsoft.Extensions.Time.Testing;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>Which rows the list has, and where.</summary>
public class ConversationRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ConversationSummary[] All =
    [
        One("a", daysAgo: 0), One("b", daysAgo: 0) with { IsArchived = true, IsPinned = true }, One("c", daysAgo: 1) with { IsPinned = true }, One("d", daysAgo: 1), One("e", daysAgo: 400) with { IsArchived = true },
    ];

    [Fact]
    public void Pinned_ones_come_first_then_days_and_what_is_put_away_is_folded_at_the_end()
    {
        Assert.Equal(["# Pinned", "0 c", "# Today", "1 a", "# Yesterday", "2 d", "3 archived 2"], Told(ConversationRow.Of(All, isArchiveOpen: false, new FakeTimeProvider(Now))));
        Assert.Equal(["3 archived 2", "4 b", "5 e"], Told(ConversationRow.Of(All, isArchiveOpen: true, new FakeTimeProvider(Now)))[^3..]);
        Assert.Equal(["# Today", "0 a"], Told(ConversationRow.Of(All[..1], isArchiveOpen: true, new FakeTimeProvider(Now))));
        Assert.Empty(ConversationRow.Of([], isArchiveOpen: true, new FakeTimeProvider(Now)));
    }

    [Fact]
    public void A_search_lists_by_day_what_it_has_found_wherever_that_is_put()
    {
        var hits = new ConversationHits([.. All.Select(static conversation => new ConversationHit(conversation))], ConversationQuery.Parse("x"));

        Assert.Equal(["# Today", "0 a", "1 b", "# Yesterday", "2 c", "3 d", "# Earlier", "4 e"], Told(ConversationRow.Of(hits, new FakeTimeProvider(Now))));
        Assert.All(ConversationRow.Of(hits, new FakeTimeProvider(Now)).Where(static row => row.IsStop), static row => Assert.Equal(row.Conversation, row.Hit?.Conversation));
    }

    private static ConversationSummary One(string id, int daysAgo) => new() { Id = id, CreatedAt = Now.AddDays(-daysAgo), UpdatedAt = Now.AddDays(-daysAgo) };

    private static string[] Told(List<ConversationRow> rows) =>
        [.. rows.Select(static row => row.Heading is { } heading ? $"# {heading}" : $"{row.Index} {row.Conversation?.Id ?? $"archived {row.ArchivedCount}"}")];
}
