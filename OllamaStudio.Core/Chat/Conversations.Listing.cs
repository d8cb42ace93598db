using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <content>The list of what is stored.</content>
public sealed partial class Conversations
{
    private static readonly TimeSpan FirstRelist = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRelist = TimeSpan.FromSeconds(30);

    private TimeSpan _untilRelist = FirstRelist;
    private ITimer? _relist;
    private volatile bool _isEnded;

    // Why what is stored is not known; null where it is.
    private volatile StoreUnreadableException? _unlisted;

    /// <summary>Whether nobody knows now what is stored: a conversation that is not in the list may well be there.</summary>
    public bool IsUnlisted => _unlisted is not null;

    /// <summary><see cref="All"/> for those who would take nothing for all that there is.</summary>
    /// <exception cref="StoreUnreadableException">Nobody knows now what is stored.</exception>
    public IReadOnlyList<ConversationSummary> AllOrThrow()
    {
        ThrowIfUnlisted();
        return All;
    }

    /// <summary>Goes on only where it is known what is stored.</summary>
    /// <exception cref="StoreUnreadableException">It is not.</exception>
    public void ThrowIfUnlisted()
    {
        if (_unlisted is { } unlisted)
        {
            throw new StoreUnreadableException(unlisted.Message, unlisted);
        }
    }

    /// <summary>Reads the list of what is stored; where that cannot be read now, what was known stays, and it is tried again by itself.</summary>
    private void List()
    {
        try
        {
            var stored = _store!.LoadAll();
            lock (_gate)
            {
                var opened = _opened;
                _entries = _entries.Where(entry => opened.ContainsKey(entry.Key)).ToImmutableDictionary(StringComparer.Ordinal)
                    .AddRange(stored.Where(summary => !opened.ContainsKey(summary.Id)).Select(summary => KeyValuePair.Create(summary.Id, new Entry(summary))));
            }

            (_unlisted, _untilRelist) = (null, FirstRelist);
        }
        catch (Exception problem)
        {
            // In the timer, and at the start, nobody else would take it: a row that cannot be made sense of must not end the studio.
            if (problem is not StoreUnreadableException)
            {
                LogFailed(_logger, problem.GetType(), problem.StackTrace);
            }

            _unlisted = problem as StoreUnreadableException ?? new StoreUnreadableException("The list of conversations cannot be read now. Try again in a moment.", problem);
            if (!_isEnded)
            {
                _relist ??= _time.CreateTimer(_ => List(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _relist.Change(_untilRelist, Timeout.InfiniteTimeSpan);
                _untilRelist = _untilRelist * 2 < LongestRelist ? _untilRelist * 2 : LongestRelist;
            }
        }

        _signal.Raise();
    }
}
