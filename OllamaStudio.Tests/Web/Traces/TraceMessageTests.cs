using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Shared;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The way from a trace to the message that it is of.</summary>
public sealed class TraceMessageTests : PanelTestBase
{
    [Fact]
    public void The_way_to_the_message_is_there_while_its_conversation_is()
    {
        var conversation = Conversations.Create();
        Hold(Span(1, attributes: [("session.id", conversation.Id)]));
        Hold(Turn(2));

        Assert.Equal($"chat/{conversation.Id}", Page(1).Find("[data-testid=trace-message]").GetAttribute("href"));
        Assert.Empty(Page(2).FindAll("[data-testid=trace-message]"));
    }

    [Fact]
    public void It_leads_to_the_reply_that_the_trace_is_of_on_its_branch()
    {
        var conversation = Conversations.Create();
        var (first, second) = (Reply(TraceId(1)), Reply(TraceId(2)));
        conversation.TryBegin(new() { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch }, first);
        conversation.TryBegin(null, second, first.Id);
        Hold(Span(1, attributes: [("session.id", conversation.Id)]));
        Assert.Equal(second.Id, conversation.Messages[^1].Id);

        var page = Page(1);
        page.Find("[data-testid=trace-message]").Click();

        page.WaitForAssertion(() => Assert.Equal(first.Id, conversation.Messages[^1].Id), TimeSpan.FromSeconds(30));
        Assert.Equal(new FindRequest(conversation.Id, first.Id, ""), Services.GetRequiredService<StudioUi>().TakeFind(conversation.Id));

        static MessageRecord Reply(string trace) =>
            new() { Id = "r" + trace, Role = MessageRole.Assistant, State = MessageState.Complete, TraceId = trace, CreatedAt = DateTimeOffset.UnixEpoch };
    }

    [Fact]
    public async Task It_leads_to_the_chat_that_the_reply_was_moved_to_and_the_list_names_that()
    {
        var conversation = Conversations.Create();
        foreach (var (name, trace) in new[] { ("one", 1), ("two", 2) })
        {
            Assert.True(conversation.TryBegin(
                new() { Id = name, Role = MessageRole.User, Text = name, CreatedAt = DateTimeOffset.UnixEpoch },
                new() { Id = "r" + name, Role = MessageRole.Assistant, State = MessageState.Complete, TraceId = TraceId(trace), CreatedAt = DateTimeOffset.UnixEpoch }));
            Hold(Span(trace, trace: trace, attributes: [("session.id", conversation.Id)]));
        }

        Hold(Span(3, trace: 3, attributes: [("session.id", conversation.Id)]));
        conversation.Rename("First");
        var page = Page(2);
        Assert.Equal($"chat/{conversation.Id}", page.Find("[data-testid=trace-message]").GetAttribute("href"));

        var moved = (await Conversations.MoveOutAsync(conversation.Id, "two")).Branch!.Conversation;
        Conversations.Rename(moved.Id, "Second");
        await Time.FireAsync(ChangeSignal.DefaultInterval); // what changes soon after another change is told by a timer

        page.WaitForAssertion(() => Assert.Equal($"chat/{moved.Id}", page.Find("[data-testid=trace-message]").GetAttribute("href")), TimeSpan.FromSeconds(30));
        page.Find("[data-testid=trace-message]").Click();
        Assert.Equal(new FindRequest(moved.Id, moved.Messages[^1].Id, ""), Services.GetRequiredService<StudioUi>().TakeFind(moved.Id));
        Assert.Equal(["First", "Second", "First"], from row in RenderTraces().FindAll("[data-testid=trace-row]") orderby row.GetAttribute("data-trace-id") select row.QuerySelector(".conversation")!.TextContent.Trim());
        Assert.Equal(("To the message", "To the chat"), (Label(1), Label(3))); // of the third there is no message

        string Label(int trace) => Page(trace).Find("[data-testid=trace-message]").TextContent.Trim();
    }

    [Fact]
    public void A_replay_is_called_so_and_leads_to_the_message_whose_call_was_made_again()
    {
        var conversation = Conversations.Create();
        conversation.TryBegin(
            new() { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch },
            new() { Id = "r", Role = MessageRole.Assistant, State = MessageState.Complete, TraceId = TraceId(1), CreatedAt = DateTimeOffset.UnixEpoch });
        Hold(Span(1, attributes: [("session.id", conversation.Id), ("studio.source", "chat")]));
        Hold(Span(2, trace: 2, attributes: [("session.id", conversation.Id), ("studio.source", "lab")]) with { Links = [new(TraceId(1), SpanId(1), [])] });

        Assert.Equal([false, true], from row in RenderTraces().FindAll("[data-testid=trace-row]") orderby row.GetAttribute("data-trace-id") select row.QuerySelector(".badge")?.TextContent == "Replay");
        Assert.Empty(Page(1).FindAll("[data-testid=trace-replay]"));
        var page = Page(2);
        Assert.Equal("Replay", page.Find("[data-testid=trace-replay]").TextContent);
        Assert.Equal("To the original message", page.Find("[data-testid=trace-message]").TextContent.Trim());
        page.Find("[data-testid=trace-message]").Click();
        Assert.Equal(new FindRequest(conversation.Id, "r", ""), Services.GetRequiredService<StudioUi>().TakeFind(conversation.Id));
    }

    [Fact]
    public void What_the_person_said_of_the_reply_stands_with_its_trace()
    {
        var conversation = Conversations.Create();
        conversation.TryBegin(
            new() { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = DateTimeOffset.UnixEpoch },
            new() { Id = "r", Role = MessageRole.Assistant, State = MessageState.Complete, TraceId = TraceId(1), CreatedAt = DateTimeOffset.UnixEpoch });
        Hold(Span(1, attributes: [("session.id", conversation.Id)]));
        var page = Page(1);
        Assert.Empty(page.FindAll("[data-testid=trace-feedback]"));

        conversation.SetFeedback("r", new ReplyFeedback(ReplyThumb.Down, "Rome is not in Spain"));
        Conversations.Touch();
        page.WaitForAssertion(() => Assert.Equal("Bad reply: Rome is not in Spain", page.Find("[data-testid=trace-feedback]").TextContent.Trim()), TimeSpan.FromSeconds(30));

        conversation.SetFeedback("r", new ReplyFeedback(ReplyThumb.Up));
        Assert.Equal("Good reply", Page(1).Find("[data-testid=trace-feedback]").TextContent.Trim());
    }

    private IRenderedComponent<TracePage> Page(int trace) => RenderTrace(trace);
}
