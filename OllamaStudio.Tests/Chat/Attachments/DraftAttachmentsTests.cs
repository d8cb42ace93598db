using OllamaStudio.Core.Chat;
using OllamaStudio.Tests.Storage.Conversations;

namespace OllamaStudio.Tests.Chat.Attachments;

/// <summary>Files that wait to be sent, above a real store.</summary>
public sealed class DraftAttachmentsTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();
    private DraftAttachments _drafts = null!;

    public Task InitializeAsync()
    {
        Begin();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task They_are_there_after_a_restart_in_order_and_gone_from_the_disk_once_they_are_removed()
    {
        var changed = new List<string>();
        _drafts.Changed += changed.Add;
        Assert.Null(_drafts.Add("", "cat.png", SamplePng.Of()));
        Assert.Null(_drafts.Add("", "a.txt", "hello"u8.ToArray()));
        Assert.Equal(["", ""], changed);
        await StoredAsync(2);

        _rig.Crash();
        Begin();

        var files = _drafts.Find("");
        Assert.Equal(["cat.png", "a.txt"], files.Select(file => file.Name));
        Assert.Equal((true, "hello"), (files[0].IsImage, files[1].TryReadText()));
        Assert.Equal(SamplePng.Of(), _rig.Store.FindImage(files[0].Id)!.Read().ToArray());

        _drafts.Remove("", files[0].Id);
        await StoredAsync(1);
        Assert.Equal(["a.txt"], _drafts.Find("").Select(file => file.Name));
        Assert.Null(_rig.Store.FindImage(files[0].Id));
        Assert.Single(Directory.GetFiles(_rig.Files.Folder.Combine("images")));
    }

    [Fact]
    public async Task What_is_sent_is_the_messages_survives_a_restart_and_goes_with_the_conversation()
    {
        _drafts.Add("", "cat.png", SamplePng.Of());
        _drafts.Add("", "a.txt", "hello"u8.ToArray());
        var conversation = _rig.Conversations.Create();
        Assert.True(conversation.TryBegin(
            _rig.Message(MessageRole.User) with { Attachments = _drafts.Find("") }, _rig.Message(MessageRole.Assistant) with { State = MessageState.Streaming }));
        _drafts.Sent("", conversation);
        ConversationRig.End(conversation);
        Assert.Empty(_drafts.Find(""));
        Assert.Equal("cat.png", conversation.Title);
        await _rig.StoreAsync();
        await StoredAsync(0);

        _rig.Crash();
        Begin();
        var files = _rig.Conversations.Find(conversation.Id)!.Messages[0].Attachments;
        Assert.Equal([("cat.png", "image/png"), ("a.txt", "text/plain")], files.Select(file => (file.Name, file.Content.MediaType)));
        Assert.Equal("hello", files[1].TryReadText());
        Assert.NotNull(_rig.Conversations.FindImage(files[0].Id));
        Assert.NotNull(_rig.Store.FindImage(files[0].Id));

        _drafts.Add(conversation.Id, "b.txt", "waiting"u8.ToArray());
        await StoredAsync(1);
        _rig.Conversations.Remove(conversation.Id);
        await _rig.StoreAsync();
        Assert.Empty(Directory.GetFiles(_rig.Files.Folder.Combine("images")));
        Assert.Equal((0L, 0L), (_rig.Ask<long>("SELECT count(*) FROM attachment"), _rig.Ask<long>("SELECT count(*) FROM draft_attachment")));
    }

    [Fact]
    public async Task Those_of_a_temporary_chat_are_in_no_file_and_go_along_when_it_becomes_another()
    {
        var temporary = _rig.Conversations.Create(isTemporary: true);
        _drafts.Add(temporary.Id, "secret.txt", "never on disk"u8.ToArray());
        _drafts.Add("", "a.txt", "on disk"u8.ToArray());
        await StoredAsync(1);
        Assert.Empty(_rig.FindInFiles("never on disk"));
        Assert.NotNull(_drafts.FindImage(_drafts.Find(temporary.Id)[0].Id));

        var own = DraftAttachments.NewTemporary();
        _drafts.Move("", own);
        await StoredAsync(0);
        Assert.Empty(_drafts.Find(""));
        Assert.Equal("on disk", Assert.Single(_drafts.Find(own)).TryReadText());
        Assert.Empty(_drafts.Find(DraftAttachments.NewTemporary())); // another page's
        Assert.Empty(_rig.FindInFiles("on disk"));

        _rig.Conversations.ForgetAll();
        Assert.Empty(_drafts.Find(own));
    }

    [Fact]
    public void More_than_a_message_takes_is_refused_and_what_is_there_stays()
    {
        for (var i = 0; i < Attachment.MaxCount; i++)
        {
            Assert.Null(_drafts.Add("", $"{i}.txt", new byte[] { 65 }));
        }

        Assert.Contains("up to 10 files", _drafts.Add("", "more.txt", new byte[] { 65 }), StringComparison.Ordinal);
        Assert.Equal(Attachment.MaxCount, _drafts.Find("").Length);

        _drafts.Add("t", "1.png", SamplePng.Of(bytes: 20_000_000));
        _drafts.Add("t", "2.png", SamplePng.Of(bytes: 20_000_000));
        Assert.Contains("50 MB together", _drafts.Add("t", "3.png", SamplePng.Of(bytes: 10_000_001)), StringComparison.Ordinal);
        Assert.Equal(2, _drafts.Find("t").Length);
    }

    [Fact]
    public void What_does_not_fit_with_those_that_are_there_stays_where_it_was()
    {
        for (var i = 0; i < 7; i++)
        {
            Assert.Null(_drafts.Add("one", $"{i}.txt", new byte[] { 65 }));
            Assert.Null(_drafts.Add("two", $"{i}.txt", new byte[] { 66 }));
        }

        Assert.Contains("up to 10, and 50 MB", _drafts.WhyNotTogether("one", "two"), StringComparison.Ordinal);
        var came = _drafts.Move("one", "two");
        Assert.Equal((3, 4, 10), (came.Length, _drafts.Find("one").Length, _drafts.Find("two").Length));

        // Back goes only what came.
        Assert.Equal(3, _drafts.Move("two", "one", [.. came.Select(static file => file.Id)]).Length);
        Assert.Equal(["A", "A", "A", "A", "A", "A", "A"], _drafts.Find("one").Select(static file => file.TryReadText()));
        Assert.Equal(["B", "B", "B", "B", "B", "B", "B"], _drafts.Find("two").Select(static file => file.TryReadText()));

        Assert.Equal(4, _drafts.Bring(_drafts.Find("one"), "two").Length);
    }

    [Fact]
    public void Bytes_are_bounded_together_as_well()
    {
        foreach (var key in (string[])["one", "two"])
        {
            Assert.Null(_drafts.Add(key, "1.png", SamplePng.Of(bytes: 15_000_000)));
            Assert.Null(_drafts.Add(key, "2.png", SamplePng.Of(bytes: 15_000_000)));
        }

        Assert.NotNull(_drafts.WhyNotTogether("one", "two"));
        Assert.Single(_drafts.Move("one", "two"));
        Assert.Single(_drafts.Find("one"));
        Assert.Null(_drafts.WhyNotTogether("one", "three"));
    }

    private void Begin() => _drafts = new DraftAttachments(_rig.Store, _rig.Conversations);

    // Written in the background, and what nobody refers to any more in a transaction after it.
    private async Task StoredAsync(int count)
    {
        while (_rig.Ask<long>("SELECT count(*) FROM draft_attachment") != count || _rig.Ask<long>("SELECT count(*) FROM image WHERE hash NOT IN (SELECT hash FROM draft_attachment UNION SELECT hash FROM attachment)") != 0)
        {
            await _rig.Files.Writer.FlushAsync();
        }

        await _rig.Files.Writer.FlushAsync();
    }
}
