using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Tests.Chat;
using OllamaStudio.Tests.Settings;
using OllamaStudio.Tests.Support;

namespace OllamaStudio.Tests.Storage.Conversations;

/// <summary>What is there and cannot be read is never taken for nothing.</summary>
public sealed class UnreadableConversationsTests
{
    [Fact]
    public async Task Where_the_file_is_damaged_exports_and_imports_say_so_nothing_is_written_over_and_the_file_is_kept()
    {
        await using var rig = new ConversationRig();
        using var settings = new SettingsFixture();
        var id = rig.Talk("what was asked", "what was answered").Id;
        await rig.StoreAsync();
        var document = rig.Conversations.FindDocument(id)!;
        rig.Crash();
        await rig.StoreAsync();
        await rig.Files.DamageAsync("message");
        using var hold = new ManualResetEventSlim();
        var held = rig.Files.Writer.WriteAsync(_ => hold.Wait(), bytes: 0);

        try
        {
            Assert.Null(rig.Conversations.Find(id));
            Assert.NotNull(rig.Conversations.FindSummary(id)); // by which a page tells it from one that is gone
            Assert.Contains("damaged", Assert.Throws<StoreUnreadableException>(() => rig.Conversations.FindDocument(id)).Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StoreUnreadableException>(() => new DataExport(rig.Conversations, settings.Open(), rig.Time).WriteAsync(Stream.Null, withSettings: false, progress: null, CancellationToken.None));
            await Assert.ThrowsAsync<StoreUnreadableException>(() => ImportAsync(document with { Messages = [document.Messages[0] with { Text = "another" }] }));
        }
        finally
        {
            hold.Set();
        }

        await held;
        Assert.True(SpinWait.SpinUntil(() => rig.Files.Writer.Status is { IsSaving: true, SetAside: not null } && rig.Conversations.All.Count == 0, TimeSpan.FromSeconds(30)));
        Assert.Equal(ImportOutcome.Added, await ImportAsync(document));
        Assert.Equal(document.Messages.Select(static message => message.Text), rig.Conversations.FindDocument(id)!.Messages.Select(static message => message.Text));

        Task<ImportOutcome> ImportAsync(ConversationDocument wanted) => rig.Conversations.ImportAsync(wanted, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_list_that_could_not_be_read_is_read_again_by_itself_and_until_then_nothing_is_imported_or_exported()
    {
        using var settings = new SettingsFixture();
        await using var files = new StoreFixture();
        var time = new ManualTime();
        var store = new HeldStore(files);
        ConversationDocument document;
        using (var before = new Core.Chat.Conversations(time, store))
        {
            var conversation = before.Create();
            conversation.TryBegin(
                new MessageRecord { Id = "p", Role = MessageRole.User, Text = "hi", CreatedAt = time.GetUtcNow() },
                new MessageRecord { Id = "r", Role = MessageRole.Assistant, State = MessageState.Streaming, CreatedAt = time.GetUtcNow() });
            conversation.UpdateReply(static reply => reply with { State = MessageState.Complete, Text = "hello" });
            await before.StopAsync();
            document = before.FindDocument(conversation.Id)!;
        }

        store.Unreadable = new StoreUnreadableException("It cannot be read now.");
        using var conversations = new Core.Chat.Conversations(time, store);
        var here = conversations.Create();
        await Assert.ThrowsAsync<StoreUnreadableException>(() => conversations.ImportAsync(document, CancellationToken.None));
        using var archive = new MemoryStream();
        await Assert.ThrowsAsync<StoreUnreadableException>(() => new DataExport(conversations, settings.Open(), time).WriteAsync(archive, withSettings: true, progress: null, CancellationToken.None));
        Assert.Equal(0, archive.Length);
        await time.FireAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([here.Id], conversations.All.Select(static summary => summary.Id));

        store.Unreadable = null;
        await time.FireAsync(TimeSpan.FromSeconds(2));
        Assert.Equivalent(new[] { here.Id, document.Id }, conversations.All.Select(static summary => summary.Id), strict: true);
        Assert.Equal(ImportOutcome.Unchanged, await conversations.ImportAsync(document, CancellationToken.None));
    }

    [Fact]
    public async Task Where_there_is_no_file_yet_and_none_can_be_made_it_is_known_that_nothing_is_stored()
    {
        await using var files = new StoreFixture(open: false);
        Directory.CreateDirectory(files.Folder.Combine(StudioDatabase.FileName + "-wal")); // in its place no log can be made
        files.Open();
        Assert.False(files.Writer.Status.IsSaving);
        File.Delete(files.Folder.Combine(StudioDatabase.FileName));
        using var conversations = new Core.Chat.Conversations(TimeProvider.System, new ConversationStore(files.Database, files.Writer, files.Folder));
        Assert.False(conversations.IsUnlisted);

        await File.WriteAllTextAsync(files.Folder.Combine(StudioDatabase.FileName), "not a database");
        using var others = new Core.Chat.Conversations(TimeProvider.System, new ConversationStore(files.Database, files.Writer, files.Folder));
        Assert.True(others.IsUnlisted);
    }
}
