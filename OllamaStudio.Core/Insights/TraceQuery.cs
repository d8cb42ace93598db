namespace OllamaStudio.Core.Insights;

/// <summary>Which traces a list shows, and in which order. It travels in the address, so that reload, back and the trace's own page know it.</summary>
public sealed record TraceQuery
{
    /// <summary>Words and typed filters, as <see cref="TraceFilter"/> reads them.</summary>
    public string Text { get; init; } = "";

    /// <summary>When the traces began.</summary>
    public TimeRange Range { get; init; } = TimeRange.All;

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
                .. Range.Address(),
                (Sort, Descending) == (first.Sort, first.Descending) ? null : $"sort={(Descending ? "-" : "")}{Sort.ToString().ToLowerInvariant()}",
            ];
            return string.Join('&', parts.OfType<string>()) is { Length: > 0 } text ? "?" + text : "";
        }
    }

    /// <summary>Reads what <see cref="Address"/> wrote; what cannot be read is as at first.</summary>
    /// <param name="text">The value of <c>q</c>.</param>
    /// <param name="sort">The value of <c>sort</c>.</param>
    /// <param name="range">When the traces began; null for whenever.</param>
    public static TraceQuery From(string? text, string? sort, TimeRange? range = null)
    {
        var query = new TraceQuery { Text = text ?? "", Range = range ?? TimeRange.All };
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

    /// <summary>The traces to show, in order.</summary>
    /// <param name="traces">Traces.</param>
    /// <param name="now">The moment that running traces are measured at.</param>
    /// <param name="conversationOf">What the conversation of that id is called; null for none.</param>
    public List<TraceSummary> Apply(IEnumerable<TraceSummary> traces, DateTimeOffset now, Func<string, string?>? conversationOf = null)
    {
        var filter = TraceFilter.Parse(Text);
        var range = Range.At(now);
        var order = new TraceOrder(this, now, conversationOf);
        return [.. traces.Where(trace => range.Contains(trace.StartTime) && filter.Matches(trace, trace.SessionId is { } id ? conversationOf?.Invoke(id) : null, now)).OrderBy(order.KeyOf, order)];
    }
}
