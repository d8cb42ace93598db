using OllamaStudio.Core.Chat.Transfer;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <content>Conversations out and in.</content>
public sealed partial class Conversations
{
    /// <summary>All of a conversation, to be read once; null where it is not there.</summary>
    /// <exception cref="StoreUnreadableException">It cannot be read now.</exception>
    public ConversationDocument? FindDocument(string id) => Read(id)?.ToDocument();

    /// <summary>Puts a conversation in, or what it has that the one of its id has not; ends when that is stored.</summary>
    /// <exception cref="StoreUnreadableException">What is stored of it cannot be read now: it is not written over.</exception>
    internal async Task<ImportOutcome> ImportAsync(ConversationDocument document, CancellationToken cancellationToken)
    {
        if (_removed.GetValueOrDefault(document.Id) is { } removed)
        {
            Add(removed); // whoever imports it wants it
        }

        // It may be on its way out for good, or back. A fault there is told by who asked for it.
        await Task.WhenAll(_pending.Keys).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnlisted();

        if (FindOrThrow(document.Id) is { } known)
        {
            var outcome = known.Take(document);
            await (_saver?.FlushAsync(known) ?? Task.CompletedTask).WaitAsync(cancellationToken);
            _signal.Raise();
            return outcome;
        }

        var conversation = new Conversation(document.ToStored(), _time);
        if (_store is null)
        {
            Add(conversation);
            return ImportOutcome.Added;
        }

        // Stored without being opened: there may be thousands of them.
        conversation.MarkAll(isNews: false);
        if (conversation.TakeChanges() is { } changes)
        {
            await _store.SaveAsync(changes).WaitAsync(cancellationToken);
            conversation.Stored(changes);
            lock (_gate)
            {
                _entries = _entries.ContainsKey(document.Id) ? _entries : _entries.SetItem(document.Id, new Entry(conversation.Summary));
            }

            _signal.Raise();
        }

        return ImportOutcome.Added;
    }
}
