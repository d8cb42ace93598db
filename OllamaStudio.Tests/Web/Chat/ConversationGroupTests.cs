using Microsoft.Extensions.Time.Testing;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public class ConversationGroupTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "Today")]
    [InlineData(1, "Yesterday")]
    [InlineData(5, "Last 7 days")]
    [InlineData(20, "Last 30 days")]
    [InlineData(200, "Earlier")]
    public void Conversations_are_grouped_by_day(int daysAgo, string title)
    {
        using var conversation = new Conversation("c", new FakeTimeProvider(Now.AddDays(-daysAgo)));

        Assert.Equal(title, Assert.Single(ConversationGroup.ByDay([conversation.Summary], new FakeTimeProvider(Now))).Title);
    }
}
