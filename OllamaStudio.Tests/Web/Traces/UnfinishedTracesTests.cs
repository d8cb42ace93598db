using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Traces;
using static OllamaStudio.Tests.Web.Traces.SpanSamples;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>What is said of traces that ended neither well nor badly, and of queries that find less than they may be meant to.</summary>
public sealed class UnfinishedTracesTests : PanelTestBase
{
    [Fact]
    public void A_turn_that_the_studio_did_not_see_the_end_of_is_called_by_its_prompt_and_is_no_success()
    {
        var conversation = Interrupted(trace: 7, "Why is  the sky\nblue?");
        Hold(Span(701, 700, "ollama_request", 7, durationMs: 158, attributes: [("session.id", conversation.Id)]));

        var row = RenderTraces().Find("[data-testid=trace-row]");
        Assert.Equal(("unset", "interrupted"), (row.GetAttribute("data-status"), row.QuerySelector(".status")!.TextContent.Trim()));
        Assert.Contains("Why is the sky blue?", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("demo-small", row.TextContent, StringComparison.Ordinal);

        var page = Page(7);
        Assert.Equal("Why is the sky blue?", page.Find("h1").TextContent);
        Assert.Contains("The studio ended before this turn did", page.Find("[data-testid=trace-interrupted]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_span_of_an_interrupted_reply_was_written_its_trace_says_so()
    {
        var conversation = Interrupted(trace: 8, "silence please");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/traces/{TraceId(8)}?chat={conversation.Id}");

        var missing = Page(8).Find("[data-testid=trace-missing]").TextContent;
        Assert.Contains("The studio ended before the spans of this reply were written", missing, StringComparison.Ordinal);
        Assert.DoesNotContain("older", missing, StringComparison.Ordinal);
    }

    private Conversation Interrupted(int trace, string prompt)
    {
        var now = Time.GetUtcNow();
        var conversation = new Conversation(
            new StoredConversation(
                new ConversationHead(new ConversationSummary { Id = new string('c', 32), Title = "Sky", CreatedAt = now, UpdatedAt = now }),
                [
                    new StoredMessage(0, null, true, new MessageRecord { Id = "p", Role = MessageRole.User, CreatedAt = now, Text = prompt }),
                    new StoredMessage(1, 0, true, new MessageRecord { Id = "r", ParentId = "p", Role = MessageRole.Assistant, CreatedAt = now, Model = "demo-small", TraceId = TraceId(trace), State = MessageState.Interrupted }),
                ]),
            Time);
        Conversations.Add(conversation);
        return conversation;
    }

    [Fact]
    public async Task A_trace_that_ended_well_with_a_failed_span_shows_no_tick()
    {
        Hold(Span(900, trace: 9), Span(901, 900, "execute_tool add", 9, status: SpanStatus.Error));
        var page = RenderTraces();
        Assert.Equal("ok, with 1 failed span", page.Find("[data-testid=trace-row] .status").TextContent.Trim());

        await page.Find("[data-testid=trace-query]").InputAsync("foo:bar");
        Assert.StartsWith("“foo” is no field here", page.Find("[data-testid=trace-query-note]").TextContent, StringComparison.Ordinal);
        await page.Find("[data-testid=trace-query]").InputAsync("tool:ad");
        Assert.Equal("No trace has the tool “ad”: write its whole name. There is add.", page.Find("[data-testid=trace-query-note]").TextContent);
    }

    private IRenderedComponent<TracePage> Page(int trace) => RenderTrace(trace);
}
