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

    /// <summary>Those of some traces that are asked for, attributes included, in no order; one that is not known is not among them.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="traceIds">Their ids: some hundreds at most.</param>
    IReadOnlyList<TraceSummary> Pick(TraceQuery query, IReadOnlyCollection<string> traceIds);

    /// <summary>How many traces are asked for; attributes are not looked at.</summary>
    long Count(TraceQuery query);

    /// <summary>How many traces come before one in the order that is asked for; null where it is not among them.</summary>
    long? FindPlace(TraceQuery query, string traceId);

    /// <summary>The traces before and after one in the order that is asked for; null where there is none, both where it is not among them. Attributes are not looked at.</summary>
    (TraceSummary? Previous, TraceSummary? Next) Around(TraceQuery query, string traceId);

    /// <summary>The same, attributes included: among very many that can take a second, and then ends without having found one.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="traceId">The one in the middle.</param>
    /// <param name="cancellationToken">Ends it within some tens of milliseconds.</param>
    Task<TraceNeighbours> AroundAsync(TraceQuery query, string traceId, CancellationToken cancellationToken = default);

    /// <summary>The conversations of the traces that are asked for, the one that was used last first. Attributes are not looked at.</summary>
    IReadOnlyList<SessionSummary> ReadSessions(TraceQuery query, int most);

    /// <summary>The same, attributes included: what is known so far, some times a second, and at last all. Among very many that can take seconds.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="most">Most of them.</param>
    /// <param name="cancellationToken">Ends it within some tens of milliseconds.</param>
    IAsyncEnumerable<IReadOnlyList<SessionSummary>> ReadSessionsAsync(TraceQuery query, int most, CancellationToken cancellationToken = default);

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

/// <summary>The traces before and after one.</summary>
/// <param name="Previous">The one before; null where there is none, or none was found.</param>
/// <param name="Next">The one after; likewise.</param>
/// <param name="PreviousIsKnown">False where <see cref="MostLooked"/> were looked at, and there may be one further on.</param>
/// <param name="NextIsKnown">Likewise.</param>
public sealed record TraceNeighbours(TraceSummary? Previous, TraceSummary? Next, bool PreviousIsKnown = true, bool NextIsKnown = true)
{
    /// <summary>So many are looked at in each direction where attributes are asked for, about.</summary>
    public const int MostLooked = 5_000;

    /// <summary>Neither: it is not among those that are asked for.</summary>
    public static TraceNeighbours None { get; } = new(null, null);
}
