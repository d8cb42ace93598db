using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Chat;

/// <content>What is stored, what is deleted for good, and what is waited for.</content>
public sealed partial class Conversations
{
    // Deleted, and still to be put back: as many as there are offers to undo.
    private ImmutableDictionary<string, Conversation> _removed = ImmutableDictionary.Create<string, Conversation>(StringComparer.Ordinal);

    // What was asked of the store and has not ended.
    private readonly ConcurrentDictionary<Task, byte> _pending = new();

    // The conversations of which something is not stored, longer than it should: by a fault of the store's own, or because it took too long.
    private readonly ConcurrentDictionary<string, bool> _late = new(StringComparer.Ordinal);

    /// <summary>Deletes a removed conversation for good, with its draft, images and spans; one that was put back is left alone.</summary>
    public void Purge(string id)
    {
        lock (_gate)
        {
            if (_removed.GetValueOrDefault(id) is not { } removed)
            {
                return;
            }

            _removed = _removed.Remove(id);
            _ = WatchAsync(PurgeAsync(removed.Id));
        }

        Purged?.Invoke(id);
    }

    /// <summary>The conversation of that id cannot be put back any more: what else is held of it goes too.</summary>
    internal event Action<string>? Purged;

    /// <summary>All of them were forgotten: what else is held of them goes too.</summary>
    internal event Action? AllForgotten;

    /// <summary>All of them are gone, from memory alone: whoever calls empties the store. Pages that show one see it as deleted.</summary>
    internal void ForgetAll()
    {
        lock (_gate)
        {
            foreach (var conversation in _opened.Values.Concat(_removed.Values))
            {
                conversation.KeepIn(null);
                conversation.SetDeleted(true);
            }

            _entries = _entries.Clear();
            ImmutableInterlocked.Update(ref _opened, static opened => opened.Clear());
            _removed = _removed.Clear();
            _late.Clear();
        }

        _signal.Raise();
        AllForgotten?.Invoke();
    }

    /// <summary>Whether a message had to be sent before it was stored, and is not stored yet, or <see cref="HasFailed"/>.</summary>
    public bool IsBehind => !_late.IsEmpty;

    /// <summary>Whether the store failed to take something of a conversation, by its own fault; it is tried again every minute.</summary>
    public bool HasFailed => _late.Values.Contains(true);

    /// <summary>Waits until all that has changed in it until now is stored; at once where it is not to be stored.</summary>
    /// <returns>False where that took longer.</returns>
    internal async Task<bool> TryStoreAsync(Conversation conversation, TimeSpan longest)
    {
        if (_saver is null)
        {
            return true;
        }

        var wanted = conversation.Version; // another reply may be written on meanwhile
        try
        {
            await _saver.FlushAsync(conversation).WaitAsync(longest, _time);
        }
        catch (TimeoutException)
        {
            _late.TryAdd(conversation.Id, value: false);
            _signal.Raise();
        }

        return conversation.IsTemporary || conversation.StoredVersion >= wanted || conversation.IsDeleted;
    }

    /// <summary>Ends when all that has changed in it until now is stored, however long that takes; at once where it is not to be stored.</summary>
    internal Task StoreAsync(Conversation conversation) => _saver?.FlushAsync(conversation) ?? Task.CompletedTask;

    /// <summary>The studio stops: ends when all conversations are stored, and what was deleted is gone for good.</summary>
    public async Task StopAsync()
    {
        foreach (var id in _removed.Keys)
        {
            Purge(id);
        }

        foreach (var branch in _opened.Values.SelectMany(static conversation => conversation.Removed))
        {
            Purge(branch);
        }

        await (_saver?.FlushAllAsync() ?? Task.CompletedTask);
        await Task.WhenAll(_pending.Keys);
    }

    // What belongs to it first: it stays marked until all of it is gone, and the next start goes on with it.
    private async Task PurgeAsync(string id)
    {
        await (_saver?.FlushAllAsync() ?? Task.CompletedTask); // a copy has what it refers to
        foreach (var eraser in _erasers)
        {
            await eraser.EraseAsync(id);
        }

        await (_store?.PurgeAsync(id) ?? Task.CompletedTask);
        _opened.GetValueOrDefault(id)?.ForgetStore(); // put back meanwhile by a page that still had it
    }

    private async Task WatchAsync(Task? work)
    {
        if (work is null)
        {
            return;
        }

        _pending.TryAdd(work, 0);
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // The studio ends: what is marked is deleted when it starts again.
        }
        catch (Exception error)
        {
            // Its words may be content.
            LogFailed(_logger, error.GetType(), error.StackTrace);
        }
        finally
        {
            _pending.TryRemove(work, out _);
        }
    }

    private void OnStored(Conversation conversation)
    {
        _entries.GetValueOrDefault(conversation.Id)?.Take(conversation.Summary);
        if (_late.TryRemove(conversation.Id, out _))
        {
            _signal.Raise();
        }
    }

    private void OnNotStored(Conversation conversation)
    {
        if (!conversation.IsDeleted)
        {
            _late[conversation.Id] = true;
            _signal.Raise();
        }
    }

    // Called on the writer's thread, which does not wait: what is held is stored again, and what is not is what the new file has.
    private void OnRenewed() => _ = Task.Run(() =>
    {
        List();
        foreach (var conversation in _opened.Values)
        {
            conversation.MarkAll();
        }
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of the conversations could not be stored: {ErrorType}\n{StackTrace}")]
    private static partial void LogFailed(ILogger logger, Type errorType, string? stackTrace);
}
