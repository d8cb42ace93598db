using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Core.Insights;

/// <summary>
/// All traces, live and stored as one: each once, with every span that is known of it. What is read blocks for some milliseconds, of
/// very many traces for some tens. Safe to use from any thread.
/// </summary>
public interface ITraces
{
    /// <summary>Equal versions mean equal content.</summary>
    (long Live, long Stored) Version { get; }

    /// <summary>Spans that are not kept, because more came than can be stored.</summary>
    long LostSpanCount { get; }

    /// <inheritdoc cref="ITraceStore.LastFault"/>
    StoreUnreadableException? LastFault { get; }

    /// <summary>Calls <paramref name="changed"/> after changes, on a pool thread, some ten times a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);

    /// <summary>The trace of that id; null where it is not known (any more).</summary>
    TraceRecord? Find(string traceId);

    /// <inheritdoc cref="ITraceStore.FindExported"/>
    IReadOnlySet<string> FindExported(string traceId);

    /// <summary>A stretch of the traces that are asked for, in order. Attributes are not looked at: that is <see cref="SearchAsync"/>'s affair.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="after">The place after which it begins; null for the beginning.</param>
    /// <param name="skip">So many after that are left out.</param>
    /// <param name="count">Most of them.</param>
    IReadOnlyList<TraceListItem> Read(TraceQuery query, TraceKey? after = null, int skip = 0, int count = 100);

    /// <summary>The traces that are asked for, attributes included, in order, as they are found: among very many that can take seconds.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="after">The place after which it begins; null for the beginning.</param>
    /// <param name="cancellationToken">Ends it within some tens of milliseconds.</param>
    /// <exception cref="StoreUnreadableException">The store could not be read since it began, be it by <see cref="Find"/>: what was found may lack something.</exception>
    IAsyncEnumerable<TraceListItem> SearchAsync(TraceQuery query, TraceKey? after = null, CancellationToken cancellationToken = default);

    /// <summary>How many traces are asked for; attributes are not looked at.</summary>
    long Count(TraceQuery query);

    /// <summary>How many traces come before one in the order that is asked for; null where it is not among them.</summary>
    long? FindPlace(TraceQuery query, string traceId);

    /// <summary>The traces before and after one in the order that is asked for; null where there is none, both where it is not among them.</summary>
    (TraceSummary? Previous, TraceSummary? Next) Around(TraceQuery query, string traceId);

    /// <summary>The conversations of the traces that are asked for, the one that was used last first; attributes are not looked at.</summary>
    IReadOnlyList<SessionSummary> ReadSessions(TraceQuery query, int most);

    /// <summary>How many traces of each sort there are. Of very many it takes longer than a page of them: not for a page's thread.</summary>
    /// <param name="range">When they began.</param>
    /// <param name="cancellationToken">Ends it within some tens of milliseconds.</param>
    TraceFacets CountFacets(TimeRange range, CancellationToken cancellationToken = default);

    /// <summary>What fields of text can have as values.</summary>
    QueryValues ReadValues();
}

/// <summary>A trace in a list.</summary>
/// <param name="Key">Its place.</param>
/// <param name="Trace">What the list says of it.</param>
public sealed record TraceListItem(TraceKey Key, TraceSummary Trace);
