using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Insights;

/// <summary><see cref="ITraces"/> over the feed and the store.</summary>
internal sealed partial class TraceList(ISpanFeed feed, ITraceStore store, Conversations conversations, TimeProvider time) : ITraces
{
    private volatile Cached? _fresh;

    /// <inheritdoc />
    public (long Live, long Stored) Version => (feed.Version + store.TakenSpanCount, store.Version);

    /// <inheritdoc />
    public long LostSpanCount => store.LostSpanCount;

    /// <inheritdoc />
    public StoreUnreadableException? LastFault => store.LastFault;

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => new Both(feed.Subscribe(changed), store.Subscribe(changed));

    /// <inheritdoc />
    public TraceRecord? Find(string traceId)
    {
        var live = feed.FindTrace(traceId);
        SpanRecord[] pending = [.. store.Pending.Where(span => span.TraceId == traceId)];
        if (live is not null && FreshTraces.HasAll(live, pending) && FreshTraces.HoldsAll(live.Spans, pending, store.FindSummaries([traceId]).GetValueOrDefault(traceId)))
        {
            return live;
        }

        var spans = FreshTraces.Union(FreshTraces.Union(store.FindSpans(traceId), pending), live?.Spans ?? []);
        return spans.Count == 0 ? null : new TraceRecord(traceId, [.. spans.OrderBy(static span => span.StartTime)]);
    }

    /// <inheritdoc />
    public IReadOnlySet<string> FindExported(string traceId) => store.FindExported(traceId);

    /// <inheritdoc />
    public IReadOnlyList<TraceListItem> Read(TraceQuery query, TraceKey? after = null, int skip = 0, int count = 100) => Read(Select(query), Fresh(), after, skip, count);

    /// <inheritdoc />
    public long Count(TraceQuery query)
    {
        var selection = Select(query);
        var fresh = Fresh();
        return store.Count(selection, fresh.All.Keys) + fresh.All.Values.Count(selection.Matches);
    }

    /// <inheritdoc />
    public long? FindPlace(TraceQuery query, string traceId)
    {
        var selection = Select(query);
        var fresh = Fresh();
        if (Key(selection, fresh, traceId) is not { } key)
        {
            return null;
        }

        return store.Count(selection.Reversed(), fresh.All.Keys, key) + fresh.All.Values.Count(trace => selection.Matches(trace) && selection.Order.Compare(selection.Order.KeyOf(trace), key) < 0);
    }

    /// <inheritdoc />
    public (TraceSummary? Previous, TraceSummary? Next) Around(TraceQuery query, string traceId)
    {
        var selection = Select(query);
        var fresh = Fresh();
        return Key(selection, fresh, traceId) is { } key ? (First(selection.Reversed()), First(selection)) : default;

        TraceSummary? First(TraceSelection wanted) => Read(wanted, fresh, key, 0, 1).FirstOrDefault()?.Trace;
    }

    private static IReadOnlyList<SessionSummary> Newest(IEnumerable<SessionSummary> sessions, int most) =>
        [.. sessions.OrderByDescending(static session => session.LastTime).ThenBy(static session => session.SessionId, StringComparer.Ordinal).Take(most)];

    /// <inheritdoc />
    public IReadOnlyList<SessionSummary> ReadSessions(TraceQuery query, int most)
    {
        var selection = Select(query);
        var fresh = Fresh();
        SessionSummary[] turns = [.. fresh.All.Values.Where(trace => IsTurn(trace) && selection.Matches(trace)).Select(SessionSummary.Of)];
        var sessions = store.ReadSessions(selection, fresh.All.Keys, [.. turns.Select(static turn => turn.SessionId).Distinct(StringComparer.Ordinal)], most)
            .ToDictionary(static session => session.SessionId, StringComparer.Ordinal);
        foreach (var turn in turns)
        {
            sessions[turn.SessionId] = sessions.TryGetValue(turn.SessionId, out var known) ? known.With(turn) : turn;
        }

        return Newest(sessions.Values, most);
    }

    private static bool IsTurn(TraceSummary trace) => trace.SessionId is not null && !trace.IsReplay;

    /// <inheritdoc />
    public TraceFacets CountFacets(TimeRange range, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var bounds = range.At(now);
        var fresh = Fresh();
        return fresh.All.Values.Where(trace => bounds.Contains(trace.StartTime)).Aggregate(store.CountFacets(bounds, fresh.All.Keys, cancellationToken), (facets, trace) => facets.With(trace, now));
    }

    /// <inheritdoc />
    public QueryValues ReadValues()
    {
        var (fresh, stored) = (Fresh().All.Values, store.ReadValues());
        return new QueryValues(
            All(stored.Models, fresh.Select(static trace => trace.Model)),
            All(stored.Services, fresh.Select(static trace => trace.Service)),
            All(stored.Tools, fresh.SelectMany(static trace => trace.Tools)));

        static ImmutableArray<string> All(IEnumerable<string> known, IEnumerable<string?> further) => [.. known.Union(further.OfType<string>(), StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private List<TraceListItem> Read(TraceSelection selection, FreshTraces fresh, TraceKey? after, int skip, int count)
    {
        var order = selection.Order;
        TraceListItem[] live =
        [
            .. fresh.All.Values.Where(selection.Matches).Select(trace => new TraceListItem(order.KeyOf(trace), trace))
                .Where(item => after is not { } place || order.Compare(item.Key, place) > 0)
                .OrderBy(static item => item.Key, order),
        ];
        var places = store.ReadKeys(selection, after, skip + count + fresh.All.Count, keys =>
            Merge(live, keys.Where(key => !fresh.All.ContainsKey(key.TraceId)), order).Skip(skip).Take(count).ToArray());
        var summaries = store.FindSummaries([.. places.Where(static place => place.Trace is null).Select(static place => place.Key.TraceId)]);

        // One that was deleted in between is gone.
        return [.. places.Select(place => (place.Key, Trace: place.Trace ?? summaries.GetValueOrDefault(place.Key.TraceId))).Where(static place => place.Trace is not null).Select(static place => new TraceListItem(place.Key, place.Trace!))];
    }

    private static IEnumerable<(TraceKey Key, TraceSummary? Trace)> Merge(TraceListItem[] live, IEnumerable<TraceKey> stored, TraceOrder order)
    {
        var next = 0;
        foreach (var key in stored)
        {
            for (; next < live.Length && order.Compare(live[next].Key, key) < 0; next++)
            {
                yield return (live[next].Key, live[next].Trace);
            }

            yield return (key, null);
        }

        for (; next < live.Length; next++)
        {
            yield return (live[next].Key, live[next].Trace);
        }
    }

    private TraceSelection Select(TraceQuery query)
    {
        var selection = TraceSelection.Of(query, time.GetUtcNow(), conversations.All.ToDictionary(static conversation => conversation.Id, static conversation => conversation.Title, StringComparer.Ordinal));
        return selection with { Thumbs = selection.Filter.NeedsThumbs ? Thumbs() : null, Prompts = selection.Filter.NeedsPrompts ? Prompts() : null };
    }

    // As they stand in the list. Here, too, memory has the last word of what is not stored.
    private ILookup<string, string> Prompts()
    {
        Conversation[] unstored = [.. conversations.FindUnstored()];
        var known = unstored.SelectMany(static conversation => conversation.AllMessages).Select(static message => message.Id).ToHashSet(StringComparer.Ordinal);
        return store.ReadInterruptedPrompts().Where(stored => !known.Contains(stored.MessageId)).Select(static stored => (stored.TraceId, stored.Prompt))
            .Concat(unstored.SelectMany(static conversation => conversation.AllMessages.Where(static message => message is { State: MessageState.Interrupted, TraceId: not null })
                .Select(message => (TraceId: message.TraceId!, Prompt: conversation.FindTurn(message.TraceId!)?.Prompt?.Text ?? ""))))
            .ToLookup(static turn => turn.TraceId, static turn => string.Join(' ', turn.Prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparer.Ordinal);
    }

    // Of what is in memory alone, or not stored yet, memory has the last word.
    private ILookup<string, ReplyThumb> Thumbs()
    {
        MessageRecord[] unstored = [.. conversations.FindUnstored().SelectMany(static conversation => conversation.AllMessages).Where(static message => message.TraceId is not null)];
        var known = unstored.Select(static message => message.Id).ToHashSet(StringComparer.Ordinal);
        return store.ReadThumbs().Where(stored => !known.Contains(stored.MessageId)).Select(static stored => (stored.TraceId, stored.Thumb))
            .Concat(unstored.Where(static message => message.Feedback is not null).Select(static message => (TraceId: message.TraceId!, message.Feedback!.Thumb)))
            .ToLookup(static thumb => thumb.TraceId, static thumb => thumb.Thumb, StringComparer.Ordinal);
    }

    private TraceKey? Key(TraceSelection selection, FreshTraces fresh, string traceId) =>
        (fresh.All.GetValueOrDefault(traceId) ?? store.FindSummaries([traceId]).GetValueOrDefault(traceId)) is { } trace && selection.Matches(trace) ? selection.Order.KeyOf(trace) : null;

    private FreshTraces Fresh()
    {
        var version = Version;
        var known = _fresh;
        if (known is null || known.Version != version)
        {
            _fresh = known = new Cached(version, FreshTraces.Of(feed, store, known?.Version.Stored == version.Stored ? known.Traces : null));
        }

        return known.Traces;
    }

    private sealed record Cached((long Live, long Stored) Version, FreshTraces Traces);

    private sealed class Both(IDisposable one, IDisposable other) : IDisposable
    {
        public void Dispose()
        {
            one.Dispose();
            other.Dispose();
        }
    }
}
