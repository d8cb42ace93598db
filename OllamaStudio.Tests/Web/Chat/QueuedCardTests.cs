using Bunit;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class QueuedCardTests : BunitContext
{
    [Theory]
    [InlineData(false, MessageState.Streaming, "Next: sent when this reply is complete", null)]
    [InlineData(true, MessageState.Stopped, "Held, because the reply was stopped", "Send")]
    [InlineData(true, MessageState.Failed, "Held, because the reply failed", "Send")]
    [InlineData(true, MessageState.Interrupted, "Held, because the reply was interrupted", "Send")]
    [InlineData(true, MessageState.Complete, "Held: it is sent when you say so", "Send")]
    [InlineData(true, MessageState.Streaming, "Held: it is sent when you say so", "Send after this reply")]
    public void It_says_when_it_is_sent_and_why_not_yet(bool isHeld, MessageState reply, string words, string? button)
    {
        var card = Draw(new QueuedMessage("<b>next</b>", isHeld), reply);

        Assert.Equal(words, card.Find("[role=status]").TextContent);
        Assert.Equal("<b>next</b>", card.Find(".text").TextContent);
        Assert.Equal(button, card.FindAll("[data-testid=queued-send]").SingleOrDefault()?.TextContent.Trim());
        Assert.Empty(card.FindAll("[data-testid=queued-add], [role=alert]"));
    }

    [Fact]
    public void A_reply_that_was_cut_at_the_token_limit_is_the_reason_for_holding_it()
    {
        var card = Render<QueuedCard>(parameters => parameters.Add(p => p.Queued, new QueuedMessage("next", IsHeld: true)).Add(p => p.Reply, MessageState.Complete).Add(p => p.WasCut, true));

        Assert.Equal("Held, because the reply was cut at the token limit", card.Find("[role=status]").TextContent);
    }

    [Theory]
    [InlineData(false, "Next: sent when you keep one of the replies")]
    [InlineData(true, "Held. Keep one of the replies first")]
    public void Behind_replies_side_by_side_it_waits_for_the_one_that_is_kept_and_is_not_sent_before(bool isHeld, string words)
    {
        var card = Render<QueuedCard>(parameters => parameters.Add(p => p.Queued, new QueuedMessage("next", isHeld)).Add(p => p.Reply, MessageState.Complete).Add(p => p.IsSideBySide, true));

        Assert.Equal(words, card.Find("[role=status]").TextContent);
        Assert.Empty(card.FindAll("[data-testid=queued-send]"));
    }

    [Theory]
    [InlineData(false, MessageState.Streaming, "gpt-x", "demo-small", "Next: held when this reply is complete, because gpt-x is not installed here")]
    [InlineData(true, MessageState.Complete, "gpt-x", "demo-small", "Held, because gpt-x is not installed here. Pick another model first, or send it to demo-small")]
    [InlineData(true, MessageState.Complete, "gpt-x", null, "Held, because gpt-x is not installed here. Pick another model first")]
    [InlineData(true, MessageState.Stopped, "gpt-x", "demo-small", "Held, because the reply was stopped")]
    public void Where_the_model_is_gone_it_says_so_and_what_to_do(bool isHeld, MessageState reply, string missing, string? instead, string words)
    {
        var card = Render<QueuedCard>(parameters => parameters.Add(p => p.Queued, new QueuedMessage("next", isHeld)).Add(p => p.Reply, reply).Add(p => p.MissingModel, missing).Add(p => p.InsteadModel, instead));

        Assert.Equal(words, card.Find("[role=status]").TextContent);
    }

    [Fact]
    public void A_second_message_can_be_added()
    {
        var added = 0;
        var card = Draw(new QueuedMessage("next"), MessageState.Streaming, () => added++);

        Assert.Contains("queued already", card.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        card.Find("[data-testid=queued-add]").Click();
        Assert.Equal(1, added);
    }

    [Fact]
    public void What_could_not_be_put_together_is_said()
    {
        var card = Draw(new QueuedMessage("next"), MessageState.Streaming);
        card.Render(parameters => parameters.Add(p => p.Fault, "The files of both are too many."));
        Assert.Equal("The files of both are too many.", card.Find("[role=alert]").TextContent);
    }

    private IRenderedComponent<QueuedCard> Draw(QueuedMessage queued, MessageState reply, Action? add = null) => Render<QueuedCard>(parameters =>
    {
        parameters.Add(p => p.Queued, queued).Add(p => p.Reply, reply).Add(p => p.IsRefused, add is not null);
        if (add is not null)
        {
            parameters.Add(p => p.OnAdd, add);
        }
    });
}
