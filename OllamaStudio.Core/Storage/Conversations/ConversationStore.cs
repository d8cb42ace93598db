using System.Collections.Immutable;
using Dapper;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Tools;

namespace OllamaStudio.Core.Storage.Conversations;

/// <summary>Conversations in the database. A person waits for what is written here, so it goes before spans, and in the order in which it comes.</summary>
internal sealed class ConversationStore : IConversationStore
{
    // Of a write, beside its texts.
    private const long Overhead = 1_000;

    // Looked for in some milliseconds.
    private const int ImagesAtOnce = 200;

    private readonly StudioDatabase _database;
    private readonly StoreWriter _queue;
    private readonly ConversationReader _reader;
    private readonly ConversationWriter _writer;

    public ConversationStore(StudioDatabase database, StoreWriter queue, DataFolder folder)
    {
        var images = new ImageFiles(folder);
        (_database, _queue, _reader, _writer) = (database, queue, new ConversationReader(images), new ConversationWriter(images));
    }

    public event Action? Renewed
    {
        add => _database.Renewed += value;
        remove => _database.Renewed -= value;
    }

    /// <summary>The deleting of images that nobody has; ends with it, or with the studio.</summary>
    internal Task Tidied { get; private set; } = Task.CompletedTask;

    public Task RecoverAsync()
    {
        // Whatever this process begins to write comes after it: the queue keeps the order.
        IReadOnlyList<string> images = [];
        var recovered = _queue.WriteAsync(
            connection =>
            {
                ConversationWriter.EndInterrupted(connection);
                _writer.DeleteUnusedImages(connection);
                images = _writer.ListImages();
            }, Overhead, urgent: true);
        Tidied = TidyAsync();
        return recovered;

        // A restored database, or a kill between an image's file and its row, leaves files that no row names. A broken database that is kept aside may need its own.
        async Task TidyAsync()
        {
            await recovered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var piece in images.Chunk(ImagesAtOnce))
            {
                await _queue.WriteAsync(
                    connection => _writer.DeleteStrayImages(connection, _database.HasSetAside ? [] : piece), Overhead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public IReadOnlyList<ConversationSummary> LoadAll() => _database.IsAbsent ? [] : _database.Read(ConversationReader.LoadAll);

    public IReadOnlyList<string> FindDeleted() =>
        _database.Read<IReadOnlyList<string>>(static connection => connection.Query<string>("SELECT id FROM conversation WHERE deleted = 1").AsList(), []);

    public StoredConversation? Load(string id) => _database.Read(connection => _reader.Load(connection, id));

    public ReplyFeedback? FindFeedback(string conversationId, string traceId) => _database.Read(connection => ConversationReader.FindFeedback(connection, conversationId, traceId), null);

    public IReadOnlyList<TracedReply> FindReplies(IReadOnlyCollection<string> traceIds) =>
        traceIds.Count == 0 ? [] : _database.Read(connection => ConversationReader.FindReplies(connection, traceIds), []);

    public StoredHits Search(ConversationQuery query, int most, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var hits = _database.Read(connection => new TextSearch(connection, query, isWanted, cancellationToken).Find(most), StoredHits.None);
        if (hits.IsIndexDamaged)
        {
            _database.SayIndexDamaged();
        }

        return hits;
    }

    public ToolImage? FindImage(string id) => _database.Read(connection => _reader.FindImage(connection, id), null);

    public Task SaveAsync(ConversationChanges changes) => _queue.WriteAsync(connection => _writer.Save(connection, changes), changes.Bytes + Overhead, urgent: true);

    public Task MarkAsync(string id, bool isDeleted) => _queue.WriteAsync(
        connection => connection.Execute("UPDATE conversation SET deleted = @isDeleted WHERE id = @id", new { id, isDeleted }), Overhead, urgent: true);

    public async Task PurgeAsync(string id)
    {
        await _queue.WriteAsync(connection => ConversationWriter.Purge(connection, id), Overhead, urgent: true);
        await _queue.WriteAsync(_writer.DeleteUnusedImages, Overhead, urgent: true);
        await _queue.CheckpointAsync();
    }

    public IReadOnlyList<(string ConversationId, string TraceId)> FindUnerased() => _database.Read<IReadOnlyList<(string, string)>>(
        static connection => [.. connection.Query<(string, byte[])>("SELECT conversation_id, trace_id FROM trace_to_erase").Select(static row => (row.Item1, Convert.ToHexStringLower(row.Item2)))], []);

    public async Task PurgeMessagesAsync(string id, IReadOnlyList<string> traceIds)
    {
        await _queue.WriteAsync(connection => ConversationWriter.PurgeMessages(connection, id, traceIds), Overhead, urgent: true);
        await _queue.WriteAsync(_writer.DeleteUnusedImages, Overhead, urgent: true);
        await _queue.CheckpointAsync();
    }

    public Draft? FindDraft(string conversationId) => _database.Read(
        connection => connection.QuerySingleOrDefault<DraftRow>("SELECT written_ns, text FROM draft WHERE conversation_id = @conversationId", new { conversationId }) is { } row
            ? new Draft(StoredText.Read(row.Text), StoredTime.Read(row.WrittenNs))
            : null,
        null);

    public Task SaveDraftAsync(string conversationId, Draft? draft) => _queue.WriteAsync(
        connection => _ = draft is null
            ? connection.Execute("DELETE FROM draft WHERE conversation_id = @conversationId", new { conversationId })
            : connection.Execute(
                """
                INSERT INTO draft (conversation_id, written_ns, text) VALUES (@conversationId, @Written, @Text)
                ON CONFLICT DO UPDATE SET written_ns = excluded.written_ns, text = excluded.text
                """, new { conversationId, Written = StoredTime.Of(draft.WrittenAt), Text = StoredText.Of(draft.Text) }),
        ((draft?.Text.Length ?? 0) * sizeof(char)) + Overhead, urgent: true);

    public ImmutableArray<Attachment> FindDraftAttachments(string conversationId) =>
        _database.Read(connection => _reader.FindDraftAttachments(connection, conversationId), []);

    public async Task SaveDraftAttachmentsAsync(string conversationId, ImmutableArray<Attachment> attachments)
    {
        await _queue.WriteAsync(
            connection => _writer.SaveDraftAttachments(connection, conversationId, attachments),
            attachments.Sum(static file => file.Content.IsHeld ? file.Content.Length : 0) + Overhead, urgent: true);
        await _queue.WriteAsync(_writer.DeleteUnusedImages, Overhead, urgent: true);
    }
}
