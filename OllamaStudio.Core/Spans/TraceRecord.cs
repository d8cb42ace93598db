using System.Collections.Immutable;

namespace OllamaStudio.Core.Spans;

/// <summary>The spans of one trace, as a snapshot.</summary>
/// <param name="TraceId">Trace id, 32 lower-case hexadecimal digits.</param>
/// <param name="Spans">Its spans in order of start; never empty.</param>
public sealed record TraceRecord(string TraceId, ImmutableArray<SpanRecord> Spans)
{
    /// <summary>The span without a parent in this trace that started first (the first span where the root is not held).</summary>
    public SpanRecord Root => Spans.FirstOrDefault(span => span.ParentSpanId is null) ?? Spans[0];

    /// <summary>Whether a span is still running.</summary>
    public bool IsRunning => Spans.Any(span => span.IsRunning);

    /// <summary>Start of the first span, UTC.</summary>
    public DateTimeOffset StartTime => Spans[0].StartTime;
}
