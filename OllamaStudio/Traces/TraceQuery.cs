using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>Which traces a list shows, and in which order. It travels in the address, so that reload, back and the trace's own page know it.</summary>
public sealed record TraceQuery
{
    /// <summary>Words and typed filters, as <see cref="TraceFilter"/> reads them.</summary>
    public string Text { get; init; } = "";

    /// <summary>What the list is sorted by.</summary>
    public TraceSortKey Sort { get; init; } = TraceSortKey.Started;

    /// <summary>Greatest first.</summary>
    public bool Descending { get; init; } = true;

    /// <summary>The end of an address: <c>?q=status:error&amp;sort=-duration</c>; empty where all is as at first.</summary>
    public string Address
    {
        get
        {
            var first = new TraceQuery();
            string?[] parts =
            [
                string.IsNullOrWhiteSpace(Text) ? null : "q=" + Uri.EscapeDataString(Text.Trim()),
                (Sort, Descending) == (first.Sort, first.Descending) ? null : $"sort={(Descending ? "-" : "")}{Sort.ToString().ToLowerInvariant()}",
            ];
            return string.Join('&', parts.OfType<string>()) is { Length: > 0 } text ? "?" + text : "";
        }
    }

    /// <summary>Reads what <see cref="Address"/> wrote; what cannot be read is as at first.</summary>
    /// <param name="text">The value of <c>q</c>.</param>
    /// <param name="sort">The value of <c>sort</c>.</param>
    public static TraceQuery From(string? text, string? sort)
    {
        var query = new TraceQuery { Text = text ?? "" };
        return Enum.TryParse<TraceSortKey>(sort?.TrimStart('-'), ignoreCase: true, out var key) && Enum.IsDefined(key)
            ? query with { Sort = key, Descending = sort!.StartsWith('-') }
            : query;
    }

    /// <summary>Sorted by <paramref name="key"/>; turned round where it already was. Text begins at A, the rest with the greatest.</summary>
    public TraceQuery SortedBy(TraceSortKey key) => this with
    {
        Sort = key,
        Descending = key == Sort ? !Descending : key is not (TraceSortKey.Prompt or TraceSortKey.Model or TraceSortKey.Conversation or TraceSortKey.TraceId),
    };

    /// <summary>The traces to show, in order; equals stay newest first as they came.</summary>
    /// <param name="traces">Traces, newest first.</param>
    /// <param name="now">The moment that running traces are measured at.</param>
    /// <param name="conversationOf">What a trace's conversation is called; null for none.</param>
    public List<TraceSummary> Apply(IEnumerable<TraceSummary> traces, DateTimeOffset now, Func<TraceSummary, string?>? conversationOf = null)
    {
        conversationOf ??= static _ => null;
        var filter = TraceFilter.Parse(Text);
        var found = traces.Where(trace => filter.Matches(trace, conversationOf(trace)));
        return Sort switch
        {
            TraceSortKey.Status => Ordered(found, trace => trace.Status, Comparer<SpanStatus>.Default),
            TraceSortKey.Prompt => Ordered(found, trace => trace.Title, StringComparer.OrdinalIgnoreCase),
            TraceSortKey.Model => Ordered(found, trace => trace.Model, StringComparer.OrdinalIgnoreCase),
            TraceSortKey.In => Ordered(found, trace => trace.Tokens.Input, Comparer<long?>.Default),
            TraceSortKey.Cached => Ordered(found, trace => trace.CachedTokens, Comparer<long?>.Default),
            TraceSortKey.Out => Ordered(found, trace => trace.Tokens.Output, Comparer<long?>.Default),
            TraceSortKey.Rate => Ordered(found, trace => trace.TokensPerSecond, Comparer<double?>.Default),
            TraceSortKey.Duration => Ordered(found, trace => trace.Elapsed(now), Comparer<TimeSpan>.Default),
            TraceSortKey.Conversation => Ordered(found, trace => conversationOf(trace) ?? trace.SessionId, StringComparer.OrdinalIgnoreCase),
            TraceSortKey.Spans => Ordered(found, trace => trace.SpanCount, Comparer<int>.Default),
            TraceSortKey.Sampled => Ordered(found, trace => trace.Sampled, Comparer<bool>.Default),
            TraceSortKey.TraceId => Ordered(found, trace => trace.TraceId, StringComparer.Ordinal),
            _ => Ordered(found, trace => trace.StartTime, Comparer<DateTimeOffset>.Default),
        };
    }

    private List<TraceSummary> Ordered<TKey>(IEnumerable<TraceSummary> traces, Func<TraceSummary, TKey> key, IComparer<TKey> comparer) =>
        [.. Descending ? traces.OrderByDescending(key, comparer) : traces.OrderBy(key, comparer)];
}

/// <summary>What a list of traces can show in a column, and be sorted by.</summary>
public enum TraceSortKey
{
    /// <summary>Status.</summary>
    Status,

    /// <summary>What was asked, or what the trace is about.</summary>
    Prompt,

    /// <summary>Model.</summary>
    Model,

    /// <summary>Tokens read.</summary>
    In,

    /// <summary>Tokens read that the server still had.</summary>
    Cached,

    /// <summary>Tokens written.</summary>
    Out,

    /// <summary>Tokens written per second.</summary>
    Rate,

    /// <summary>Duration, so far where running.</summary>
    Duration,

    /// <summary>Title of the conversation.</summary>
    Conversation,

    /// <summary>Start.</summary>
    Started,

    /// <summary>Number of spans.</summary>
    Spans,

    /// <summary>Recorded for export or not.</summary>
    Sampled,

    /// <summary>Trace id.</summary>
    TraceId,
}
