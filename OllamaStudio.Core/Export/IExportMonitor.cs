namespace OllamaStudio.Core.Export;

/// <summary>The export's standing, for whoever shows it. Safe to use from any thread.</summary>
public interface IExportMonitor
{
    /// <summary>The standing now. Never null.</summary>
    ExportStatus Current { get; }

    /// <summary>What became of the trace of that id.</summary>
    TraceExportState StateOf(string traceId);

    /// <summary>Calls <paramref name="changed"/> after changes, on a pool thread, at most ten times a second, until the result is disposed.</summary>
    IDisposable Subscribe(Action changed);

    /// <summary>
    /// Sends one span to the configured endpoint, outside the batch, and says what came of it; against Phoenix the span is
    /// read back to prove that it was stored. Never throws except on cancellation.
    /// </summary>
    Task<TestExportResult> SendTestSpanAsync(CancellationToken cancellationToken);
}
