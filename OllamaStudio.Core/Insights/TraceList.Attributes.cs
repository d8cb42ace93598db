using System.Runtime.CompilerServices;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Insights;

/// <content>What looks into every span, where attributes are asked for: by pieces, so that it can be cancelled.</content>
internal sealed partial class TraceList
{
    // Traces whose attributes are looked at in one read: some tens of milliseconds, after which it can be cancelled.
    private const int Piece = 500;

    // Between two states of a search that is told of.
    private static readonly TimeSpan s_telling = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc />
    public async IAsyncEnumerable<TraceListItem> SearchAsync(TraceQuery query, TraceKey? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var before = store.LastFault;
        var selection = Select(query);
        var fresh = Fresh(); // before the store is asked what it may leave out: what is stored since is in here
        var hasAttributes = !selection.Filter.Attributes.IsEmpty;
        if (hasAttributes)
        {
            selection = await Task.Run(() => store.Narrow(selection), cancellationToken);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var items = await Task.Run(() => Read(selection, fresh, after, 0, Piece), cancellationToken);
            var matching = hasAttributes ? await Task.Run(() => MatchAttributes(selection.Filter, fresh, [.. items.Select(static item => item.Trace.TraceId)]), cancellationToken) : null;
            foreach (var item in items)
            {
                if (matching?.Contains(item.Trace.TraceId) is not false)
                {
                    yield return item;
                }
            }

            StoreUnreadableException.ThrowIfNew(store.LastFault, before);
            if (items.Count < Piece)
            {
                yield break;
            }

            after = items[^1].Key;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<TraceSummary> Pick(TraceQuery query, IReadOnlyCollection<string> traceIds)
    {
        var selection = Select(query);
        var fresh = Fresh();
        var stored = store.FindSummaries([.. traceIds.Where(id => !fresh.All.ContainsKey(id))]);
        TraceSummary[] found = [.. traceIds.Select(id => fresh.All.GetValueOrDefault(id) ?? stored.GetValueOrDefault(id)).OfType<TraceSummary>().Where(selection.Matches)];
        if (!selection.Filter.NeedsSpans || found.Length == 0)
        {
            return found;
        }

        var matching = MatchAttributes(selection.Filter, fresh, [.. found.Select(static trace => trace.TraceId)]);
        return [.. found.Where(trace => matching.Contains(trace.TraceId))];
    }

    /// <inheritdoc />
    public async Task<TraceNeighbours> AroundAsync(TraceQuery query, string traceId, CancellationToken cancellationToken = default)
    {
        var selection = Select(query);
        if (!selection.Filter.NeedsSpans)
        {
            var (before, after) = await Task.Run(() => Around(query, traceId), cancellationToken);
            return new TraceNeighbours(before, after);
        }

        var fresh = Fresh();
        if (await Task.Run(() => Key(selection, fresh, traceId), cancellationToken) is not { } key || !MatchAttributes(selection.Filter, fresh, [traceId]).Contains(traceId))
        {
            return TraceNeighbours.None;
        }

        var (previous, previousIsKnown) = await FirstAsync(selection.Reversed());
        var (next, nextIsKnown) = await FirstAsync(selection);
        return new TraceNeighbours(previous, next, previousIsKnown, nextIsKnown);

        async Task<(TraceSummary? Trace, bool IsKnown)> FirstAsync(TraceSelection wanted)
        {
            wanted = await Task.Run(() => store.Narrow(wanted), cancellationToken);
            var place = key;
            for (var looked = 0; looked < TraceNeighbours.MostLooked; looked += Piece)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var items = await Task.Run(() => Read(wanted, fresh, place, 0, Piece), cancellationToken);
                var matching = await Task.Run(() => MatchAttributes(wanted.Filter, fresh, [.. items.Select(static item => item.Trace.TraceId)]), cancellationToken);
                if (items.FirstOrDefault(item => matching.Contains(item.Trace.TraceId)) is { } found)
                {
                    return (found.Trace, true);
                }

                if (items.Count < Piece)
                {
                    return (null, true);
                }

                place = items[^1].Key;
            }

            return (null, false);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<SessionSummary>> ReadSessionsAsync(TraceQuery query, int most, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!TraceFilter.Parse(query.Text).NeedsSpans)
        {
            yield return await Task.Run(() => ReadSessions(query, most), cancellationToken);
            yield break;
        }

        // Newest first, whatever the order: so are the conversations that are told of meanwhile.
        var newest = new TraceQuery();
        var sessions = new Dictionary<string, SessionSummary>(StringComparer.Ordinal);
        long? told = null;
        await foreach (var item in SearchAsync(query with { Sort = newest.Sort, Descending = newest.Descending }, after: null, cancellationToken))
        {
            if (!IsTurn(item.Trace))
            {
                continue;
            }

            var turn = SessionSummary.Of(item.Trace);
            sessions[turn.SessionId] = sessions.TryGetValue(turn.SessionId, out var known) ? known.With(turn) : turn;
            if (told is null || time.GetElapsedTime(told.Value) >= s_telling)
            {
                told = time.GetTimestamp();
                yield return Newest(sessions.Values, most);
            }
        }

        yield return Newest(sessions.Values, most);
    }

    private HashSet<string> MatchAttributes(TraceFilter filter, FreshTraces fresh, IReadOnlyList<string> traces)
    {
        // What memory holds of a trace is more than is stored.
        var isFresh = traces.ToLookup(fresh.All.ContainsKey);
        var matching = store.MatchAttributes([.. isFresh[false]], filter).ToHashSet(StringComparer.Ordinal);
        matching.UnionWith(isFresh[true].Where(id => Find(id) is { } trace && filter.MatchesAttributes([.. trace.Spans.Select(static span => span.Attributes)])));
        return matching;
    }
}
