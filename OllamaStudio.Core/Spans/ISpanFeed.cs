namespace OllamaStudio.Core.Spans;

/// <summary>
/// The newest spans of this process, running ones included. Readers subscribe, are told "changed" at most ten times a
/// second, and ask again for what they show. Safe to use from any thread.
/// </summary>
public interface ISpanFeed
{
    /// <summary>Traces, newest first by the start of their first span. A consistent snapshot; cheap while nothing changed.</summary>
    IReadOnlyList<TraceRecord> Traces { get; }

    /// <summary>Spans held now.</summary>
    int SpanCount { get; }

    /// <summary>Spans dropped since start because the bound was reached; whole traces go, the oldest first.</summary>
    long DroppedSpanCount { get; }

    /// <summary>Grows with every change; equal versions mean equal content.</summary>
    long Version { get; }

    /// <summary>The trace of that id, or null where it is not (or no longer) held. O(1).</summary>
    TraceRecord? FindTrace(string traceId);

    /// <summary>
    /// Calls <paramref name="changed"/> after changes, on a pool thread, at most ten times a second, the last change always
    /// included, until the result is disposed.
    /// </summary>
    IDisposable Subscribe(Action changed);
}
