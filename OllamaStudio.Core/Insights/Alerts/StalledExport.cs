using OllamaStudio.Core.Export;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// How long spans have been waiting at a destination of which none was accepted. One that takes spans does not hide another that takes none;
/// an endpoint where nothing ever listened is nobody's failure: spans wait until somebody sets it up. Not safe to use from two threads.
/// </summary>
internal sealed class StalledExport(IExportMonitor export)
{
    private Dictionary<string, (long Sent, DateTimeOffset Since)> _waiting = [];

    /// <summary>Whether time alone makes the figure grow.</summary>
    public bool IsAnythingWaiting => _waiting.Count > 0;

    /// <summary>The figure of the destination that has been without a success for longest, and its address; none where nothing waits.</summary>
    public (AlertFigure Figure, string? Source) Look(DateTimeOffset now)
    {
        var waiting = export.Books.Destinations.Where(destination => destination.Waiting > 0 && export.StatusOf(destination.Id).State is not (ExportState.Off or ExportState.Waiting)).ToList();
        _waiting = waiting.ToDictionary(
            static destination => destination.Id,
            destination => _waiting.TryGetValue(destination.Id, out var before) && before.Sent >= destination.Sent ? before : (destination.Sent, Since: now),
            StringComparer.Ordinal);
        return waiting.MinBy(destination => _waiting[destination.Id].Since) is not { } worst ? default
            : (new((now - _waiting[worst.Id].Since).TotalMinutes, (int)Math.Min(worst.Waiting, int.MaxValue)), export.StatusOf(worst.Id).Endpoint);
    }
}
