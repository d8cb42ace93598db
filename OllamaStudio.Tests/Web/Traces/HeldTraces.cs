using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Tests.Web.Traces;

/// <summary>The list of traces of a store so large that what is counted of it is known only when the test says so.</summary>
internal sealed class HeldTraces(ITraces traces) : ITraces, IDisposable
{
    private readonly ManualResetEventSlim _go = new();
    private int _facetCounts;

    /// <summary>How often facets were counted.</summary>
    public int FacetCounts => Volatile.Read(ref _facetCounts);

    public (long Live, long Stored) Version => traces.Version;

    public long LostSpanCount => traces.LostSpanCount;

    public StoreUnreadableException? LastFault { get => field ?? traces.LastFault; private set; }

    /// <summary>Whether the store cannot be read: as if nothing were stored, with a fault.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>From here on it is known.</summary>
    public void LetGo() => _go.Set();

    public void Dispose()
    {
        _go.Set();
        _go.Dispose();
    }

    public IDisposable Subscribe(Action changed) => traces.Subscribe(changed);

    public TraceRecord? Find(string traceId) => traces.Find(traceId);

    public IReadOnlySet<string> FindExported(string traceId) => traces.FindExported(traceId);

    public IReadOnlyList<TraceListItem> Read(TraceQuery query, TraceKey? after = null, int skip = 0, int count = 100) => traces.Read(query, after, skip, count);

    public IAsyncEnumerable<TraceListItem> SearchAsync(TraceQuery query, TraceKey? after = null, CancellationToken cancellationToken = default) => traces.SearchAsync(query, after, cancellationToken);

    public IReadOnlyList<TraceSummary> Pick(TraceQuery query, IReadOnlyCollection<string> traceIds) => traces.Pick(query, traceIds);

    public long Count(TraceQuery query) => IsUnreadable ? Failed() : query == new TraceQuery() ? traces.Count(query) : Held(() => traces.Count(query));

    public long? FindPlace(TraceQuery query, string traceId) => Held(() => traces.FindPlace(query, traceId));

    public (TraceSummary? Previous, TraceSummary? Next) Around(TraceQuery query, string traceId) => Held(() => traces.Around(query, traceId));

    public IReadOnlyList<SessionSummary> ReadSessions(TraceQuery query, int most) => Held(() => traces.ReadSessions(query, most));

    public Task<TraceNeighbours> AroundAsync(TraceQuery query, string traceId, CancellationToken cancellationToken = default) => traces.AroundAsync(query, traceId, cancellationToken);

    public IAsyncEnumerable<IReadOnlyList<SessionSummary>> ReadSessionsAsync(TraceQuery query, int most, CancellationToken cancellationToken = default) =>
        traces.ReadSessionsAsync(query, most, cancellationToken);

    public TraceFacets CountFacets(TimeRange range, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _facetCounts);
        return Held(() => traces.CountFacets(range, cancellationToken));
    }

    public QueryValues ReadValues() => traces.ReadValues();

    private long Failed()
    {
        LastFault = new StoreUnreadableException("It cannot be read now.");
        return 0;
    }

    private T Held<T>(Func<T> read)
    {
        _go.Wait();
        return read();
    }
}
