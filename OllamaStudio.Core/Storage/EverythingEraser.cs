using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Storage.Backups;
using OllamaStudio.Core.Storage.Spans;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// Forgets everything that was said and measured: conversations, drafts, images, traces, counts, backups, and databases that were kept aside.
/// Settings, keys and access token stay, and so does what was sent elsewhere.
/// </summary>
public sealed class EverythingEraser
{
    private readonly StoreWriter _writer;
    private readonly SpanWriter _spans;
    private readonly DataFolder _folder;
    private readonly Func<CancellationToken, Task> _stopReplies;
    private readonly Core.Chat.Conversations _conversations;
    private readonly SpanFeed _feed;
    private readonly Action? _forgetAlerts;
    private readonly Action? _forgetFigures;

    // The alerts before the store, which they write; the figures of past calls after it, which they are read from.
    internal EverythingEraser(
        StoreWriter writer, SpanWriter spans, DataFolder folder, Func<CancellationToken, Task> stopReplies, Core.Chat.Conversations conversations, SpanFeed feed,
        Action? forgetAlerts = null, Action? forgetFigures = null) =>
        (_writer, _spans, _folder, _stopReplies, _conversations, _feed, _forgetAlerts, _forgetFigures) = (writer, spans, folder, stopReplies, conversations, feed, forgetAlerts, forgetFigures);

    /// <summary>Stops what is being generated, and forgets. A chat that begins meanwhile is forgotten as well.</summary>
    /// <exception cref="IOException">The data folder cannot be written now. The message is for a person.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        if (_writer.Status.Trouble is { } trouble)
        {
            throw new IOException($"Nothing can be deleted now: {trouble}.");
        }

        await _stopReplies(cancellationToken);
        await _spans.FlushAsync(cancellationToken);
        _conversations.ForgetAll();
        _feed.Clear();
        _forgetAlerts?.Invoke();
        await _writer.RecreateAsync().WaitAsync(cancellationToken);
        _forgetFigures?.Invoke();
        foreach (var name in (string[])[BackupFolder.Images, BackupFolder.Name, StudioData.Uploads])
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
