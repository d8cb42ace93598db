using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class MessageTimeTests : ChatTestBase
{
    [Fact]
    public void A_message_says_when_by_the_clock_on_the_wall_and_the_day_to_those_who_ask_or_listen()
    {
        var clock = new ManualTime();
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(5.5), "east", "east"));
        Services.AddSingleton<TimeProvider>(clock);
        var at = new DateTimeOffset(2026, 11, 26, 20, 4, 5, TimeSpan.Zero);

        var reply = Render<AssistantMessage>(parameters => parameters.Add(p => p.Message, Reply("Yes") with { CreatedAt = at }));
        var prompt = Render<UserMessage>(parameters => parameters.Add(p => p.Message, Prompt("Really?") with { CreatedAt = at }));

        foreach (var time in new[] { reply.Find("time"), prompt.Find("time") })
        {
            Assert.Equal("2026-11-26T20:04:05Z", time.GetAttribute("datetime"));
            Assert.Equal("Friday, 27 November 2026, 01:34:05", time.GetAttribute("title"));
            Assert.Equal("01:34", time.QuerySelector("[aria-hidden]")!.TextContent);
            Assert.Equal("27 November 2026, 01:34", time.QuerySelector(".visually-hidden")!.TextContent);
        }
    }
}
