using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OllamaStudio.Chat;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Web.Chat;

/// <summary>What opens beside a message, and what it asks for.</summary>
public sealed class MessageMenusTests : ChatTestBase
{
    private readonly Conversation _conversation = new("c", TimeProvider.System);

    public MessageMenusTests() => Services.AddSingleton(new Conversations(TimeProvider.System));

    [Fact]
    public async Task The_newest_reply_can_be_written_by_another_model_which_is_picked_from_a_list()
    {
        Exchange("one", "1");
        Exchange("two", "2");
        _conversation.SelectModel("own:latest");
        var reply = _conversation.Messages[^1].Id;
        List<(string, string)> wanted = [];
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnRegenerate, static _ => { }).Add(p => p.OnRegenerateWith, wanted.Add));

        transcript.Find("[data-testid=message-regenerate-with]").Click();
        Assert.Contains("The chat goes on with own", transcript.Find("[data-testid=regenerate-models] .note").TextContent, StringComparison.Ordinal);
        Assert.Equal(Assert.Single(transcript.FindAll("[data-models-of]")).GetAttribute("data-models-of"), reply);
        var list = transcript.FindComponent<ModelList>();
        await list.InvokeAsync(() => list.Instance.OnChoose.InvokeAsync("other:latest"));

        Assert.Equal([(reply, "other:latest")], wanted);
        Assert.Empty(transcript.FindAll("[data-testid=regenerate-models]"));
    }

    [Fact]
    public void The_list_goes_with_the_reply_that_it_was_opened_for()
    {
        Exchange("one", "1");
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnRegenerate, static _ => { }));
        transcript.Find("[data-testid=message-regenerate-with]").Click();
        Assert.Single(transcript.FindAll("[data-testid=regenerate-models]"));

        _conversation.TryBegin(Prompt("two"), Reply(state: MessageState.Streaming)); // in another tab
        transcript.WaitForAssertion(() => Assert.Empty(transcript.FindAll("[data-testid=regenerate-models], [data-testid=message-regenerate-with]")));
    }

    [Fact]
    public void Any_message_can_be_deleted_or_its_branch_copied_and_it_says_how_many_go()
    {
        Exchange("one", "1");
        Exchange("two", "2");
        List<(string Action, string Id)> asked = [];
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation)
            .Add(p => p.OnDelete, id => asked.Add(("delete", id))).Add(p => p.OnBranchOut, id => asked.Add(("branch", id))));
        var ids = _conversation.Messages.Select(message => message.Id).ToArray();

        Open(0);
        Assert.Equal("Delete with 3 messages that follow", Action("delete").TextContent.Trim());
        Action("delete").Click();
        Open(2);
        Assert.Equal("Delete with 1 message that follows", Action("delete").TextContent.Trim());
        Action("branch-out").Click();
        Open(3);
        Assert.Equal("Delete message", Action("delete").TextContent.Trim());

        Assert.Equal([("delete", ids[0]), ("branch", ids[2])], asked);
        _conversation.TryBegin(Prompt("three"), Reply(state: MessageState.Streaming));
        transcript.WaitForAssertion(() => Assert.Equal("true", Action("delete").GetAttribute("aria-disabled")));
        Action("delete").Click();
        Assert.Equal(2, asked.Count);

        void Open(int index) => transcript.FindAll("[data-testid=message-menu]")[index].Click();

        AngleSharp.Dom.IElement Action(string name) => transcript.Find($"[data-testid=message-actions] [data-action={name}]");
    }

    [Fact]
    public void What_goes_where_one_message_is_deleted_alone_is_said_and_a_branch_can_be_moved_unless_it_is_all()
    {
        Exchange("one", "1");
        Exchange("two", "2");
        List<(string Action, string Id)> asked = [];
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnDelete, static _ => { })
            .Add(p => p.OnDeleteAlone, id => asked.Add(("alone", id))).Add(p => p.OnMoveOut, id => asked.Add(("move", id))));
        var ids = _conversation.Messages.Select(message => message.Id).ToArray();

        Open(0);
        Assert.Equal("Delete only this exchange", Action("delete-alone")!.TextContent.Trim());
        Assert.StartsWith("Your message and its reply. What follows stays.", Action("delete-alone")!.GetAttribute("title"), StringComparison.Ordinal);
        Assert.Equal(("true", "It is all of this chat"), (Action("move-out")!.GetAttribute("aria-disabled"), Action("move-out")!.GetAttribute("title")));
        Action("move-out")!.Click();
        Action("delete-alone")!.Click();
        Open(1);
        Assert.Equal("Delete only this reply", Action("delete-alone")!.TextContent.Trim());
        Assert.StartsWith("Your message stays, without this reply. What follows stays.", Action("delete-alone")!.GetAttribute("title"), StringComparison.Ordinal);
        Action("delete-alone")!.Click();
        Open(2);
        Assert.Null(Action("delete-alone")); // all that follows is its reply
        Action("move-out")!.Click();

        Assert.Equal([("alone", ids[0]), ("alone", ids[1]), ("move", ids[2])], asked);

        void Open(int index) => transcript.FindAll("[data-testid=message-menu]")[index].Click();

        AngleSharp.Dom.IElement? Action(string name) => transcript.FindAll($"[data-testid=message-actions] [data-action={name}]").SingleOrDefault();
    }

    [Fact]
    public void A_prompt_without_a_reply_offers_one_and_a_deletion_is_announced()
    {
        Exchange("one", "1");
        var asked = 0;
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnAnswerPrompt, () => asked++));
        Assert.Empty(transcript.FindAll("[data-testid=message-answer]"));

        _conversation.Remove(_conversation.Messages[1].Id);
        transcript.WaitForAssertion(() => Assert.Equal("1 message deleted", transcript.Find("[role=status]").TextContent));
        transcript.Find("[data-testid=message-answer]").Click();
        transcript.WaitForAssertion(() => Assert.Equal(1, asked));
    }

    [Theory]
    [InlineData(MessageState.Stopped, null, "Stopped")]
    [InlineData(MessageState.Interrupted, null, "Interrupted")]
    [InlineData(MessageState.Complete, "length", "Cut at the token limit")]
    [InlineData(MessageState.Complete, "stop", null)]
    public void A_reply_that_ended_too_early_can_go_on(MessageState state, string? reason, string? words)
    {
        Exchange("one", "1");
        Assert.True(_conversation.TryBegin(Prompt("two"), Reply("half", state) with { FinishReason = reason }));
        List<string> asked = [];
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnContinue, asked.Add));

        Assert.Equal(words, transcript.FindAll(".stopped").SingleOrDefault()?.TextContent.Trim());
        Assert.Equal(words is not null, transcript.FindAll("[data-testid=message-continue]").Count == 1);
        if (words is not null)
        {
            transcript.Find("[data-testid=message-continue]").Click();
            Assert.Equal([_conversation.Messages[^1].Id], asked);
        }
    }

    [Fact]
    public void Where_one_cannot_go_on_its_place_says_why()
    {
        Assert.True(_conversation.TryBegin(Prompt("one"), Reply("half", MessageState.Stopped) with { ToolCalls = [new ToolCallRecord { Id = "c1", Name = "read", State = ToolCallState.Succeeded, Result = "…" }] }));
        var transcript = Render<Transcript>(parameters => parameters.Add(p => p.Conversation, _conversation).Add(p => p.OnContinue, static _ => { }).Add(p => p.OnRegenerate, static _ => { }));
        Assert.StartsWith("A reply that called tools cannot be continued", transcript.Find("[data-testid=message-no-continue]").TextContent, StringComparison.Ordinal);
        Assert.Empty(transcript.FindAll("[data-testid=message-continue]"));

        Assert.True(_conversation.TryBegin(Prompt("two"), Reply("", MessageState.Stopped) with { Thinking = "So" }));
        transcript.WaitForAssertion(() => Assert.StartsWith("It was still thinking", Assert.Single(transcript.FindAll("[data-testid=message-no-continue]")).TextContent, StringComparison.Ordinal));
    }

    private void Exchange(string prompt, string answer)
    {
        Assert.True(_conversation.TryBegin(Prompt(prompt), Reply(state: MessageState.Streaming)));
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete, Text = answer });
    }
}
