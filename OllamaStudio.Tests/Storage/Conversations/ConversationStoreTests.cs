using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>What of a conversation is there after a crash, what is deleted, and what it costs to read one.</summary>
public sealed class ConversationStoreTests : IAsyncLifetime
{
    private readonly RecordingEraser _eraser = new();
    private readonly ConversationRig _rig;

    public ConversationStoreTests() => _rig = new ConversationRig(_eraser);

    [Fact]
    public async Task A_reply_that_was_being_written_is_interrupted_with_what_came_of_it_and_so_are_its_tools()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "Tell me more");
        conversation.Append("Once upon ", "hm");
        conversation.AddCall(new ToolCallRecord { Id = "a", Name = "look", State = ToolCallState.Running });
        conversation.AddCall(new ToolCallRecord { Id = "b", Name = "look", State = ToolCallState.Running });
        conversation.UpdateCall("a", call => call with { State = ToolCallState.Succeeded, Result = "seen" });
        await _rig.StoreAsync();
        conversation.Append("a time", " so");
        await _rig.StoreAsync();
        Assert.Equal("", _rig.Ask<string>("SELECT text FROM message WHERE role = 'assistant'"));

        _rig.Crash();

        // At once, and still when the file has been put in order.
        for (var look = 0; look < 2; look++)
        {
            var reply = _rig.Store.Load(conversation.Id)!.Messages[^1].Message;
            Assert.Equal((MessageState.Interrupted, "Once upon \n\na time", "hm so"), (reply.State, reply.Text, reply.Thinking));
            Assert.Equal([(ToolCallState.Succeeded, "seen"), (ToolCallState.Cancelled, "")], reply.ToolCalls.Select(call => (call.State, call.Result)));
            Assert.Equal(2, reply.Pace?.Chunks);
            await _rig.StoreAsync();
        }

        Assert.Equal("interrupted", _rig.Ask<string>("SELECT state FROM message WHERE role = 'assistant'"));
        Assert.Equal("Once upon \n\na time", _rig.Ask<string>("SELECT text FROM message WHERE role = 'assistant'"));
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM message_piece"));
        Assert.Equal("cancelled", _rig.Ask<string>("SELECT state FROM tool_call WHERE id = 'b'"));
        Assert.False(_rig.Conversations.Find(conversation.Id)!.IsGenerating);
    }

    [Fact]
    public async Task After_a_crash_a_reply_lacks_what_came_in_its_last_second_or_4_KB_and_no_more()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "Write");
        await _rig.StoreAsync();
        conversation.Append("a second ago ", null);
        await _rig.Time.FireAsync(TimeSpan.FromSeconds(1));
        await StoredAsync("a second ago ".Length);
        conversation.Append("now ", null);
        _rig.Crash();
        Assert.Equal("a second ago ", _rig.Store.Load(conversation.Id)!.Messages[^1].Message.Text);

        var other = _rig.Conversations.Create();
        _rig.Begin(other, "Write");
        await _rig.StoreAsync();
        var much = new string('x', 4096);
        other.Append(much, null); // nobody moves the clock
        await StoredAsync(much.Length);
        _rig.Crash();
        Assert.Equal(much, _rig.Store.Load(other.Id)!.Messages[^1].Message.Text);

        async Task StoredAsync(int length)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (_rig.Ask<long>("SELECT ifnull(sum(length(text)), 0) FROM message_piece") < length)
            {
                await _rig.Files.Writer.FlushAsync(limit.Token);
            }
        }
    }

    [Fact]
    public async Task A_long_reply_is_stored_by_its_pieces_and_put_together_at_its_end()
    {
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, "Write");
        for (var piece = 0; piece < 20; piece++)
        {
            conversation.Append(new string((char)('a' + piece), 5_000), null);
            await _rig.StoreAsync();
        }

        Assert.Equal((20, 100_000), (_rig.Ask<long>("SELECT count(*) FROM message_piece"), _rig.Ask<long>("SELECT sum(length(text)) FROM message_piece")));
        Assert.Equal(0, _rig.Ask<long>("SELECT max(length(text)) FROM message WHERE role = 'assistant'"));

        ConversationRig.End(conversation);
        await _rig.StoreAsync();

        Assert.Equal((0, 100_000), (_rig.Ask<long>("SELECT count(*) FROM message_piece"), _rig.Ask<long>("SELECT length(text) FROM message WHERE role = 'assistant'")));
    }

    [Fact]
    public async Task Of_what_was_deleted_no_byte_is_left_in_any_file()
    {
        const string Secret = "the harbour at dawn";
        var conversation = _rig.Conversations.Create();
        _rig.Begin(conversation, Secret);
        conversation.Append(Secret, Secret);
        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look", Arguments = $"{{\"at\":\"{Secret}\"}}" });
        conversation.UpdateCall("c", call => call with { Result = Secret, Images = [new ToolImage("image/png", System.Text.Encoding.UTF8.GetBytes("PNG " + Secret))] });
        await _rig.StoreAsync();
        ConversationRig.End(conversation);
        new Drafts(_rig.Store, _rig.Conversations).Keep(conversation.Id, Secret, _rig.Time.GetUtcNow());
        _rig.Talk("another one");
        await _rig.StoreAsync();
        Assert.NotEmpty(_rig.FindInFiles(Secret));

        await _rig.DeleteAsync(conversation.Id);

        Assert.Empty(_rig.FindInFiles(Secret));
        Assert.NotEmpty(_rig.FindInFiles("another one"));
        Assert.Equal([conversation.Id], _eraser.Sessions);
    }

    [Fact]
    public async Task What_was_deleted_is_gone_after_a_crash_and_what_was_put_back_is_there()
    {
        var (gone, back) = (_rig.Talk(), _rig.Talk());
        await _rig.StoreAsync();
        _rig.Conversations.Remove(gone.Id);
        _rig.Conversations.Remove(back.Id);
        _rig.Conversations.Add(back);
        await _rig.Files.Writer.FlushAsync();
        Assert.Equal(2, _rig.Ask<long>("SELECT count(*) FROM conversation"));

        _rig.Crash();

        Assert.Equal(back.Id, Assert.Single(_rig.Conversations.All).Id);
        Assert.Null(_rig.Conversations.Find(gone.Id));
        await _rig.StoreAsync();
        Assert.Equal(1, _rig.Ask<long>("SELECT count(*) FROM conversation"));
        Assert.Equal([gone.Id], _eraser.Sessions);
    }

    [Fact]
    public async Task One_that_is_put_back_by_a_page_after_it_was_deleted_for_good_is_stored_again()
    {
        var conversation = _rig.Talk("here", "there");
        await _rig.StoreAsync();
        await _rig.DeleteAsync(conversation.Id);
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM conversation"));
        Assert.Equal([conversation.Id], _eraser.Sessions);

        _rig.Conversations.Add(conversation);
        await _rig.StoreAsync();
        Assert.Empty(_eraser.Sessions);
        _rig.Crash();

        Assert.Equal(["here", "there"], _rig.Conversations.Find(conversation.Id)!.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task A_temporary_chat_is_in_no_file_and_gone_with_the_process()
    {
        var conversation = _rig.Talk("between us", "of course", isTemporary: true);
        new Drafts(_rig.Store, _rig.Conversations).Keep(conversation.Id, "between us too", _rig.Time.GetUtcNow());
        await _rig.StoreAsync();
        await _rig.Files.Writer.FlushAsync();

        Assert.True(_rig.Conversations.FindSummary(conversation.Id)!.IsTemporary);
        Assert.Empty(_rig.FindInFiles("between us"));
        _rig.Crash();
        Assert.Empty(_rig.Conversations.All);
    }

    [Fact]
    public async Task A_conversation_that_was_begun_and_never_spoken_in_is_not_stored()
    {
        _rig.Conversations.Rename(_rig.Conversations.Create().Id, "empty");
        await _rig.StoreAsync();

        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM conversation"));
    }

    [Fact]
    public async Task Where_the_file_vanishes_or_the_disk_is_full_the_chat_goes_on_and_all_of_it_is_stored_afterwards()
    {
        var conversation = _rig.Talk("first", "one");
        await _rig.StoreAsync();
        File.Delete(_rig.Files.Database.Path);
        _rig.Begin(conversation, "second");
        conversation.Append("two", null);
        ConversationRig.End(conversation);
        await _rig.StoreAsync();
        await StoredAgainAsync(4);

        _rig.Files.Database.MaxPages = 1;
        _rig.Begin(conversation, new string('x', 100_000));
        conversation.Append("three", null);
        Assert.False(await _rig.Conversations.TryStoreAsync(conversation, TimeSpan.Zero));
        Assert.True(_rig.Conversations.IsBehind);
        ConversationRig.End(conversation);
        Assert.True(SpinWait.SpinUntil(() => !_rig.Files.Writer.Status.IsSaving, TimeSpan.FromSeconds(30)));
        Assert.Contains("full", _rig.Files.Writer.Status.Trouble, StringComparison.Ordinal);
        _rig.Files.Database.MaxPages = null;
        await _rig.StoreAsync();

        Assert.False(_rig.Conversations.IsBehind);
        _rig.Crash();
        Assert.Equal(["first", "one", "second", "two", new string('x', 100_000), "three"], _rig.Conversations.Find(conversation.Id)!.Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Drafts_are_kept_by_conversation_and_the_newer_text_wins()
    {
        var conversation = _rig.Talk();
        var drafts = new Drafts(_rig.Store, _rig.Conversations);
        var now = _rig.Time.GetUtcNow();
        drafts.Keep(conversation.Id, "half a \uD83D sentence", now);
        drafts.Keep("", "new chat", now);
        drafts.Keep("unknown", "nowhere", now);
        drafts.Keep(conversation.Id, "an older window", now.AddSeconds(-1));
        Assert.Equal(new Draft("half a \uD83D sentence", now), drafts.Find(conversation.Id));
        await _rig.StoreAsync();
        await _rig.Files.Writer.FlushAsync();

        _rig.Crash();
        drafts = new Drafts(_rig.Store, _rig.Conversations);
        Assert.Equal(new Draft("half a \uD83D sentence", now), drafts.Find(conversation.Id));
        Assert.Equal("new chat", drafts.Find("")?.Text);
        Assert.Null(drafts.Find("unknown"));

        drafts.Delete(conversation.Id);
        drafts.Keep("", " ", now.AddSeconds(1));
        Assert.Null(drafts.Find(conversation.Id));
        await _rig.Files.Writer.FlushAsync();
        Assert.Equal(0, _rig.Ask<long>("SELECT count(*) FROM draft"));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task While_the_store_does_not_answer_one_draft_of_a_conversation_waits_however_much_is_typed()
    {
        var conversation = _rig.Talk();
        await _rig.StoreAsync();
        using var hold = new ManualResetEventSlim();
        var held = _rig.Files.Writer.WriteAsync(_ => hold.Wait(), bytes: 0);
        var drafts = new Drafts(_rig.Store, _rig.Conversations);
        for (var i = 1; i <= 100; i++)
        {
            drafts.Keep(conversation.Id, new string('x', 10_000 * i), _rig.Time.GetUtcNow().AddSeconds(i));
        }

        Assert.Equal(1_000_000, drafts.Find(conversation.Id)!.Text.Length);
        Assert.InRange(_rig.Files.Writer.QueuedBytes, 1, 100_000);
        hold.Set();
        await held;
        while (_rig.Store.FindDraft(conversation.Id)?.Text.Length != 1_000_000)
        {
            await _rig.Files.Writer.FlushAsync();
        }
    }

    // The file is made anew by the writer, which tells; what was told of is stored by then or a moment later.
    private async Task StoredAgainAsync(long messages)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_rig.Ask<long>("SELECT count(*) FROM message") < messages)
        {
            limit.Token.ThrowIfCancellationRequested();
            await _rig.StoreAsync();
            await _rig.Files.Writer.FlushAsync(limit.Token);
        }
    }
}
