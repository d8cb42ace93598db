using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class TranscriptTests : ChatTestBase
{
    private readonly Conversation _conversation = new("c", TimeProvider.System);

    [Fact]
    public void Text_appears_as_it_arrives_and_the_end_is_announced_once()
    {
        _conversation.TryBegin(Prompt("hi"), Reply(state: MessageState.Streaming));
        var transcript = Draw();
        Assert.Equal("log", transcript.Find(".scroller").GetAttribute("role"));
        Assert.Equal("off", transcript.Find(".scroller").GetAttribute("aria-live"));

        _conversation.Append("Hello", null);
        transcript.WaitForAssertion(() => Assert.Contains("Hello", transcript.Markup, StringComparison.Ordinal));
        Assert.Equal("", transcript.Find("[role=status]").TextContent);

        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
        transcript.WaitForAssertion(() => Assert.Equal("Response complete", transcript.Find("[role=status]").TextContent));
    }

    [Fact]
    public void A_long_conversation_draws_its_newest_messages_and_earlier_ones_on_demand()
    {
        for (var i = 0; i < 50; i++)
        {
            _conversation.TryBegin(Prompt($"prompt {i}"), Reply(state: MessageState.Streaming));
            _conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
        }

        var transcript = Draw();
        Assert.Equal(Transcript.WindowStep, transcript.FindAll("[data-testid=message]").Count);
        Assert.Contains("prompt 49", transcript.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("prompt 0<", transcript.Markup, StringComparison.Ordinal);

        transcript.Find(".earlier").Click();
        Assert.Equal(100, transcript.FindAll("[data-testid=message]").Count);
        Assert.Empty(transcript.FindAll(".earlier"));
    }

    [Fact]
    public void What_a_person_wrote_is_never_markup()
    {
        _conversation.TryBegin(Prompt("<b>bold</b>"), Reply(state: MessageState.Streaming));

        Assert.Equal("<b>bold</b>", Draw().Find("[data-role=user] .text").TextContent);
    }

    protected override void Dispose(bool disposing)
    {
        _conversation.Dispose();
        base.Dispose(disposing);
    }

    private IRenderedComponent<Transcript> Draw() => Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation));
}
