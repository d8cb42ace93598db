namespace OllamaStudio.Core.Storage.Spans;

/// <content>What goes with a conversation, or with some of its messages.</content>
internal sealed partial class SpanWriter
{
    /// <inheritdoc />
    public void Refuse(string sessionId) => _queue.Refuse(sessionId);

    /// <inheritdoc />
    public void Restore(string sessionId) => _queue.Restore(sessionId);

    /// <inheritdoc />
    public async Task EraseAsync(string sessionId)
    {
        // Whatever of it still happens does not come back.
        Refuse(sessionId);
        await FlushAsync();
        await _writer.WriteAsync(connection => SpanErasure.Erase(connection, sessionId), bytes: 0);
        _feed.Forget(sessionId);
        Changed();
        await _writer.CheckpointAsync();
    }

    /// <inheritdoc />
    public async Task EraseTracesAsync(string sessionId, IReadOnlyList<string> traceIds)
    {
        ArgumentNullException.ThrowIfNull(traceIds);
        await FlushAsync();
        var erased = new HashSet<string>(traceIds, StringComparer.Ordinal);
        await _writer.WriteAsync(connection => SpanErasure.Erase(connection, sessionId, erased), bytes: 0);
        _feed.Forget(sessionId, erased);
        Changed();
        await _writer.CheckpointAsync();
    }
}
