using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Chat;

/// <summary>One message is deleted and what follows it stays; a branch is moved into a conversation of its own.</summary>
public sealed class DeletedAloneTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Conversations _store;
    private readonly Conversation _conversation;
    private int _ids;

    public DeletedAloneTests()
    {
        _store = new Conversations(_time);
        _conversation = _store.Create();
        Say("one");
        Say("two");
        Say("three");
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_prompt_goes_with_its_reply_and_what_follows_closes_the_gap_and_comes_back_as_it_was()
    {
        var (before, ids) = (_conversation.AllMessages.Select(message => (message.Id, message.ParentId)).ToArray(), Ids());
        Assert.Equal(2, _conversation.CountAlone(ids[2]).Messages);

        var removed = _store.RemoveAlone(_conversation.Id, ids[2])!;
        Assert.Equal((2, "two"), (removed.Count, removed.First.Text));
        Assert.Equal(["one", "answer to one", "three", "answer to three"], Texts());
        Assert.Equal(ids[1], _conversation.Messages[2].ParentId);
        Assert.Equal(["one", "answer to one", "three", "answer to three"], History.Select(_conversation.Messages, 50).Select(message => message.Text));

        // Said meanwhile, behind what moved.
        Say("four");
        Assert.True(_store.PutBack(removed));
        Assert.Equal([.. ids, .. Ids()[6..]], Ids());
        Assert.Equal(before, _conversation.AllMessages[..6].Select(message => (message.Id, message.ParentId)));
        Assert.Empty(_conversation.Branches);
        Assert.False(_store.PutBack(removed));
    }

    [Fact]
    public void The_first_one_leaves_the_second_as_the_first_and_the_title_with_it()
    {
        var ids = Ids();
        var removed = _store.RemoveAlone(_conversation.Id, ids[0])!;
        Assert.Equal((null, "two"), (_conversation.Messages[0].ParentId, _conversation.Title));
        Assert.True(_store.PutBack(removed));
        Assert.Equal("one", _conversation.Title);
        Assert.Equal(ids, Ids());
    }

    [Fact]
    public void All_versions_of_the_reply_go_with_their_prompt_and_what_followed_each_is_a_version_then_the_shown_one_shown()
    {
        var ids = Ids();
        Reply("two, again", ids[3]);
        Say("three, elsewhere");
        Assert.True(_conversation.Show(ids[5]));
        Assert.Equal(3, _conversation.CountAlone(ids[2]).Messages);

        var removed = _store.RemoveAlone(_conversation.Id, ids[2])!;
        Assert.Equal(["one", "answer to one", "three", "answer to three"], Texts());
        Assert.Equal((1, 2), (_conversation.Branches[ids[4]].Number, _conversation.Branches[ids[4]].Count));

        Assert.True(_store.PutBack(removed));
        Assert.Equal(ids, Ids());
        Assert.Equal((1, 2), (_conversation.Branches[ids[3]].Number, _conversation.Branches[ids[3]].Count));
        Assert.Equal(9, _conversation.Count);
    }

    [Fact]
    public void A_reply_goes_alone_its_prompt_stays_and_both_prompts_are_sent()
    {
        var ids = Ids();
        var removed = _store.RemoveAlone(_conversation.Id, ids[3])!;
        Assert.Equal(["one", "answer to one", "two", "three", "answer to three"], Texts());
        Assert.Equal(["one", "answer to one", "two", "three", "answer to three"], History.Select(_conversation.Messages, 50).Select(message => message.Text));
        Assert.True(_store.PutBack(removed));
        Assert.Equal(ids, Ids());
    }

    [Fact]
    public void What_follows_a_version_follows_the_other_one_then_and_prompts_never_stand_beside_replies()
    {
        var ids = Ids();
        _store.Purge(_store.Remove(_conversation.Id, ids[4])!);
        Reply("two, again", ids[3]);
        Say("behind the second");
        var (second, behind) = (_conversation.Messages[3].Id, _conversation.Messages[4].Id);

        Assert.True(_conversation.CountAlone(second).HasHeir);
        var removed = _store.RemoveAlone(_conversation.Id, second)!;
        Assert.Equal(["one", "answer to one", "two", "answer to two", "behind the second", "answer to behind the second"], Texts());
        Assert.Equal(ids[3], _conversation.Messages[4].ParentId);
        Assert.Empty(_conversation.Branches);
        Assert.True(_store.PutBack(removed));
        Assert.Equal(behind, _conversation.Messages[4].Id);
        Assert.Equal(second, _conversation.Messages[3].Id);
    }

    [Fact]
    public void A_version_that_came_later_takes_nothing_for_a_file_has_each_message_after_the_one_that_it_follows()
    {
        var ids = Ids();
        Reply("two, later", ids[3]);
        Assert.True(_conversation.Show(ids[3]));

        Assert.False(_conversation.CountAlone(ids[3]).HasHeir);
        _store.RemoveAlone(_conversation.Id, ids[3]);
        Assert.Equal("three", Texts()[3]);
        var again = new Conversation(_conversation.ToDocument().ToStored(), _time);
        Assert.Equal(Texts(), again.Messages.Select(message => message.Text));
        Assert.Equal(_conversation.Count, again.Count);
    }

    [Fact]
    public void Two_that_stood_one_after_the_other_come_back_in_whatever_order_they_are_asked_for()
    {
        var ids = Ids();
        var one = _store.RemoveAlone(_conversation.Id, ids[0])!;
        var two = _store.RemoveAlone(_conversation.Id, ids[2])!;
        Assert.Equal(["three", "answer to three"], Texts());

        Assert.True(_store.PutBack(one));
        Assert.Equal(["one", "answer to one", "three", "answer to three"], Texts());
        Assert.True(_store.PutBack(two));
        Assert.Equal(ids, Ids());
        Assert.Empty(_conversation.Branches);
    }

    [Fact]
    public void The_traces_of_later_replies_that_hold_its_words_go_with_it_and_others_stay()
    {
        Say("four", trace: ("first", CaptureLevel.Full));
        Say("five", trace: ("gone", CaptureLevel.Full));
        Say("six", trace: ("later", CaptureLevel.Preview));
        Say("seven", trace: ("without words", CaptureLevel.Off));
        var ids = Ids();
        Assert.Equal(new DeletedAlone(2, 1), _conversation.CountAlone(ids[8]));

        var removed = _store.RemoveAlone(_conversation.Id, ids[8])!;
        Assert.Equal(["first", null, "without words"], Replies().Skip(3).Select(reply => reply.TraceId));
        Assert.Equal(["gone", "later"], removed.TraceIds);
        Assert.True(_store.PutBack(removed));
        Assert.Equal(["first", "gone", "later", "without words"], Replies().Skip(3).Select(reply => reply.TraceId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trace_comes_back_with_the_last_of_those_whose_words_it_holds_in_whatever_order(bool isFirstFirst)
    {
        var (one, two) = DeleteTwoBefore(out var ids);
        Assert.Equal(["T0", null], TracesOf(ids, 1, 5));
        Assert.Equal(["T2", "T3"], two.TraceIds);

        Assert.True(_store.PutBack(isFirstFirst ? one : two));
        Assert.Equal([isFirstFirst ? "T1" : null, null, null], TracesOf(ids, 2, 3, 5));
        Assert.Equal(isFirstFirst, _conversation.AllMessages.All(message => message.Id != ids[3]));
        Assert.True(_store.PutBack(isFirstFirst ? two : one));
        Assert.Equal(["T0", "T1", "T2", "T3"], TracesOf(ids, 1, 2, 3, 5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trace_that_went_for_good_with_one_of_them_does_not_come_back_with_the_other(bool isFirstGone)
    {
        var (one, two) = DeleteTwoBefore(out var ids);
        Assert.Equal(["T1", "T2", "T3"], one.TraceIds);
        _store.Purge(isFirstGone ? one : two);

        Assert.True(_store.PutBack(isFirstGone ? two : one));
        Assert.Equal([isFirstGone ? null : "T1", null, null], TracesOf(ids, 2, 3, 5));
        Assert.Equal(isFirstGone ? "" : "T1", string.Join(' ', (isFirstGone ? two : one).TraceIds));
    }

    [Fact]
    public void A_reply_that_was_deleted_before_comes_back_without_its_trace_while_what_it_was_sent_with_is_gone()
    {
        Say("four", trace: ("T1", CaptureLevel.Full));
        Say("five", trace: ("T2", CaptureLevel.Full));
        var ids = Ids();
        var later = _store.Remove(_conversation.Id, ids[8])!;
        var earlier = _store.RemoveAlone(_conversation.Id, ids[4])!;

        Assert.True(_store.PutBack(later));
        Assert.Equal([null, null], TracesOf(ids, 7, 9));
        Assert.True(_store.PutBack(earlier));
        Assert.Equal(["T1", "T2"], TracesOf(ids, 7, 9));
    }

    [Fact]
    public async Task Nothing_of_it_happens_while_a_reply_is_generated_and_what_is_put_back_then_leaves_that_one_in_sight()
    {
        var ids = Ids();
        var removed = _store.RemoveAlone(_conversation.Id, ids[2])!;
        Begin("four");
        Assert.Null(_store.RemoveAlone(_conversation.Id, ids[0]));
        Assert.Null((await _store.MoveOutAsync(_conversation.Id, ids[4])).Branch);

        Assert.True(_store.PutBack(removed));
        _conversation.Append("goes on", null);
        Assert.Equal(["one", "answer to one", "two", "answer to two", "three", "answer to three", "four", "goes on"], Texts());
        Assert.Single(_store.All);
    }

    [Fact]
    public async Task A_branch_is_moved_with_a_copy_of_what_leads_to_it_and_comes_back_and_the_new_chat_goes()
    {
        var ids = Ids();
        Say("two, changed", beside: ids[2]);
        Assert.True(_conversation.Show(ids[5]));

        var moved = (await _store.MoveOutAsync(_conversation.Id, ids[2])).Branch!;
        Assert.Equal(["one", "answer to one", "two, changed", "answer to two, changed"], Texts());
        Assert.Equal(["one", "answer to one", "two", "answer to two", "three", "answer to three"], moved.Conversation.Messages.Select(message => message.Text));
        Assert.Equal(2, _store.All.Count);

        Assert.True(_store.PutBack(moved));
        Assert.Equal(ids, Ids());
        Assert.Equal([_conversation.Id], _store.All.Select(summary => summary.Id));
        Assert.False(_store.PutBack(moved));
        Assert.Null((await _store.MoveOutAsync(_conversation.Id, ids[0])).Branch); // nothing would be left
        Assert.Null((await _store.MoveOutAsync(_conversation.Id, "another")).Branch);
        Assert.Single(_store.All);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_or_thought_of_in_the_new_chat_meanwhile_stays_there(bool isThumb)
    {
        var moved = (await _store.MoveOutAsync(_conversation.Id, Ids()[4])).Branch!;
        _time.Advance(TimeSpan.FromSeconds(1));
        if (isThumb)
        {
            Assert.NotNull(moved.Conversation.SetFeedback(moved.Conversation.Messages[^1].Id, new ReplyFeedback(ReplyThumb.Up, "")));
        }
        else
        {
            Assert.True(moved.Conversation.TryBegin(Message(MessageRole.User) with { Text = "more" }, Message(MessageRole.Assistant) with { State = MessageState.Streaming }));
        }

        Assert.True(_store.PutBack(moved));
        Assert.Equal(6, _conversation.Count);
        Assert.Equal(2, _store.All.Count);
    }

    // Indexes: 0 and 1 stay, 2 is the reply of the first that goes, 3 that of the second, 4 and 5 stay behind them.
    private (RemovedBranch One, RemovedBranch Two) DeleteTwoBefore(out string[] ids)
    {
        foreach (var number in Enumerable.Range(0, 4))
        {
            Say($"traced {number}", trace: ($"T{number}", CaptureLevel.Full));
        }

        var all = Ids()[6..];
        ids = [all[0], all[1], all[3], all[5], all[6], all[7]];
        var one = _store.RemoveAlone(_conversation.Id, all[2])!;
        return (one, _store.RemoveAlone(_conversation.Id, all[4])!);
    }

    private IEnumerable<string?> TracesOf(string[] ids, params int[] places) => places.Select(place => _conversation.AllMessages.FirstOrDefault(message => message.Id == ids[place])?.TraceId);

    private IEnumerable<MessageRecord> Replies() => _conversation.Messages.Where(message => message.Role is MessageRole.Assistant);

    private string[] Texts() => [.. _conversation.Messages.Select(message => message.Text)];

    private string[] Ids() => [.. _conversation.Messages.Select(message => message.Id)];

    private void Say(string prompt, string? beside = null, (string Id, CaptureLevel Capture) trace = default)
    {
        Begin(prompt, beside);
        End($"answer to {prompt}", trace);
    }

    private void Reply(string text, string beside)
    {
        Assert.True(_conversation.TryBegin(null, Message(MessageRole.Assistant) with { State = MessageState.Streaming }, beside));
        End(text);
    }

    private void End(string text, (string Id, CaptureLevel Capture) trace = default)
    {
        _conversation.Append(text, null);
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = trace.Id, Capture = trace.Capture });
    }

    private void Begin(string prompt, string? beside = null) =>
        Assert.True(_conversation.TryBegin(Message(MessageRole.User) with { Text = prompt }, Message(MessageRole.Assistant) with { State = MessageState.Streaming }, beside));

    private MessageRecord Message(MessageRole role) => new() { Id = $"m{++_ids}", Role = role, CreatedAt = _time.GetUtcNow() };
}
