using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>The files of images: by what is in them, for as long as a message has them.</summary>
public sealed class ConversationImagesTests : IAsyncLifetime
{
    private readonly ConversationRig _rig = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task Images_lie_in_files_by_what_is_in_them_and_are_read_when_somebody_asks_for_one()
    {
        var picture = new byte[] { 1, 2, 3, 4 };
        var first = _rig.Conversations.Create();
        var images = new[] { new ToolImage("image/png", picture), new ToolImage("image/png", picture), new ToolImage("image/webp", new byte[] { 5 }) };
        TalkWith(first, images);
        await _rig.StoreAsync();
        var folder = _rig.Files.Folder.Combine("images");
        Assert.Equal(2, Directory.GetFiles(folder).Length);
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.GetFiles(folder))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        _rig.Crash();
        var read = _rig.Conversations.Find(first.Id)!.Messages[^1].ToolCalls[0].Images;
        Assert.Equal(images.Select(image => (image.Id, image.MediaType, image.Length, image.Hash)), read.Select(image => (image.Id, image.MediaType, image.Length, image.Hash)));
        Assert.All(read, image => Assert.False(image.IsHeld));
        Assert.Equal(picture, read[1].Read().ToArray());
        Assert.Equal(picture, _rig.Conversations.FindImage(images[0].Id)!.Read().ToArray());

        // Another one that has the same: it stays until that one is deleted too.
        var second = _rig.Conversations.Create();
        TalkWith(second, new ToolImage("image/png", picture));
        await _rig.StoreAsync();
        await _rig.DeleteAsync(first.Id);
        Assert.Null(_rig.Conversations.FindImage(images[0].Id));
        Assert.Equal([images[0].Hash], Directory.GetFiles(folder).Select(Path.GetFileName));
        await _rig.DeleteAsync(second.Id);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Images_that_no_message_has_go_at_the_next_start_unless_a_broken_database_may_have_them()
    {
        var conversation = _rig.Conversations.Create();
        var image = new ToolImage("image/png", new byte[] { 1, 2, 3 });
        TalkWith(conversation, image);
        await _rig.StoreAsync();
        var folder = _rig.Files.Folder.Combine("images");
        var (stray, begun) = (new string('a', 64), new string('b', 64) + ".tmp");
        string[] all = [stray, begun, image.Hash, "not ours", image.Hash + ".png"];
        foreach (var name in all)
        {
            await File.AppendAllTextAsync(Path.Combine(folder, name), "");
        }

        var broken = _rig.Files.Database.Path + ".broken-20260301-120000-000";
        await File.WriteAllTextAsync(broken, "");
        Assert.Equivalent(all, await StartAsync(), strict: true);

        File.Delete(broken);
        Assert.Equivalent(all.Except([stray, begun]), await StartAsync(), strict: true);
        Assert.Equal([1, 2, 3], _rig.Conversations.FindImage(image.Id)!.Read().ToArray());

        // Where the database was taken away, and may come back, all stay, also at the next start.
        await _rig.Files.Writer.StopAsync(CancellationToken.None);
        File.Delete(_rig.Files.Database.Path);
        Assert.Equivalent(all.Except([stray, begun]), await StartAsync(), strict: true);
        Assert.Equivalent(all.Except([stray, begun]), await StartAsync(), strict: true);

        async Task<IEnumerable<string?>> StartAsync()
        {
            _rig.Crash();
            await _rig.Store.Tidied;
            return Directory.GetFiles(folder).Select(Path.GetFileName);
        }
    }

    [Fact]
    public async Task An_image_that_cannot_be_written_stops_nothing_else_from_being_stored()
    {
        // A file stands where the folder should.
        await File.WriteAllTextAsync(_rig.Files.Folder.Combine("images"), "");
        var conversation = _rig.Conversations.Create();
        TalkWith(conversation, new ToolImage("image/png", new byte[] { 1, 2 }));
        _rig.Talk("what comes after");
        await _rig.StoreAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.True(_rig.Files.Writer.Status.IsSaving);
        _rig.Crash();
        Assert.Equal(2, _rig.Conversations.All.Count);
        var call = _rig.Conversations.Find(conversation.Id)!.Messages[^1].ToolCalls[0];
        Assert.Equal((0, 1), (call.Images.Length, call.DroppedImages));
    }

    private void TalkWith(Conversation conversation, params ToolImage[] images)
    {
        _rig.Begin(conversation, "look");
        conversation.AddCall(new ToolCallRecord { Id = "c", Name = "look" });
        conversation.UpdateCall("c", call => call with { State = ToolCallState.Succeeded, Images = [.. images] });
        ConversationRig.End(conversation);
    }
}
