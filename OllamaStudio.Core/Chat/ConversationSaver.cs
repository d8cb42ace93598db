using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Stores what changes in conversations: a message, a name, an end at once; the text of a reply that is being written at most a second or
/// <see cref="MostAhead"/> bytes behind. One write a conversation is under way at a time, and what comes meanwhile goes with the next, so
/// that a slow or full disk costs no memory beyond the conversations themselves. Safe to use from any thread.
/// </summary>
internal sealed partial class ConversationSaver(IConversationStore store, TimeProvider time, ILogger logger, Action<Conversation> onStored, Action<Conversation>? onFailed = null)
{
    /// <summary>Bytes of a reply, as UTF-8, that may be not stored.</summary>
    public const int MostAhead = 4096;

    /// <summary>How long the text of a reply may be not stored, beside the write itself.</summary>
    public static readonly TimeSpan LongestAhead = TimeSpan.FromSeconds(1);

    // A write that failed by its own fault would fail again.
    private static readonly TimeSpan AfterFault = TimeSpan.FromMinutes(1);

    // Those with something that is not stored: as many as were changed, and none is let go from memory.
    private readonly ConcurrentDictionary<Conversation, byte> _unsaved = new();

    /// <summary>Something changed in it. Called under its lock; returns at once.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="isDue">Whether it is to be stored at once.</param>
    public void Mark(Conversation conversation, bool isDue)
    {
        var slot = conversation.Slot;
        lock (slot)
        {
            _unsaved.TryAdd(conversation, 0);
            (slot.IsMarked, slot.IsDue) = (true, slot.IsDue || isDue);
            if (slot.Write is not null)
            {
                return; // it looks again when it has ended
            }

            if (isDue)
            {
                _ = Begin(conversation);
            }
            else
            {
                Wait(conversation, LongestAhead);
            }
        }
    }

    /// <summary>Ends when everything that has changed in it until now is stored; at once for a temporary one.</summary>
    public async Task FlushAsync(Conversation conversation)
    {
        // One may be under way, with less; the next has it all.
        var wanted = conversation.Version;
        for (var writes = 0; writes < 2 && conversation.IsUnsaved && conversation.StoredVersion < wanted; writes++)
        {
            Task write;
            lock (conversation.Slot)
            {
                write = conversation.Slot.Write ?? Begin(conversation);
            }

            await write;
        }
    }

    /// <summary>Ends when everything that has changed until now is stored.</summary>
    public Task FlushAllAsync() => Task.WhenAll(_unsaved.Keys.Select(FlushAsync));

    private Task Begin(Conversation conversation)
    {
        var slot = conversation.Slot;
        (slot.IsMarked, slot.IsDue, slot.IsTimed) = (false, false, false);
        slot.Timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return slot.Write = Task.Run(() => WriteAsync(conversation));
    }

    private void Wait(Conversation conversation, TimeSpan pause)
    {
        var slot = conversation.Slot;
        if (!slot.IsTimed)
        {
            slot.IsTimed = true;
            slot.Timer ??= time.CreateTimer(_ => OnTime(conversation), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            slot.Timer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTime(Conversation conversation)
    {
        lock (conversation.Slot)
        {
            if (conversation.Slot.Write is null)
            {
                _ = Begin(conversation);
            }
        }
    }

    private async Task WriteAsync(Conversation conversation)
    {
        var slot = conversation.Slot;
        var hasFailed = false;
        if (conversation.TakeChanges() is { } changes)
        {
            try
            {
                await store.SaveAsync(changes);
                conversation.Stored(changes);
                onStored(conversation);
            }
            catch (Exception error)
            {
                // Where it broke; its words may be content.
                LogNotStored(logger, conversation.Id, error.GetType(), error.StackTrace);
                conversation.MarkAll(isNews: false);
                hasFailed = true;
                if (error is not OperationCanceledException)
                {
                    onFailed?.Invoke(conversation); // else the studio ends
                }
            }
        }

        lock (slot)
        {
            slot.Write = null;
            if (hasFailed)
            {
                Wait(conversation, AfterFault);
            }
            else if (slot.IsDue)
            {
                _ = Begin(conversation);
            }
            else if (slot.IsMarked)
            {
                Wait(conversation, LongestAhead);
            }
            else
            {
                _unsaved.TryRemove(conversation, out _);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Conversation {ConversationId} could not be stored: {ErrorType}\n{StackTrace}")]
    private static partial void LogNotStored(ILogger logger, string conversationId, Type errorType, string? stackTrace);

    /// <summary>What is under way for one conversation. Its own lock guards it.</summary>
    internal sealed class Slot
    {
        /// <summary>The write; null where there is none.</summary>
        public Task? Write { get; set; }

        /// <summary>Whether something changed since it began.</summary>
        public bool IsMarked { get; set; }

        /// <summary>Whether another one follows at once.</summary>
        public bool IsDue { get; set; }

        /// <summary>Whether the timer is set.</summary>
        public bool IsTimed { get; set; }

        /// <summary>Goes off when another write is due; null before the first.</summary>
        public ITimer? Timer { get; set; }
    }
}
