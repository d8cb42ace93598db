using Bunit;
using Microsoft.Extensions.AI;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>Replies of several models in columns.</summary>
public sealed class SideBySideRepliesTests : ChatTestBase
{
    private static readonly TurnStats s_measured = new()
    {
        TimeToFirstChunk = TimeSpan.FromSeconds(0.8), LoadDuration = TimeSpan.FromSeconds(0.5), OutputTokens = 120, EvalDuration = TimeSpan.FromSeconds(3), InputTokens = 1200, Cost = 0.0042,
        Duration = TimeSpan.FromSeconds(4),
    };

    private readonly List<string> _asked = [];

    [Fact]
    public void Each_says_its_model_how_it_stands_and_its_figures_and_what_is_unknown_is_left_out()
    {
        var replies = Draw(
            Column("a:latest", Reply("**bold**") with { Stats = s_measured, TraceId = new string('a', 32) }),
            Column("b:1", Reply("half", MessageState.Stopped) with { Stats = new TurnStats { TimeToFirstChunk = TimeSpan.FromSeconds(2) } }),
            Column("c:1", Reply(state: MessageState.Failed) with { Error = new MessageError("model \"c:1\" not found", "Pull it.") }));

        Assert.Equal(["a", "b:1", "c:1"], replies.FindAll(".side h3").Select(head => head.TextContent));
        Assert.Equal(["Complete", "Stopped", "Failed"], replies.FindAll(".side .state").Select(state => state.TextContent));
        Assert.Equal(["complete", "stopped", "failed"], replies.FindAll("[data-testid=side]").Select(side => side.GetAttribute("data-state")));
        Assert.Equal(
            ["First token0.8 s|Speed40.0 tok/s|Tokens1.2k in · 120 out|Cost$0.0042|Whole reply4.00 s", "First token2.0 s", ""],
            replies.FindAll("[data-testid=side-figures]").Select(figures => string.Join('|', figures.QuerySelectorAll("div").Select(one => one.TextContent.Trim()))));
        Assert.Equal("0.5 s of it was loading the model", replies.Find("[data-testid=side-figures] div").GetAttribute("title"));
        Assert.Equal("bold", replies.Find(".side strong").TextContent); // Markdown, as in any reply
        Assert.Contains("Pull it.", replies.Find("[data-testid=error-banner]").TextContent, StringComparison.Ordinal);
        Assert.Single(replies.FindAll("[data-testid=message-trace]"));
        Assert.Empty(replies.FindAll("[data-testid=message-stats], .side article header"));
    }

    [Fact]
    public void What_can_be_done_follows_from_how_each_stands()
    {
        var done = Reply("done");
        var replies = Draw(Column("a:1", done), Column("b:1", Reply("so", MessageState.Streaming)), Column("c:1", null, isWaiting: true));
        Assert.Contains("What you write meanwhile is sent when you keep one", replies.Find(".how").TextContent, StringComparison.Ordinal);
        Assert.Contains("What is still being written is stopped", replies.Find("[data-testid=side-keep]").GetAttribute("title"), StringComparison.Ordinal);

        Press("side-keep");
        Press("side-stop");
        Press("side-skip");
        Press("sides-stop");
        Assert.Equal([$"keep {done.Id}", "stop 1", "stop 2", "stop all"], _asked);
        Assert.Empty(replies.FindAll("[data-testid=sides-close], [data-testid=side-ask]"));

        void Press(string name) => replies.Find($"[data-testid={name}]").Click();
    }

    [Fact]
    public void Who_was_not_asked_can_be_asked_and_a_reply_without_words_is_not_kept()
    {
        var replies = Draw(Column("a:1", Reply(state: MessageState.Failed) with { Error = new MessageError("no", null) }), Column("b:1", null));
        Assert.Contains("before its turn came", replies.Find(".unasked").TextContent, StringComparison.Ordinal);
        Assert.Empty(replies.FindAll("[data-testid=side-keep], [data-testid=sides-stop]"));

        replies.Find("[data-testid=side-ask]").Click();
        replies.Find(".retry").Click();
        replies.Find("[data-testid=sides-close]").Click();
        Assert.Equal(["ask 1", "ask 0", "close"], _asked);
    }

    [Fact]
    public async Task A_question_is_answered_in_its_own_reply_also_where_two_calls_have_one_id()
    {
        var conversation = new Conversation("c", TimeProvider.System);
        var prompt = Prompt("hi");
        var (one, other) = (Reply(state: MessageState.Streaming), Reply(state: MessageState.Streaming));
        Assert.True(conversation.TryBegin(prompt, one, sideBySide: new SideBySide { PromptId = prompt.Id, IsAtOnce = true, Columns = [new("a:1") { ReplyId = one.Id }, new("b:1") { IsWaiting = true }] }));
        Assert.True(conversation.TryBeginColumn(1, other));
        conversation.AddCall(new ToolCallRecord { Id = "call", Name = "write", State = ToolCallState.Running }, one.Id);
        conversation.AddCall(new ToolCallRecord { Id = "call", Name = "write", State = ToolCallState.Running }, other.Id);
        var tool = new StudioTool { Function = AIFunctionFactory.Create(static () => "done", "write"), Source = "files" };
        var asked = conversation.Approvals.Of(one.Id).AskAsync("call", tool, CancellationToken.None);
        var alsoAsked = conversation.Approvals.Of(other.Id).AskAsync("call", tool, CancellationToken.None);

        Assert.False(conversation.Answer("call", ToolAnswer.AllowOnce)); // which one?
        Assert.True(conversation.Answer("call", ToolAnswer.AllowOnce, other.Id));

        Assert.Equal(ToolAnswer.AllowOnce, await alsoAsked);
        Assert.False(asked.IsCompleted);
        Assert.Equal([ToolCallState.AwaitingApproval, ToolCallState.Running], conversation.SideBySide!.Columns.Select(column => column.Reply!.ToolCalls[0].State));
    }

    [Fact]
    public async Task The_transcript_shows_columns_in_the_place_of_the_reply_and_says_when_one_begins_and_ends()
    {
        var conversation = new Conversation("c", TimeProvider.System);
        var prompt = Prompt("hi");
        var (one, other) = (Reply(state: MessageState.Streaming), Reply(state: MessageState.Streaming));
        Assert.True(conversation.TryBegin(prompt, one, sideBySide: new SideBySide { PromptId = prompt.Id, Columns = [new("a:1") { ReplyId = one.Id }, new("b:1") { IsWaiting = true }] }));
        List<string> kept = [];
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, conversation).Add(p => p.OnKeep, kept.Add));
        Assert.Equal(2, transcript.FindAll("[data-testid=side]").Count);

        conversation.Append("first words", null);
        conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
        transcript.WaitForAssertion(() => Assert.Equal("a:1: complete", transcript.Find(".visually-hidden[role=status]").TextContent));
        Assert.True(conversation.TryBeginColumn(1, other));
        transcript.WaitForAssertion(() => Assert.Equal("b:1: generating", transcript.Find(".visually-hidden[role=status]").TextContent));
        transcript.WaitForAssertion(() => Assert.Contains("first words", transcript.Find("[data-model='a:1']").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("first words", transcript.Find("[data-model='b:1']").TextContent, StringComparison.Ordinal);

        conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
        transcript.WaitForAssertion(() => Assert.Equal(2, transcript.FindAll("[data-testid=side-keep]").Count));
        await transcript.InvokeAsync(() => transcript.FindAll("[data-testid=side-keep]")[0].Click()); // no redraw comes between
        transcript.WaitForAssertion(() => Assert.Equal([one.Id], kept));
        Assert.True(conversation.TryKeep(one.Id) && conversation.TakeKept());
        transcript.WaitForAssertion(() => Assert.Equal("Reply, version 1 of 2", transcript.Find("[data-testid=branch-switcher]").GetAttribute("aria-label")));
        Assert.Empty(transcript.FindAll("[data-testid=side]"));
    }

    [Fact]
    public void Each_column_has_what_a_single_reply_has_and_a_column_that_waits_has_nothing_to_press_twice()
    {
        var refused = Reply(state: MessageState.Failed) with { Stats = new TurnStats { Exceeded = new ContextExcess(7810, 4096, HasOlder: true) } };
        var replies = Draw(Column("a:1", Reply("half", MessageState.Stopped)), Column("b:1", refused), Column("c:1", Reply("cut") with { FinishReason = "length" }, isWaiting: true));

        replies.Find("[data-model='a:1'] [data-testid=message-continue]").Click();
        replies.Find("[data-model='b:1'] [data-testid=context-leave-out]").Click();
        replies.Find("[data-model='b:1'] [data-testid=context-cut]").Click();
        replies.Find("[data-model='b:1'] [data-testid=context-enlarge]").Click();
        Assert.Equal(["continue 0", "fit 1 LeaveOut", "fit 1 Cut"], _asked[..3]);
        Assert.Matches("^fit 1 [0-9]+$", _asked[3]);
        Assert.Empty(replies.FindAll("[data-model='c:1'] [data-testid=message-continue]"));
    }

    [Fact]
    public async Task Find_looks_into_every_column_and_shows_the_hit_in_its_own()
    {
        var conversation = new Conversation("c", TimeProvider.System);
        var prompt = Prompt("hi");
        var (one, other) = (Reply("a kiwi here", MessageState.Streaming), Reply("and a kiwi there", MessageState.Streaming));
        Assert.True(conversation.TryBegin(prompt, one, sideBySide: new SideBySide { PromptId = prompt.Id, IsAtOnce = true, Columns = [new("a:1") { ReplyId = one.Id }, new("b:1") { IsWaiting = true }] }));
        Assert.True(conversation.TryBeginColumn(1, other));
        foreach (var id in new[] { one.Id, other.Id })
        {
            conversation.UpdateReply(reply => reply with { State = MessageState.Complete }, replyId: id);
        }

        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, conversation));
        var bar = transcript.FindComponent<FindBar>();
        var scan = new FindScan("kiwi", null, CancellationToken.None);
        bar.Instance.OnLook(scan);
        Assert.Equal([one.Id, other.Id], scan.Result.Matches.Select(match => match.Place));

        await bar.InvokeAsync(() => bar.Instance.OnShow.InvokeAsync(scan.Result.Matches[0]));
        Assert.Equal([one.Id], Shown());
        await bar.InvokeAsync(() => bar.Instance.OnShow.InvokeAsync(scan.Result.Matches[1]));
        Assert.Equal([other.Id], Shown());

        IEnumerable<string> Shown() => transcript.FindComponents<AssistantMessage>().Where(message => message.Instance.Found is not null).Select(message => message.Instance.Message.Id);
    }

    private static SideBySideColumn Column(string model, MessageRecord? reply, bool isWaiting = false) => new(model) { Reply = reply, ReplyId = reply?.Id, IsWaiting = isWaiting };

    private IRenderedComponent<SideBySideReplies> Draw(params SideBySideColumn[] columns) => Render<SideBySideReplies>(parameters => parameters
        .Add(p => p.Sides, new SideBySide { PromptId = "p", Columns = [.. columns] })
        .Add(p => p.ConversationId, "c")
        .Add(p => p.OnKeep, (string id) => _asked.Add($"keep {id}"))
        .Add(p => p.OnAsk, (int index) => _asked.Add($"ask {index}"))
        .Add(p => p.OnStopColumn, (int index) => _asked.Add($"stop {index}"))
        .Add(p => p.OnContinue, (int index) => _asked.Add($"continue {index}"))
        .Add(p => p.OnFit, ((int Column, FitDecision How) wanted) => _asked.Add($"fit {wanted.Column} {wanted.How.How}{wanted.How.NumCtx}"))
        .Add(p => p.OnStop, () => _asked.Add("stop all"))
        .Add(p => p.OnClose, () => _asked.Add("close")));
}
