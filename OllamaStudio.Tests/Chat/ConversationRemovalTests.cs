using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>What a person takes out of a conversation, puts back, and copies out of it.</summary>
public sealed class ConversationRemovalTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Conversations _store;
    private readonly Conversation _conversation;
    private int _ids;

    public ConversationRemovalTests()
    {
        _store = new Conversations(_time);
        _conversation = _store.Create();
        Say("one");
        Say("two");
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_message_goes_with_all_that_follows_it_on_every_branch_and_comes_back_as_it_was()
    {
        var two = _conversation.Messages[2].Id;
        Say("two, changed", beside: two);
        var (before, all) = (Ids(), _conversation.AllMessages.Select(message => message.Id));
        Assert.Equal(6, _conversation.CountFrom(_conversation.Messages[0].Id));
        Assert.Equal(5, _conversation.CountFrom(_conversation.Messages[1].Id));
        Assert.Equal(0, _conversation.CountFrom("another"));

        var removed = _store.Remove(_conversation.Id, _conversation.Messages[1].Id)!;
        Assert.Equal((5, "answer to one"), (removed.Count, removed.First.Text));
        Assert.Equal(["one"], Texts());
        Assert.Single(_conversation.AllMessages);
        Assert.Equal(0, _conversation.CountFrom(two));

        Assert.True(_store.PutBack(removed));
        Assert.Equal(before, Ids());
        Assert.Equal(all, _conversation.AllMessages.Select(message => message.Id));
        Assert.Equal((2, 2), (_conversation.Branches[before[2]].Number, _conversation.Branches[before[2]].Count));
        Assert.False(_store.PutBack(removed));
    }

    [Fact]
    public void Of_several_versions_the_one_before_is_shown_then()
    {
        var two = _conversation.Messages[2].Id;
        Say("two, changed", beside: two);
        Say("two, changed again", beside: two);
        Assert.True(_conversation.Show(_conversation.AllMessages[4].Id));

        _store.Remove(_conversation.Id, _conversation.Messages[2].Id);
        Assert.Equal(["one", "answer to one", "two", "answer to two"], Texts());
        _store.Remove(_conversation.Id, two);
        Assert.Equal("two, changed again", Texts()[2]);
        Assert.Empty(_conversation.Branches);
    }

    [Fact]
    public void What_stood_above_and_was_deleted_since_comes_back_first()
    {
        var before = Ids();
        var reply = _store.Remove(_conversation.Id, before[3])!;
        var prompt = _store.Remove(_conversation.Id, before[2])!;

        Assert.True(_store.PutBack(reply));
        Assert.Equal(before, Ids());
        Assert.False(_store.PutBack(prompt)); // it is back

        reply = _store.Remove(_conversation.Id, before[3])!;
        _store.Purge(_store.Remove(_conversation.Id, before[2])!);
        Assert.False(_store.PutBack(reply));
        Assert.Equal(before[..2], Ids());
    }

    [Fact]
    public void Nothing_is_deleted_while_a_reply_is_generated_and_what_is_put_back_then_changes_nothing_of_it()
    {
        var removed = _store.Remove(_conversation.Id, _conversation.Messages[2].Id)!;
        Begin("three");

        Assert.Null(_store.Remove(_conversation.Id, _conversation.Messages[0].Id));
        Assert.True(_store.PutBack(removed));
        Assert.Equal("three", Texts()[2]);
        _conversation.Append("goes on", null);
        Assert.Equal("goes on", Texts()[3]);
        Assert.Equal(2, _conversation.Branches[_conversation.Messages[2].Id].Count);
    }

    [Fact]
    public void A_prompt_whose_reply_was_deleted_can_be_answered_again_and_no_other()
    {
        Assert.False(_conversation.TryBegin(null, Message(MessageRole.Assistant)));
        _store.Remove(_conversation.Id, _conversation.Messages[3].Id);

        Assert.True(_conversation.TryBegin(null, Message(MessageRole.Assistant) with { Text = "better" }));
        Assert.Equal(["one", "answer to one", "two", "better"], Texts());
    }

    [Fact]
    public void A_branch_is_copied_with_what_leads_to_it_and_what_follows_it_alone()
    {
        var two = _conversation.Messages[2].Id;
        Say("two, changed", beside: two);
        Say("three");
        _conversation.SelectModel("own");

        var branch = _store.BranchOut(_conversation.Id, two)!;
        Assert.Equal(["one", "answer to one", "two", "answer to two"], branch.Messages.Select(message => message.Text));
        Assert.Equal(("one (branch)", "own", 4), (branch.Title, branch.Model, branch.Count));
        Assert.Empty(branch.AllMessages.Select(message => message.Id).Intersect(_conversation.AllMessages.Select(message => message.Id)));

        // From an early one it is the whole of it, and the same is shown.
        var whole = _store.BranchOut(_conversation.Id, _conversation.Messages[1].Id)!;
        Assert.Equal(Texts(), whole.Messages.Select(message => message.Text));
        Assert.Equal(8, whole.Count);
        Assert.Equal(8, _conversation.Count);
        Assert.Null(_store.BranchOut(_conversation.Id, "another"));
    }

    private string[] Texts() => [.. _conversation.Messages.Select(message => message.Text)];

    private string[] Ids() => [.. _conversation.Messages.Select(message => message.Id)];

    private void Say(string prompt, string? beside = null)
    {
        Begin(prompt, beside);
        _conversation.Append($"answer to {prompt}", null);
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete });
    }

    private void Begin(string prompt, string? beside = null) =>
        Assert.True(_conversation.TryBegin(Message(MessageRole.User) with { Text = prompt }, Message(MessageRole.Assistant) with { State = MessageState.Streaming }, beside));

    private MessageRecord Message(MessageRole role) => new() { Id = $"m{++_ids}", Role = role, CreatedAt = _time.GetUtcNow() };
}
