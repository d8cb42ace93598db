using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// The traces of which memory knows something, as they are with all that is stored of them; immutable. The store is asked last: what it
/// took since the spans were looked at is in both. Whoever puts the two together leaves <see cref="All"/> out of what is stored, as it is by then.
/// </summary>
internal sealed class FreshTraces
{
    private static readonly ConditionalWeakTable<TraceRecord, TraceSummary> Cache = [];

    private readonly Dictionary<string, TraceSummary?> _stored;

    private FreshTraces(FrozenDictionary<string, TraceSummary> all, Dictionary<string, TraceSummary?> stored)
    {
        (All, _stored) = (all, stored);
    }

    /// <summary>All of them, by their ids.</summary>
    public FrozenDictionary<string, TraceSummary> All { get; }

    /// <summary>Looks at them.</summary>
    /// <param name="feed">What is live.</param>
    /// <param name="store">What is stored.</param>
    /// <param name="before">How they were, where nothing was stored since: the store is then asked only for what is new. Null to ask for all.</param>
    public static FreshTraces Of(ISpanFeed feed, ITraceStore store, FreshTraces? before)
    {
        var live = feed.Traces;
        var pending = store.Pending.ToLookup(static span => span.TraceId, StringComparer.Ordinal);
        var records = live.ToDictionary(static trace => trace.TraceId, StringComparer.Ordinal);
        string[] ids = [.. records.Keys.Union(pending.Select(static spans => spans.Key), StringComparer.Ordinal)];
        var found = store.FindSummaries(before is null ? ids : [.. ids.Where(id => !before._stored.ContainsKey(id))]);
        var stored = ids.ToDictionary(static id => id, id => before is not null && before._stored.TryGetValue(id, out var known) ? known : found.GetValueOrDefault(id), StringComparer.Ordinal);
        return new FreshTraces(
            ids.ToFrozenDictionary(static id => id, id => Summarize(id, records.GetValueOrDefault(id), [.. pending[id]], stored[id], store), StringComparer.Ordinal), stored);
    }

    /// <summary>The spans of both, each once; one that ended goes before one that has not.</summary>
    public static IReadOnlyCollection<SpanRecord> Union(IEnumerable<SpanRecord> one, IEnumerable<SpanRecord> other)
    {
        var spans = new Dictionary<string, SpanRecord>(StringComparer.Ordinal);
        foreach (var span in one.Concat(other))
        {
            if (!spans.TryGetValue(span.SpanId, out var known) || known.IsRunning)
            {
                spans[span.SpanId] = span;
            }
        }

        return spans.Values;
    }

    /// <summary>Whether the feed knows of the end of all those that wait: spans may come from elsewhere.</summary>
    public static bool HasAll(TraceRecord live, IReadOnlyCollection<SpanRecord> pending) =>
        pending.All(span => live.Spans.Any(held => held.SpanId == span.SpanId && !held.IsRunning));

    /// <summary>Whether memory holds all that is stored: the store has nothing, or the same spans but for those that wait.</summary>
    public static bool HoldsAll(IReadOnlyCollection<SpanRecord> held, IReadOnlyCollection<SpanRecord> pending, TraceSummary? stored)
    {
        if (stored is null)
        {
            return true;
        }

        var waiting = pending.Select(static span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        SpanRecord[] others = [.. held.Where(span => !span.IsRunning && !waiting.Contains(span.SpanId))];
        return IsSame(others, stored) || IsSame([.. held.Where(static span => !span.IsRunning)], stored);
    }

    private static bool IsSame(SpanRecord[] spans, TraceSummary stored) =>
        spans.Length == stored.SpanCount && TraceSummaries.EndedSpans(spans) == stored.EndedSpans;

    private static TraceSummary Summarize(string id, TraceRecord? record, SpanRecord[] pending, TraceSummary? stored, ITraceStore store)
    {
        var spans = pending.Length == 0 ? record!.Spans : Union(record?.Spans ?? [], pending);
        if (HoldsAll(spans, pending, stored))
        {
            return record is not null && HasAll(record, pending)
                ? Cache.GetValue(record, static trace => TraceSummary.Of(trace.Spans))
                : TraceSummary.Of(spans);
        }

        // Memory has lost a part, or never had it.
        if (store.FindParts(id) is not var (summary, known))
        {
            return TraceSummary.Of(spans);
        }

        SpanRecord[] further = [.. spans.Where(span => !known.Contains(span.SpanId))];
        return further.Length == 0 ? summary : TraceSummary.Merge(summary, TraceSummary.Of(further));
    }
}
