using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>Messages that a person deletes, in the store and after a crash: gone with all that belongs to them, or back as they were.</summary>
public sealed class RemovedMessagesTests : IAsyncLifetime
{
    private readonly RecordingEraser _eraser = new();
    private readonly ConversationRig _rig;
    private readonly Conversation _conversation;

    public RemovedMessagesTests()
    {
        _rig = new ConversationRig(_eraser);
        _conversation = _rig.Talk("the first prompt", "the first answer");
        Say("kiwis", "a kiwi cannot fly", 'a');
        Say("and emus", "an emu neither", 'b');
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task What_is_deleted_is_gone_with_its_words_traces_and_images_and_the_rest_stays()
    {
        _conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look", Result = "a photograph of a kiwi" });
        await _rig.StoreAsync();
        Assert.NotEmpty(_rig.FindInFiles("a kiwi cannot fly"));

        var removed = _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[2].Id)!;
        Assert.Equal(4, removed.Count);
        Assert.Equal(["the first prompt", "the first answer"], _conversation.Messages.Select(message => message.Text));
        await _rig.Conversations.StoreAsync(_conversation);
        Assert.Equal(2, _rig.Ask<long>("SELECT count(*) FROM message"));
        Assert.Empty(ConversationSearch.Find(_rig.Conversations, ConversationQuery.Parse("kiwi"), 10).All);
        Assert.Empty(_eraser.Traces); // it can be undone
        _rig.Conversations.Purge(removed);
        await _rig.StoreAsync();

        Assert.Equal([Trace('a'), Trace('b')], _eraser.Traces.Order(StringComparer.Ordinal));
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
        Assert.Empty(_rig.FindInFiles("a kiwi cannot fly"));
        Assert.Empty(_rig.FindInFiles("photograph of a kiwi"));
        Assert.False(_rig.Conversations.PutBack(removed));

        // The numbers of what is left and of what comes then do not collide.
        Say("penguins", "they swim", 'c');
        await _rig.StoreAsync();
        _rig.Crash();
        var again = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Equal(["the first prompt", "the first answer", "penguins", "they swim"], again.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task What_is_put_back_is_stored_as_it_was_with_its_image_and_keeps_its_traces()
    {
        var image = new ToolImage("image/png", new byte[] { 1, 2, 3 });
        Assert.True(_conversation.TryBegin(
            _rig.Message(MessageRole.User) with { Text = "look", Attachments = [new Attachment("it.png", new ToolImage("image/png", new byte[] { 4, 5 }))] },
            _rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }));
        _conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look" });
        _conversation.UpdateCall("c", call => call with { State = ToolCallState.Succeeded, Images = [image] });
        ConversationRig.End(_conversation);
        await _rig.StoreAsync();
        _rig.Crash(); // from now on the image is read from its file
        var conversation = _rig.Conversations.Find(_conversation.Id)!;
        var before = conversation.Messages;

        var removed = _rig.Conversations.Remove(conversation.Id, before[2].Id)!;
        await _rig.Conversations.StoreAsync(conversation);
        Assert.Equal(2, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
        await _rig.Store.PurgeAsync("another"); // which deletes images that nothing has any more
        Assert.True(_rig.Conversations.PutBack(removed));
        Assert.Equal(before.Select(message => message.Id), conversation.Messages.Select(message => message.Id));
        _rig.Conversations.Purge(removed); // the notice is gone
        await _rig.StoreAsync();

        Assert.Empty(_eraser.Traces);
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
        _rig.Crash();
        var again = _rig.Conversations.Find(conversation.Id)!;
        Assert.Equal(before.Select(message => (message.Id, message.Text, message.TraceId)), again.Messages.Select(message => (message.Id, message.Text, message.TraceId)));
        Assert.Equal(new byte[] { 1, 2, 3 }, Assert.Single(again.Messages[^1].ToolCalls[0].Images).Read().ToArray());
        Assert.Equal(new byte[] { 4, 5 }, Assert.Single(again.Messages[^2].Attachments).Content.Read().ToArray());
        Assert.Single(ConversationSearch.Find(_rig.Conversations, ConversationQuery.Parse("kiwi"), 10).All);
    }

    [Fact]
    public async Task A_studio_that_is_killed_before_it_was_for_good_deletes_the_traces_when_it_starts()
    {
        _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[4].Id);
        await _rig.Conversations.StoreAsync(_conversation);
        _rig.Crash();
        await _rig.StoreAsync();

        Assert.Equal([Trace('b')], _eraser.Traces);
        Assert.Equal(4, _rig.Conversations.Find(_conversation.Id)!.Messages.Length);
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
    }

    [Fact]
    public async Task A_version_is_deleted_alone_and_the_other_is_shown_after_a_crash_too()
    {
        var first = _conversation.Messages[4];
        _conversation.TryBegin(_rig.Message(MessageRole.User) with { Text = "and ostriches" }, _rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }, first.Id);
        ConversationRig.End(_conversation);
        await _rig.StoreAsync();

        _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[4].Id);
        Assert.Equal("and emus", _conversation.Messages[4].Text);
        await _rig.StoreAsync();
        _rig.Crash();

        Assert.Equal(["and emus", "an emu neither"], _rig.Conversations.Find(_conversation.Id)!.Messages.Skip(4).Select(message => message.Text));
        Assert.Equal(1, _rig.Ask<long>("SELECT min(shown) FROM message"));
    }

    [Fact]
    public async Task A_message_deleted_alone_leaves_no_word_of_it_in_the_store_and_what_follows_stands_in_its_place_after_a_crash()
    {
        await _rig.StoreAsync();
        var removed = _rig.Conversations.RemoveAlone(_conversation.Id, _conversation.Messages[2].Id)!;
        await _rig.Conversations.StoreAsync(_conversation);
        Assert.Equal(2, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase")); // the later reply's too: it was sent with these words
        Assert.Empty(ConversationSearch.Find(_rig.Conversations, ConversationQuery.Parse("kiwi"), 10).All);

        Assert.True(_rig.Conversations.PutBack(removed));
        await _rig.StoreAsync();
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
        _rig.Crash();
        var conversation = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Equal(["the first prompt", "the first answer", "kiwis", "a kiwi cannot fly", "and emus", "an emu neither"], conversation.Messages.Select(message => message.Text));
        Assert.Equal([Trace('a'), Trace('b')], conversation.Messages.Skip(2).Select(message => message.TraceId).OfType<string>());

        _rig.Conversations.RemoveAlone(conversation.Id, conversation.Messages[2].Id);
        await _rig.Conversations.StoreAsync(conversation);
        Assert.Empty(_eraser.Traces);
        _rig.Crash();
        await _rig.StoreAsync();
        Assert.Equal([Trace('a'), Trace('b')], _eraser.Traces.Order(StringComparer.Ordinal));
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
        Assert.Empty(_rig.FindInFiles("a kiwi cannot fly"));
        var again = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Equal(["the first prompt", "the first answer", "and emus", "an emu neither"], again.Messages.Select(message => message.Text));
        Assert.Null(again.Messages[^1].TraceId);
    }

    [Fact]
    public async Task An_older_file_brings_a_message_deleted_alone_back_beside_what_followed_it_and_there_that_stays()
    {
        var (whole, ids) = (_conversation.ToDocument(), _conversation.Messages.Select(message => message.Id).ToArray());
        var removed = _rig.Conversations.RemoveAlone(_conversation.Id, ids[2])!;
        _conversation.Take(whole);
        Assert.Equal(6, _conversation.Count);
        Assert.Equal(2, _conversation.Branches.Values.Single().Count);

        Assert.True(_rig.Conversations.PutBack(removed));
        await _rig.StoreAsync();
        _rig.Crash();
        var again = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Equal(ids.Order(StringComparer.Ordinal), again.AllMessages.Select(message => message.Id).Order(StringComparer.Ordinal));
        Assert.Equal(ids[1], again.AllMessages.Single(message => message.Id == ids[4]).ParentId);
    }

    [Fact]
    public async Task An_import_fills_no_number_that_another_message_has()
    {
        var whole = _conversation.ToDocument();
        _rig.Conversations.Purge(_rig.Conversations.Remove(_conversation.Id, _conversation.Messages[3].Id)!);
        Say("penguins", "they swim", 'c');
        await _rig.StoreAsync();

        _conversation.Take(whole);
        await _rig.StoreAsync();
        _rig.Crash();

        var again = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Equal(8, again.Count);
        Assert.Equal(again.AllMessages.Length, again.AllMessages.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task What_an_import_brought_back_is_neither_put_back_twice_nor_are_its_traces_deleted()
    {
        var whole = _conversation.ToDocument();
        var (one, other) = (_rig.Conversations.Remove(_conversation.Id, _conversation.Messages[4].Id)!, _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[2].Id)!);
        _conversation.Take(whole);
        Say("penguins", "they swim", 'c');

        Assert.True(_rig.Conversations.PutBack(one));
        _rig.Conversations.Purge(other);
        await _rig.StoreAsync();
        Assert.Empty(_eraser.Traces);
        _rig.Crash();
        Assert.Equal(8, _rig.Conversations.Find(_conversation.Id)!.Count);
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM trace_to_erase"));
    }

    [Fact]
    public async Task A_number_that_may_come_back_is_given_to_no_other_message()
    {
        var removed = _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[4].Id)!;
        var other = _conversation.ToDocument() with { UpdatedAt = _rig.Time.GetUtcNow().AddMinutes(1), Name = "imported" };
        Assert.Equal(Core.Chat.Transfer.ImportOutcome.Changed, _conversation.Take(other));
        Say("penguins", "they swim", 'c');
        Assert.True(_rig.Conversations.PutBack(removed));
        await _rig.StoreAsync();
        _rig.Crash();

        Assert.Equal(8, _rig.Conversations.Find(_conversation.Id)!.Count);
    }

    [Fact]
    public async Task Of_an_emptied_conversation_no_word_is_left_and_it_can_be_written_in_again()
    {
        var removed = _rig.Conversations.Remove(_conversation.Id, _conversation.Messages[0].Id)!;
        Assert.Equal(ConversationSummary.NoTitle, _conversation.Title);
        _rig.Conversations.Purge(removed);
        await _rig.StoreAsync();
        Assert.Empty(_rig.FindInFiles("the first prompt"));

        _rig.Crash();
        var again = _rig.Conversations.Find(_conversation.Id)!;
        Assert.Empty(again.Messages);
        again.Rename("emptied");
        await _rig.StoreAsync();
        _rig.Crash();
        Assert.Equal("emptied", _rig.Conversations.FindSummary(_conversation.Id)?.Title);
        _rig.Begin(_rig.Conversations.Find(_conversation.Id)!, "anew");
        Assert.Equal(2, _rig.Conversations.Find(_conversation.Id)!.Messages.Length);
    }

    private void Say(string prompt, string answer, char trace)
    {
        _rig.Begin(_conversation, prompt);
        _conversation.Append(answer, null);
        _conversation.UpdateReply(reply => reply with { State = MessageState.Complete, TraceId = Trace(trace), Capture = CaptureLevel.Full });
    }

    private static string Trace(char digit) => new(digit, 32);
}
