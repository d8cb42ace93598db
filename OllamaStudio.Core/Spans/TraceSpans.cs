namespace OllamaStudio.Core.Spans;

/// <summary>One trace's spans by arrival, and the record made of them last. Guarded by the feed's lock.</summary>
internal sealed class TraceSpans(string traceId)
{
    private readonly OrderedDictionary<string, (SpanRecord Span, long TextLength)> _spans = [];
    private TraceRecord? _record;

    /// <summary>Its id.</summary>
    public string TraceId => traceId;

    /// <summary>How many spans it holds.</summary>
    public int Count => _spans.Count;

    /// <summary>Characters of their attributes and events.</summary>
    public long TextLength { get; private set; }

    /// <summary>Whether one of them has that attribute.</summary>
    public bool HasAttribute(string name, string value) => _spans.Values.Any(kept => kept.Span[name] as string == value);

    /// <summary>Whether one of them runs.</summary>
    public bool HasRunningSpan => _spans.Values.Any(kept => kept.Span.IsRunning);

    /// <summary>Adds the span, or replaces its running record; false where it had ended already.</summary>
    public bool Put(SpanRecord span)
    {
        if (_spans.TryGetValue(span.SpanId, out var known))
        {
            if (!known.Span.IsRunning)
            {
                return false;
            }

            TextLength -= known.TextLength;
        }

        _record = null;
        var length = SpanValues.LengthOf(span);
        _spans[span.SpanId] = (span, length);
        TextLength += length;
        return true;
    }

    /// <summary>Those of which it was open say whether they are exported; false where there were none.</summary>
    public bool Decide(bool isSampled)
    {
        var open = _spans.Values.Where(static kept => kept.Span.Sampled is null).ToArray();
        foreach (var (span, textLength) in open)
        {
            _spans[span.SpanId] = (span with { Sampled = isSampled }, textLength);
            _record = null;
        }

        return open.Length > 0;
    }

    /// <summary>Drops the oldest span but the first, which is the root more often than not.</summary>
    /// <returns>The length of the text that went with it.</returns>
    public long DropOldestBesidesFirst()
    {
        _record = null;
        var index = _spans.Count > 1 ? 1 : 0;
        var (_, textLength) = _spans.GetAt(index).Value;
        _spans.RemoveAt(index);
        TextLength -= textLength;
        return textLength;
    }

    /// <summary>A snapshot, in order of start; the same one while nothing changed.</summary>
    public TraceRecord ToRecord() =>
        _record ??= new TraceRecord(traceId, [.. _spans.Values.Select(static kept => kept.Span).OrderBy(static span => span.StartTime)]);
}
