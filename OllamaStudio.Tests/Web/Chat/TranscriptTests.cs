using Bunit;
using Microsoft.Extensions.AI;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

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
    public void A_line_stands_where_the_history_that_is_sent_begins()
    {
        Exchange("one", "1");
        Exchange("two", "2");
        Assert.Empty(Draw().FindAll("[data-testid=history-cut]"));

        Settings.Update(settings => settings with { Chat = settings.Chat with { MaxConversationHistory = 3 } });
        var column = Draw().Find(".column");
        Assert.Equal(["one", "1", "Messages above this line are not sent", "two", "2"], column.Children.Select(child => child.QuerySelector(".text, .markdown, a")!.TextContent.Trim()));

        Settings.Update(settings => settings with { Chat = settings.Chat with { MaxConversationHistory = 1 } });
        Assert.Equal("history-cut", Draw().Find(".column").LastElementChild!.GetAttribute("data-testid"));
    }

    [Fact]
    public void Where_replies_are_sent_without_their_tools_a_line_below_the_last_of_them_says_so()
    {
        Assert.True(_conversation.TryBegin(Prompt("one"), Reply(state: MessageState.Streaming)));
        _conversation.UpdateReply(static reply => reply with { ToolCalls = [new ToolCallRecord { Id = "c1", Name = "add", State = ToolCallState.Succeeded, Result = "1" }] });
        Finish("1");
        Exchange("two", "2");
        Assert.Empty(Draw().FindAll("[data-testid=history-bare]"));

        Settings.Update(settings => settings with { Chat = settings.Chat with { MaxConversationHistory = 5 } });
        var column = Draw().Find(".column");

        Assert.Equal("The tools of 1 older reply are not sent along", column.QuerySelector("[data-testid=history-bare]")!.TextContent);
        Assert.Equal("history-bare", column.Children[2].GetAttribute("data-testid"));
        Assert.Empty(column.QuerySelectorAll("[data-testid=history-cut]"));
    }

    [Fact]
    public void An_interrupted_reply_says_so_and_can_be_generated_again()
    {
        _conversation.TryBegin(Prompt("one"), Reply("half an ans", MessageState.Interrupted));

        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnRegenerate, static _ => { }));

        var reply = transcript.Find("[data-role=assistant]");
        Assert.Equal("interrupted", reply.GetAttribute("data-state"));
        Assert.Equal("Interrupted", reply.QuerySelector(".stopped")!.TextContent);
        Assert.NotNull(reply.QuerySelector("[data-testid=message-regenerate]"));
    }

    [Fact]
    public void What_a_person_wrote_is_never_markup()
    {
        _conversation.TryBegin(Prompt("<b>bold</b>"), Reply(state: MessageState.Streaming));

        Assert.Equal("<b>bold</b>", Draw().Find("[data-role=user] .text").TextContent);
    }

    [Fact]
    public void A_regenerated_reply_has_a_switcher_and_another_page_follows_it()
    {
        Exchange("hi", "first answer");
        _conversation.TryBegin(null, Reply(state: MessageState.Streaming), _conversation.Messages[^1].Id);
        Finish("second answer");
        var (here, there) = (Draw(), Draw());
        Assert.Equal("2/2", here.Find("[data-testid=branch-switcher]").TextContent.Trim());

        here.Find("[aria-label='Previous version']").Click();

        foreach (var page in new[] { here, there })
        {
            page.WaitForAssertion(() => Assert.Equal("1/2", page.Find("[data-testid=branch-switcher]").TextContent.Trim()));
            Assert.Contains("first answer", page.Markup, StringComparison.Ordinal);
            Assert.DoesNotContain("second answer", page.Markup, StringComparison.Ordinal);
            Assert.Equal("Another version is shown", page.Find("[role=status]").TextContent);
        }
    }

    [Fact]
    public void A_switcher_further_up_waits_while_a_reply_is_generated()
    {
        Exchange("hi", "first");
        _conversation.TryBegin(null, Reply(state: MessageState.Streaming), _conversation.Messages[^1].Id);
        Finish("second");
        var transcript = Draw();

        _conversation.TryBegin(Prompt("go on"), Reply(state: MessageState.Streaming));
        transcript.WaitForAssertion(() => Assert.Equal("true", transcript.Find("[aria-label='Previous version']").GetAttribute("aria-disabled")));

        Finish("done");
        transcript.WaitForAssertion(() => Assert.False(transcript.Find("[aria-label='Previous version']").HasAttribute("aria-disabled")));
    }

    [Fact]
    public void A_prompt_is_changed_in_its_own_place_and_stays_until_the_change_is_taken()
    {
        Exchange("hi", "first");
        var edits = new List<(string Id, string Text)>();
        var taken = false;
        var transcript = Draw(edit: (id, text) =>
        {
            edits.Add((id, text));
            return Task.FromResult(taken);
        });

        transcript.Find("[data-testid=message-edit]").Click();
        transcript.Find("[data-testid=message-edit-text]").Change("hello");
        transcript.Find("form").Submit();
        Assert.Equal([(_conversation.Messages[0].Id, "hello")], edits);
        Assert.Contains("Not sent", transcript.Find("form").TextContent, StringComparison.Ordinal);

        taken = true;
        transcript.Find("form").Submit();
        Assert.Empty(transcript.FindAll("form"));
        Assert.Equal("hi", transcript.Find("[data-role=user] .text").TextContent);

        transcript.Find("[data-testid=message-edit]").Click();
        transcript.Find("form button[type=button]").Click();
        Assert.Equal(2, edits.Count);
        Assert.Empty(transcript.FindAll("form"));
    }

    [Fact]
    public async Task An_id_that_the_server_gave_a_call_is_never_part_of_a_selector()
    {
        const string Id = "it's \"] ,b";
        var write = new StudioTool { Function = AIFunctionFactory.Create(() => 1, "write"), Source = "files" };
        _conversation.TryBegin(Prompt("hi"), Reply(state: MessageState.Streaming));
        var asked = new[] { "a", Id }.Select(id =>
        {
            _conversation.AddCall(new ToolCallRecord { Id = id, Name = "write" });
            return _conversation.Approvals.AskAsync(id, write, CancellationToken.None);
        }).ToArray();
        var transcript = Draw();

        await transcript.FindAll("[data-testid=tool-deny]")[0].ClickAsync(new());

        Assert.Equal(ToolAnswer.Deny, await asked[0]);
        Assert.Equal(Id, Assert.Single(JSInterop.Invocations["studio.transcript.toQuestion"]).Arguments[0]);
        Assert.DoesNotContain(JSInterop.Invocations["studio.focus"], call => ((string)call.Arguments[0]!).Contains(Id, StringComparison.Ordinal));
        _conversation.Answer(Id, ToolAnswer.Deny);
        await asked[1];
    }

    [Fact]
    public void The_line_stands_as_well_where_the_models_window_ends()
    {
        _conversation.SelectModel("demo-small:latest");
        Exchange("one", "1");
        Exchange("two", "2");
        var second = _conversation.Messages[2].Id;
        Assert.True(_conversation.TryBegin(Prompt("three"), Reply(state: MessageState.Streaming)));
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete, Text = "3", Stats = new TurnStats { LeftOut = new LeftOut(2, 0, 4096) { FirstKept = second } } });

        var column = Draw().Find(".column");
        Assert.Equal("history-cut", column.Children[2].GetAttribute("data-testid"));
        Assert.Contains("context window", column.QuerySelector("[data-testid=history-cut] a")!.GetAttribute("title")!, StringComparison.Ordinal);

        // Another model may have more room.
        _conversation.SelectModel("demo-coder:latest");
        Assert.Empty(Draw().FindAll("[data-testid=history-cut]"));
    }

    [Fact]
    public void The_prompt_that_did_not_fit_opens_for_changing_from_its_card_and_again_after_it_was_left()
    {
        Assert.True(_conversation.TryBegin(Prompt("too long"), Reply(state: MessageState.Streaming)));
        _conversation.UpdateReply(reply => reply with { State = MessageState.Failed, Stats = new TurnStats { Exceeded = new ContextExcess(7810, 4096, HasOlder: false) } });
        var transcript = Render<Transcript>(parameters => parameters
            .Add(p => p.Conversation, _conversation).Add(p => p.OnFit, (FitDecision _) => { }).Add(p => p.OnEdit, (_, _) => Task.FromResult(true)));

        for (var round = 0; round < 2; round++)
        {
            transcript.Find("[data-testid=context-edit]").Click();
            transcript.Find("[data-role=user] [data-escape-clicks]").Click();
            Assert.Empty(transcript.FindAll("[data-role=user] textarea"));
        }
    }

    private void Exchange(string prompt, string answer)
    {
        Assert.True(_conversation.TryBegin(Prompt(prompt), Reply(state: MessageState.Streaming)));
        Finish(answer);
    }

    private void Finish(string answer)
    {
        _conversation.Append(answer, null);
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
    }

    [Fact]
    public void A_prompt_of_files_alone_can_be_sent_again_without_a_text_and_one_without_files_cannot()
    {
        List<string> edits = [];
        Assert.True(_conversation.TryBegin(Prompt("") with { Attachments = [AttachmentFile.Read("a.txt", "hello"u8.ToArray(), out _)!] }, Reply("1")));
        var transcript = Draw(edit: (_, text) =>
        {
            edits.Add(text);
            return Task.FromResult(true);
        });

        transcript.Find("[data-testid=message-edit]").Click();
        transcript.Find("form:has([data-testid=message-edit-text])").Submit();
        Assert.Equal([""], edits);

        Assert.True(_conversation.TryBegin(Prompt("two"), Reply("2")));
        transcript.WaitForAssertion(() => Assert.Equal(2, transcript.FindAll("[data-testid=message-edit]").Count));
        transcript.FindAll("[data-testid=message-edit]")[^1].Click();
        transcript.Find("[data-testid=message-edit-text]").Change(" ");
        transcript.Find("form:has([data-testid=message-edit-text])").Submit();
        Assert.Single(edits);
    }

    protected override void Dispose(bool disposing)
    {
        _conversation.Dispose();
        base.Dispose(disposing);
    }

    private IRenderedComponent<Transcript> Draw(Func<string, string, Task<bool>>? edit = null) => Render<Transcript>(parameters => parameters
        .Add(p => p.Conversation, _conversation).Add(p => p.OnShow, (string id) => _conversation.Show(id)).Add(p => p.OnEdit, edit ?? ((_, _) => Task.FromResult(false))));
}
