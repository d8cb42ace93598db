using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Storage.Spans;
using OllamaStudio.Tests.Export;

namespace OllamaStudio.Tests.Storage;

/// <summary>After everything was forgotten no file of the folder tells of it, nor does one that comes later.</summary>
[Collection("telemetry")]
public sealed class EverythingEraserTests
{
    private const string Secret = "a-secret-that-goes";

    [Fact]
    public async Task No_file_in_the_folder_holds_any_of_it_any_more()
    {
        await using var store = new StoreFixture();
        using var feed = new SpanFeed(TimeProvider.System);
        await using var spans = new SpanWriter(store.Database, store.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, feed);
        using var conversations = new Core.Chat.Conversations(TimeProvider.System, new ConversationStore(store.Database, store.Writer, store.Folder));
        await using var export = await ExportRig.StartAsync(spools: store.Folder);
        await export.Receiver.StopAsync();
        ExportRig.Emit(Secret);
        await export.WaitForStatusAsync(static status => status is { Waiting: 1, NextTry: not null });
        var conversation = conversations.Create();
        Assert.True(conversation.TryBegin(
            new MessageRecord { Id = "p", Role = MessageRole.User, Text = Secret, CreatedAt = DateTimeOffset.UnixEpoch },
            new MessageRecord { Id = "r", Role = MessageRole.Assistant, CreatedAt = DateTimeOffset.UnixEpoch }));
        Assert.True(await conversations.TryStoreAsync(conversation, TimeSpan.FromSeconds(30)));
        spans.Add(new SpanRecord { TraceId = new string('a', 32), SpanId = new string('b', 16), Name = Secret, StartTime = DateTimeOffset.UnixEpoch, Duration = TimeSpan.FromSeconds(1) });
        await spans.FlushAsync();
        await new StudioData(store.Folder, store.Database, TimeProvider.System).BackUpAsync(progress: null, CancellationToken.None);
        foreach (var file in new[] { "images/abc", "backups/before-migration-0003.db", "imports/left", "studio.db.broken-20260101-000000-000" })
        {
            store.Folder.CreateWithin(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(store.Folder.Combine(file), Secret);
        }

        await File.WriteAllTextAsync(store.Folder.Combine("settings.json"), "{}");
        Assert.True(Telling(store).Count >= 7);

        await new EverythingEraser(store.Writer, spans, store.Folder, static _ => Task.CompletedTask, conversations, feed, forgetUnsent: export.Pipeline.ForgetAsync).EraseAsync(CancellationToken.None);

        await store.Writer.FlushAsync();
        Assert.Empty(Telling(store));
        Assert.True(File.Exists(store.Folder.Combine("settings.json")));
    }

    [Fact]
    public async Task Where_what_waits_to_be_sent_cannot_be_deleted_nothing_is_and_the_reason_is_told()
    {
        await using var store = new StoreFixture();
        using var feed = new SpanFeed(TimeProvider.System);
        await using var spans = new SpanWriter(store.Database, store.Writer, TimeProvider.System, NullLogger<SpanWriter>.Instance, feed);
        using var conversations = new Core.Chat.Conversations(TimeProvider.System, new ConversationStore(store.Database, store.Writer, store.Folder));
        conversations.Create();
        var eraser = new EverythingEraser(
            store.Writer, spans, store.Folder, static _ => Task.CompletedTask, conversations, feed, forgetUnsent: static () => Task.FromException(new IOException("The spool is read-only.")));

        var refused = await Assert.ThrowsAsync<IOException>(() => eraser.EraseAsync(CancellationToken.None));

        Assert.Equal("The spool is read-only.", refused.Message);
        Assert.Single(conversations.All);
    }

    private static List<string> Telling(StoreFixture store) =>
        [.. Directory.EnumerateFiles(store.Folder.Path, "*", SearchOption.AllDirectories).Where(static file => Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0)];

    // While SQLite has it open.
    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
