namespace OllamaStudio.Core.Export;

/// <summary>Remembers which spans a destination has taken.</summary>
public interface IExportedSpans
{
    /// <summary>An endpoint has accepted all of these. Never blocks and never throws; called from any thread.</summary>
    /// <param name="spans">Trace id and span id of each.</param>
    void Add(IReadOnlyList<(string TraceId, string SpanId)> spans);
}
