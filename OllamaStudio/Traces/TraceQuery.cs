using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>Which traces a list shows, and in which order.</summary>
public sealed record TraceQuery
{
    /// <summary>Text to look for in name, model, session and trace id; case and outer blanks are ignored.</summary>
    public string Text { get; init; } = "";

    /// <summary>Only traces of this status; null for all. "Error" also finds traces that ended well with a failed span inside.</summary>
    public SpanStatus? Status { get; init; }

    /// <summary>What the list is sorted by.</summary>
    public TraceSortKey Sort { get; init; } = TraceSortKey.Time;

    /// <summary>Greatest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>Sorted by <paramref name="key"/>; turned round where it already was. Text begins at A, the rest with the greatest.</summary>
    public TraceQuery SortedBy(TraceSortKey key) => this with
    {
        Sort = key,
        Descending = key == Sort ? !Descending : key is not (TraceSortKey.Name or TraceSortKey.Model or TraceSortKey.Session),
    };

    /// <summary>The traces to show, in order; equals stay newest first as they came.</summary>
    /// <param name="traces">Traces, newest first.</param>
    /// <param name="now">The moment that running traces are measured at.</param>
    public List<TraceSummary> Apply(IEnumerable<TraceSummary> traces, DateTimeOffset now)
    {
        var found = traces.Where(Matches);
        return Sort switch
        {
            TraceSortKey.Name => Ordered(found, trace => trace.Name, StringComparer.OrdinalIgnoreCase),
            TraceSortKey.Model => Ordered(found, trace => trace.Model, StringComparer.OrdinalIgnoreCase),
            TraceSortKey.Session => Ordered(found, trace => trace.SessionId, StringComparer.Ordinal),
            TraceSortKey.Spans => Ordered(found, trace => trace.SpanCount, Comparer<int>.Default),
            TraceSortKey.Duration => Ordered(found, trace => trace.Elapsed(now), Comparer<TimeSpan>.Default),
            TraceSortKey.Tokens => Ordered(found, trace => trace.Tokens.Total, Comparer<long?>.Default),
            TraceSortKey.Status => Ordered(found, trace => trace.Status, Comparer<SpanStatus>.Default),
            TraceSortKey.Sampled => Ordered(found, trace => trace.Sampled, Comparer<bool>.Default),
            _ => Ordered(found, trace => trace.StartTime, Comparer<DateTimeOffset>.Default),
        };
    }

    private List<TraceSummary> Ordered<TKey>(IEnumerable<TraceSummary> traces, Func<TraceSummary, TKey> key, IComparer<TKey> comparer) =>
        [.. Descending ? traces.OrderByDescending(key, comparer) : traces.OrderBy(key, comparer)];

    private bool Matches(TraceSummary trace)
    {
        if (Status is { } status && trace.Status != status && !(status == SpanStatus.Error && trace.ErrorCount > 0))
        {
            return false;
        }

        var wanted = Text.AsSpan().Trim();
        return wanted.IsEmpty || Contains(trace.Name, wanted) || Contains(trace.Model, wanted)
            || Contains(trace.SessionId, wanted) || Contains(trace.TraceId, wanted);
    }

    private static bool Contains(string? text, ReadOnlySpan<char> wanted) => text.AsSpan().Contains(wanted, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a list of traces can be sorted by.</summary>
public enum TraceSortKey
{
    /// <summary>Start.</summary>
    Time,

    /// <summary>Name of the root.</summary>
    Name,

    /// <summary>Model.</summary>
    Model,

    /// <summary>Conversation.</summary>
    Session,

    /// <summary>Number of spans.</summary>
    Spans,

    /// <summary>Duration, so far where running.</summary>
    Duration,

    /// <summary>Tokens in and out together.</summary>
    Tokens,

    /// <summary>Status.</summary>
    Status,

    /// <summary>Recorded for export or not.</summary>
    Sampled,
}
