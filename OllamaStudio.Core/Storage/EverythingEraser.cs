using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// Forgets everything that was said and measured: conversations, drafts, images, traces, what of them waits to be sent to a receiver, counts,
/// backups, and databases that were kept aside. Settings, keys and access token stay, and so does what was sent elsewhere.
/// </summary>
internal sealed class EverythingEraser : IEverythingEraser
{
    private readonly StoreWriter _writer;
    private readonly SpanWriter _spans;
    private readonly DataFolder _folder;
    private readonly Func<CancellationToken, Task> _stopReplies;
    private readonly Core.Chat.Conversations _conversations;
    private readonly SpanFeed _feed;
    private readonly Action? _forgetAlerts;
    private readonly Action? _forgetFigures;
    private readonly Func<Task>? _forgetUnsent;

    // The alerts before the store, which they write; the figures of past calls after it, which they are read from.
    public EverythingEraser(
        StoreWriter writer, SpanWriter spans, DataFolder folder, Func<CancellationToken, Task> stopReplies, Core.Chat.Conversations conversations, SpanFeed feed,
        Action? forgetAlerts = null, Action? forgetFigures = null, Func<Task>? forgetUnsent = null) =>
        (_writer, _spans, _folder, _stopReplies, _conversations, _feed, _forgetAlerts, _forgetFigures, _forgetUnsent) =
        (writer, spans, folder, stopReplies, conversations, feed, forgetAlerts, forgetFigures, forgetUnsent);

    /// <inheritdoc />
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        if (_writer.Status.Trouble is { } trouble)
        {
            throw new IOException($"Nothing can be deleted now: {trouble}.");
        }

        await _stopReplies(cancellationToken);
        await _spans.FlushAsync(cancellationToken);
        await (_forgetUnsent?.Invoke() ?? Task.CompletedTask).WaitAsync(cancellationToken); // first: it may fail, and then all else is still there
        _conversations.ForgetAll();
        _feed.Clear();
        _forgetAlerts?.Invoke();
        await _writer.RecreateAsync().WaitAsync(cancellationToken);
        _forgetFigures?.Invoke();
        foreach (var name in (string[])[BackupFolder.Images, BackupFolder.Name, IStudioData.Uploads])
        {
            if (Directory.Exists(_folder.Combine(name)))
            {
                Directory.Delete(_folder.Combine(name), recursive: true);
            }
        }

        foreach (var aside in Directory.EnumerateFiles(_folder.Path, StudioDatabase.FileName + ".*"))
        {
            File.Delete(aside);
        }

        _spans.Changed();
    }
}
