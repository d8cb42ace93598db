using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Export.Annotations;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Tests.Web.Chat;

public sealed class FeedbackButtonsTests : ChatTestBase
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_thumb_is_pressed_changed_and_taken_back_and_keeps_its_note()
    {
        var (conversation, reply) = Talk();
        var buttons = Draw(conversation);
        Assert.Equal(["false", "false"], Pressed(buttons));
        Assert.Empty(buttons.FindAll("[data-testid=feedback]"));

        buttons.Find("[data-testid=thumb-up]").Click();
        buttons.WaitForAssertion(() => Assert.Equal(new ReplyFeedback(ReplyThumb.Up), conversation.Messages[^1].Feedback), s_guard);
        Show(buttons, conversation);
        Assert.Equal(["true", "false"], Pressed(buttons));

        buttons.Find("[data-testid=feedback-text]").Change("Exactly what I asked for");
        buttons.Find("[data-testid=feedback-save]").Click();
        buttons.WaitForAssertion(() => Assert.Equal("Exactly what I asked for", conversation.Messages[^1].Feedback!.Note), s_guard);
        Show(buttons, conversation);
        Assert.Equal("Exactly what I asked for", buttons.Find("[data-testid=feedback-note]").TextContent.Trim());
        Assert.Equal("Note: Exactly what I asked for", buttons.Find("[data-testid=feedback-note]").GetAttribute("aria-label"));

        buttons.Find("[data-testid=thumb-down]").Click();
        buttons.WaitForAssertion(() => Assert.Equal(new ReplyFeedback(ReplyThumb.Down, "Exactly what I asked for"), conversation.Messages[^1].Feedback), s_guard);
        Show(buttons, conversation);
        Assert.Equal(["false", "true"], Pressed(buttons));

        buttons.Find("[data-testid=thumb-down]").Click();
        buttons.WaitForAssertion(() => Assert.Null(conversation.Messages[^1].Feedback), s_guard);
        Show(buttons, conversation);
        Assert.Equal(["false", "false"], Pressed(buttons));
        Assert.Equal(reply, conversation.Messages[^1].Id);
    }

    [Fact]
    public void A_note_is_kept_when_its_field_is_left()
    {
        var (conversation, _) = Talk();
        var buttons = Draw(conversation);
        buttons.Find("[data-testid=thumb-down]").Click();
        Show(buttons, conversation);

        buttons.Find("[data-testid=feedback-text]").Change("Too long");

        buttons.WaitForAssertion(() => Assert.Equal(new ReplyFeedback(ReplyThumb.Down, "Too long"), conversation.Messages[^1].Feedback), s_guard);
    }

    [Fact]
    public void What_is_withdrawn_by_its_button_is_gone()
    {
        var (conversation, _) = Talk();
        var buttons = Draw(conversation);
        buttons.Find("[data-testid=thumb-up]").Click();
        Show(buttons, conversation);

        buttons.Find("[data-testid=feedback-withdraw]").Click();

        buttons.WaitForAssertion(() => Assert.Null(conversation.Messages[^1].Feedback), s_guard);
    }

    [Fact]
    public void What_became_of_it_at_Phoenix_is_said()
    {
        var (conversation, reply) = Talk();
        var buttons = Draw(conversation);
        buttons.Find("[data-testid=thumb-up]").Click();
        Show(buttons, conversation);
        buttons.WaitForAssertion(() => Assert.Equal("Kept here alone: the trace of this reply is not exported.", buttons.Find("[data-testid=feedback-delivery]").TextContent), s_guard);
        Assert.Empty(buttons.FindAll("[data-testid=feedback-sent]"));

        var annotator = Services.GetRequiredService<Annotator>();
        foreach (var (state, reason, line) in new[]
        {
            (AnnotationState.Waiting, (string?)null, "Waiting to be sent to a destination that is gone."),
            (AnnotationState.Waiting, "It does not answer", "Waiting for a destination that is gone: it does not answer."),
            (AnnotationState.Refused, "403: no", "a destination that is gone refused it: 403: no."),
            (AnnotationState.Sent, null, "Sent to a destination that is gone."),
        })
        {
            Annotations.Deliveries = [new AnnotationDelivery(new Annotation { MessageId = reply, TraceId = "", Label = Annotation.ThumbsUp, ChangedAt = default }, "gone", state, reason, 1)];
            annotator.Put(Annotations.Deliveries[0].Annotation);
            buttons.WaitForAssertion(() => Assert.Equal(line, buttons.Find("[data-testid=feedback-delivery]").TextContent), s_guard);
            Assert.Equal(state is AnnotationState.Sent, buttons.FindAll("[data-testid=feedback-sent]").Count > 0);
            Assert.Equal(state is AnnotationState.Refused, buttons.FindAll("[data-testid=feedback-refused]").Count > 0);
        }
    }

    [Theory]
    [InlineData(DestinationKind.Phoenix, DestinationProtocol.Grpc, "Kept here alone: spans go to Phoenix by gRPC, and it takes feedback by HTTP.")]
    [InlineData(DestinationKind.Jaeger, DestinationProtocol.Grpc, "Kept here alone: no Phoenix is among the destinations.")]
    [InlineData(DestinationKind.Jaeger, DestinationProtocol.HttpProtobuf, "Kept here alone: no Phoenix is among the destinations.")]
    public void Why_nothing_is_sent_is_told_truly(DestinationKind kind, DestinationProtocol protocol, string words)
    {
        Settings.UpdateTelemetry(telemetry => telemetry with { Destination = telemetry.Destination with { Kind = kind, Protocol = protocol, Endpoint = "http://localhost:4317" } });
        var (conversation, _) = Talk(isSampled: true);
        var buttons = Draw(conversation);
        buttons.Find("[data-testid=thumb-up]").Click();
        Show(buttons, conversation);

        buttons.WaitForAssertion(() => Assert.StartsWith(words, buttons.Find("[data-testid=feedback-delivery]").TextContent, StringComparison.Ordinal), s_guard);
    }

    private (Conversation Conversation, string ReplyId) Talk(bool isSampled = false)
    {
        var conversation = Services.GetRequiredService<Conversations>().Create();
        var reply = Reply(state: MessageState.Streaming);
        Assert.True(conversation.TryBegin(Prompt("hi"), reply));
        conversation.UpdateReply(begun => begun with { State = MessageState.Complete, Sampled = isSampled, TraceId = "0af7651916cd43dd8448eb211c80319c" });
        return (conversation, reply.Id);
    }

    private IRenderedComponent<FeedbackButtons> Draw(Conversation conversation) =>
        Render<FeedbackButtons>(parameters => parameters.Add(p => p.ConversationId, conversation.Id).Add(p => p.Message, conversation.Messages[^1]));

    private static void Show(IRenderedComponent<FeedbackButtons> buttons, Conversation conversation) =>
        buttons.Render(parameters => parameters.Add(p => p.Message, conversation.Messages[^1]));

    private static IEnumerable<string?> Pressed(IRenderedComponent<FeedbackButtons> buttons) => buttons.FindAll("[aria-pressed]").Select(button => button.GetAttribute("aria-pressed"));
}
