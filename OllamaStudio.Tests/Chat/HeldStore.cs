using System.Collections.Concurrent;
using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Storage.Conversations;
using OllamaStudio.Core.Tools;
using OllamaStudio.Tests.Storage;

namespace OllamaStudio.Tests.Chat;

/// <summary>A real store whose saves wait for the test's word, and which tells them.</summary>
internal sealed class HeldStore(StoreFixture files) : IConversationStore
{
    private readonly ConversationStore _store = new(files.Database, files.Writer, files.Folder);
    private readonly SemaphoreSlim _begun = new(0);
    private TaskCompletionSource _gate = Open();

    public event Action? Renewed
    {
        add => _store.Renewed += value;
        remove => _store.Renewed -= value;
    }

    /// <summary>What was to be saved, in order, waiting or not.</summary>
    public ConcurrentQueue<ConversationChanges> Saves { get; } = new();

    /// <summary>How many wait now.</summary>
    public int Waiting;

    /// <summary>What a save fails with; null for nothing.</summary>
    public Exception? Fault { get; set; }

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _gate.TrySetResult();

    /// <summary>Returns once another save has begun than those that were waited for.</summary>
    public async Task SavesAsync() => Assert.True(await _begun.WaitAsync(TimeSpan.FromSeconds(30)));

    /// <summary>Takes those that have begun until now as waited for.</summary>
    public void Forget()
    {
        while (_begun.Wait(0))
        {
        }
    }

    public async Task SaveAsync(ConversationChanges changes)
    {
        Saves.Enqueue(changes);
        Interlocked.Increment(ref Waiting);
        _begun.Release();
        await _gate.Task;
        Interlocked.Decrement(ref Waiting);
        await (Fault is null ? _store.SaveAsync(changes) : Task.FromException(Fault));
    }

    public Task RecoverAsync() => _store.RecoverAsync();

    public IReadOnlyList<ConversationSummary> LoadAll() => _store.LoadAll();

    public IReadOnlyList<string> FindDeleted() => _store.FindDeleted();

    public StoredConversation? Load(string id) => _store.Load(id);

    public ReplyFeedback? FindFeedback(string conversationId, string traceId) => _store.FindFeedback(conversationId, traceId);

    public IReadOnlyList<TracedReply> FindReplies(IReadOnlyCollection<string> traceIds) => _store.FindReplies(traceIds);

    public StoredHits Search(ConversationQuery query, int most, Func<string, bool> isWanted, CancellationToken cancellationToken) => _store.Search(query, most, isWanted, cancellationToken);

    public ToolImage? FindImage(string id) => _store.FindImage(id);

    public Task MarkAsync(string id, bool isDeleted) => _store.MarkAsync(id, isDeleted);

    public Task PurgeAsync(string id) => _store.PurgeAsync(id);

    public IReadOnlyList<(string ConversationId, string TraceId)> FindUnerased() => _store.FindUnerased();

    public Task PurgeMessagesAsync(string id, IReadOnlyList<string> traceIds) => _store.PurgeMessagesAsync(id, traceIds);

    public Draft? FindDraft(string conversationId) => _store.FindDraft(conversationId);

    public Task SaveDraftAsync(string conversationId, Draft? draft) => _store.SaveDraftAsync(conversationId, draft);

    public ImmutableArray<Attachment> FindDraftAttachments(string conversationId) => _store.FindDraftAttachments(conversationId);

    public Task SaveDraftAttachmentsAsync(string conversationId, ImmutableArray<Attachment> attachments) => _store.SaveDraftAttachmentsAsync(conversationId, attachments);

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
