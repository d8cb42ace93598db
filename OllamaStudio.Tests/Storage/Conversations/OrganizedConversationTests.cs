using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Conversations that are pinned, put away, tagged and duplicated, in the store and after a crash.</summary>
public sealed class OrganizedConversationTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task What_was_said_of_one_reply_is_found_by_its_trace_and_its_conversation_is_not_opened()
    {
        var conversation = _rig.Talk();
        var trace = new string('a', 32);
        _rig.Begin(conversation, "again");
        conversation.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = trace });
        Assert.Null(_rig.Conversations.FindFeedback(conversation.Id, trace));
        conversation.SetFeedback(conversation.Messages[^1].Id, new ReplyFeedback(ReplyThumb.Down, "no"));
        Assert.Equal("no", _rig.Conversations.FindFeedback(conversation.Id, trace)?.Note); // as it stands, stored or not
        await _rig.StoreAsync();
        _rig.Crash();

        Assert.Equal(new ReplyFeedback(ReplyThumb.Down, "no"), _rig.Conversations.FindFeedback(conversation.Id, trace));
        Assert.False(_rig.Conversations.IsOpened(conversation.Id));
        Assert.Null(_rig.Conversations.FindFeedback(conversation.Id, new string('b', 32)));
        Assert.Equal("no", _rig.Conversations.FindFeedback("another", trace)?.Note); // the one that it was moved out of

        // A copy that has none of it says nothing for the other one, and is asked where that is open, too.
        var other = _rig.Conversations.Find(_rig.Talk("other").Id)!;
        Assert.Equal("no", _rig.Conversations.FindFeedback(other.Id, trace)?.Note);
        var copy = _rig.Conversations.Duplicate(conversation.Id)!;
        copy.SetFeedback(copy.Messages[^1].Id, null);
        Assert.Null(_rig.Conversations.FindFeedback(copy.Id, trace));
    }

    [Fact]
    public async Task A_reply_is_found_by_its_trace_where_it_was_moved_to_and_no_conversation_is_opened()
    {
        var (moving, gone) = (new string('a', 32), new string('b', 32));
        var original = _rig.Talk();
        _rig.Begin(original, "again");
        original.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = moving });
        await _rig.StoreAsync();
        Assert.Equal(new TracedReply(moving, original.Id, original.Messages[^1].Id), Find(original.Id));

        var moved = (await _rig.Conversations.MoveOutAsync(original.Id, original.Messages[^2].Id)).Branch!.Conversation;
        var expected = new TracedReply(moving, moved.Id, moved.Messages[^1].Id);
        Assert.Equal(expected, Find(original.Id)); // whatever of it is stored by now
        await _rig.StoreAsync();
        _rig.Crash();

        Assert.Equal(expected, Find(original.Id));
        Assert.Equal(expected, Find(null));
        Assert.False(_rig.Conversations.IsOpened(moved.Id) || _rig.Conversations.IsOpened(original.Id));
        var copy = _rig.Conversations.Duplicate(moved.Id)!;
        await _rig.StoreAsync();
        Assert.Equal(expected, Find(original.Id)); // the one that had it first
        Assert.Equal(copy.Id, Find(copy.Id)!.ConversationId);
        _rig.Conversations.Remove(copy.Id);
        Assert.Equal(expected, Find(copy.Id));

        TracedReply? Find(string? session)
        {
            var found = _rig.Conversations.FindReplies([(moving, session), (gone, session)]);
            Assert.False(found.ContainsKey(gone));
            return found.GetValueOrDefault(moving);
        }
    }

    [Fact]
    public async Task What_a_person_puts_on_a_conversation_is_told_kept_and_moves_it_nowhere()
    {
        var older = _rig.Talk("older");
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        var newer = _rig.Talk("newer");
        await _rig.StoreAsync();
        Assert.Equal((false, false), (_rig.Conversations.FindSummary(older.Id)!.IsPinned, _rig.Conversations.FindSummary(older.Id)!.IsArchived));
        var told = new TaskCompletionSource();
        using var subscription = _rig.Conversations.Subscribe(() => told.TrySetResult());

        _rig.Conversations.Pin(older.Id, isPinned: true);
        _rig.Conversations.Archive(older.Id, isArchived: true);
        _rig.Conversations.SetTags(older.Id, ["  work\n notes ", "Rome", "ROME"]);

        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Check(_rig.Conversations.FindSummary(older.Id)!);
        Assert.Equal(["Rome", "work notes"], _rig.Conversations.Tags);
        await _rig.StoreAsync();
        _rig.Crash();
        Check(_rig.Conversations.FindSummary(older.Id)!);
        Assert.Equal([newer.Id, older.Id], _rig.Conversations.All.Select(summary => summary.Id));
        Assert.Equal([older.Id], ConversationSearch.Find(_rig.Conversations, ConversationQuery.Parse("tag:\"work notes\" tag:rome"), 10).All.Select(hit => hit.Conversation.Id));

        _rig.Conversations.Pin(older.Id, isPinned: false);
        _rig.Conversations.Archive(older.Id, isArchived: false);
        _rig.Conversations.SetTags(older.Id, []);
        await _rig.StoreAsync();
        _rig.Crash();
        var plain = _rig.Conversations.FindSummary(older.Id)!;
        Assert.Equal((false, false, 0), (plain.IsPinned, plain.IsArchived, plain.Tags.Length));

        static void Check(ConversationSummary summary)
        {
            Assert.Equal((true, true), (summary.IsPinned, summary.IsArchived));
            Assert.Equal(["work notes", "Rome"], summary.Tags.AsEnumerable());
        }
    }

    [Fact]
    public async Task A_copy_has_all_branches_and_images_and_outlives_the_first_one()
    {
        var picture = new byte[] { 1, 2, 3 };
        var original = _rig.Talk("look", "one");
        _rig.Begin(original, "again");
        original.AddCall(new ToolCallRecord { Id = "c", Name = "look" });
        original.UpdateCall("c", call => call with { State = ToolCallState.Succeeded, Result = "seen", Images = [new ToolImage("image/png", picture)] });
        original.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = new string('a', 32), Stats = new TurnStats { OutputTokens = 7 } });
        Assert.True(original.TryBegin(null, _rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }, besideId: original.Messages[^1].Id));
        original.Append("other branch", null);
        ConversationRig.End(original);
        Assert.True(_rig.Conversations.Show(original.Id, original.AllMessages[3].Id));
        _rig.Conversations.SetTags(original.Id, ["work"]);
        _rig.Conversations.Pin(original.Id, isPinned: true);
        await _rig.StoreAsync();
        _rig.Crash();

        // Once from the files, once more from memory.
        var copies = new[] { _rig.Conversations.Duplicate(original.Id)!.Id, _rig.Conversations.Duplicate(original.Id)!.Id };
        await _rig.StoreAsync();
        Assert.NotNull(_rig.Conversations.Remove(original.Id));
        _rig.Conversations.Purge(original.Id);
        await _rig.StoreAsync();
        _rig.Crash();

        foreach (var id in copies)
        {
            var copy = _rig.Conversations.Find(id)!;
            Assert.Equal(("look (copy)", false), (copy.Title, copy.IsPinned));
            Assert.Equal(["work"], copy.Tags.AsEnumerable());
            Assert.Equal(["look", "one", "again", "", "other branch"], copy.AllMessages.Select(message => message.Text));
            Assert.Equal(4, copy.Messages.Length);
            var reply = copy.Messages[^1];
            Assert.Equal((new string('a', 32), 7), (reply.TraceId, reply.Stats?.OutputTokens));
            Assert.Equal(picture, Assert.Single(reply.ToolCalls[0].Images).Read().ToArray());
        }

        var all = copies.SelectMany(id => _rig.Conversations.Find(id)!.AllMessages).ToList();
        Assert.DoesNotContain(all, message => original.AllMessages.Any(other => other.Id == message.Id));
        Assert.Equal(10, all.Select(message => message.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.Single(Directory.GetFiles(_rig.Files.Folder.Combine("images")));
        Assert.Null(_rig.Conversations.Duplicate("unknown"));
    }

    [Fact]
    public async Task Of_one_that_is_generating_the_copy_is_interrupted_and_the_first_goes_on()
    {
        var original = _rig.Conversations.Create();
        _rig.Begin(original, "write");
        original.Append("so far", "hm");
        original.AddCall(new ToolCallRecord { Id = "c", Name = "look", State = ToolCallState.AwaitingApproval });

        var copy = _rig.Conversations.Duplicate(original.Id)!;
        original.Append(" and on", null);
        await _rig.StoreAsync();

        Assert.True(original.IsGenerating);
        Assert.False(copy.IsGenerating);
        var reply = copy.Messages[^1];
        Assert.Equal((MessageState.Interrupted, "so far\n\n", "hm", ToolCallState.Cancelled), (reply.State, reply.Text, reply.Thinking, reply.ToolCalls[0].State));
        Assert.Equal("interrupted", _rig.Ask<string>("SELECT message.state FROM message JOIN conversation ON conversation.key = conversation_key WHERE conversation.id = @Id AND role = 'assistant'", new { copy.Id }));
        Assert.True(copy.TryBegin(_rig.Message(MessageRole.User), _rig.Message(MessageRole.Assistant)));
    }

    [Fact]
    public async Task The_copy_of_a_temporary_chat_is_in_no_file_either()
    {
        var copy = _rig.Conversations.Duplicate(_rig.Talk("between us", isTemporary: true).Id)!;
        await _rig.StoreAsync();

        Assert.True(copy.IsTemporary);
        Assert.Empty(_rig.FindInFiles("between us"));
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM conversation"));
    }

    [Fact]
    public void A_title_that_is_cut_still_says_that_it_is_a_copy()
    {
        var copy = _rig.Conversations.Duplicate(_rig.Talk(new string('x', 600)).Id)!;

        Assert.Equal(500, copy.Title.Length);
        Assert.EndsWith("x… (copy)", copy.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ", "at least one character")]
    [InlineData("say \"hi\"", "quotation marks")]
    [InlineData("123456789 123456789 123456789 123456789 123456789 1", "at most 50 characters, and this one has 51")]
    public void A_tag_that_cannot_be_kept_says_why_and_changes_nothing(string tag, string fault)
    {
        var conversation = _rig.Talk();
        _rig.Conversations.SetTags(conversation.Id, ["kept"]);

        var thrown = Assert.Throws<ArgumentException>(() => _rig.Conversations.SetTags(conversation.Id, ["new", tag]));

        Assert.Contains(fault, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(["kept"], conversation.Summary.Tags.AsEnumerable());
    }

    [Fact]
    public void Twenty_tags_are_kept_and_one_more_is_refused()
    {
        var conversation = _rig.Talk();
        string[] tags = [.. Enumerable.Range(1, 21).Select(static number => $"tag {number}")];
        _rig.Conversations.SetTags(conversation.Id, tags[..20]);

        Assert.Contains("at most 20 tags", Assert.Throws<ArgumentException>(() => _rig.Conversations.SetTags(conversation.Id, tags)).Message, StringComparison.Ordinal);
        Assert.Equal(20, conversation.Tags.Length);
    }
}
