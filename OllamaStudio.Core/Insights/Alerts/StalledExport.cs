using OllamaStudio.Core.Export;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Insights.Alerts;

/// <summary>
/// How long spans have been waiting at a destination of which none was accepted. One that takes spans does not hide another that takes none.
/// Where nothing ever listened at the address that the studio comes with, that is nobody's failure: spans wait until somebody sets it up. At an
/// address that somebody set, a mistyped port, say, it is one. Metrics and logs wait nowhere: they count from when they begin to fail.
/// Not safe to use from two threads.
/// </summary>
internal sealed class StalledExport(IExportMonitor export)
{
    private Dictionary<string, (long Accepted, DateTimeOffset Since)> _waiting = [];
    private Dictionary<(string Id, TelemetrySignal Signal), (long Sent, DateTimeOffset Since)> _failing = [];

    /// <summary>Whether time alone makes a figure grow.</summary>
    public bool IsAnythingWaiting => _waiting.Count + _failing.Count > 0;

    /// <summary>The figure of each address where something waits: the longest wait, where spans and other signals share one, as with gRPC.</summary>
    public IReadOnlyList<(string Source, AlertFigure Figure)> Look(DateTimeOffset now) =>
        [.. LookAtSpans(now).Concat(LookAtSignals(now)).GroupBy(static one => one.Source, StringComparer.Ordinal).Select(static there => there.MaxBy(static one => one.Figure.Value))];

    private List<(string Source, AlertFigure Figure)> LookAtSignals(DateTimeOffset now)
    {
        var failing = (from destination in export.Books.Destinations
                       from status in export.SignalsOf(destination.Id)
                       where status.State is ExportState.Failing
                       select (Key: (destination.Id, status.Signal), Status: status)).ToList();
        _failing = failing.ToDictionary(
            static one => one.Key,
            one => _failing.TryGetValue(one.Key, out var before) && before.Sent == one.Status.Sent ? before : (one.Status.Sent, Since: now));
        return [.. from one in failing
                   group one by one.Status.Endpoint into there
                   select (there.Key, new AlertFigure((now - there.Min(one => _failing[one.Key].Since)).TotalMinutes, (int)Math.Min(there.Sum(static one => one.Status.Failed), int.MaxValue)))];
    }

    private List<(string Source, AlertFigure Figure)> LookAtSpans(DateTimeOffset now)
    {
        // What was refused again although newer spans were taken says nothing of the way there.
        var waiting = export.Books.Destinations
            .Select(destination => (Books: destination, Status: export.StatusOf(destination.Id)))
            .Where(static one => one.Books.Waiting > one.Books.Stuck && one.Status is not ({ State: ExportState.Off } or { State: ExportState.Waiting, IsPreset: true }))
            .ToList();
        _waiting = waiting.ToDictionary(
            static one => one.Books.Id,
            one => _waiting.TryGetValue(one.Books.Id, out var before) && before.Accepted == one.Books.Accepted ? before : (one.Books.Accepted, Since: now),
            StringComparer.Ordinal);
        return [.. from one in waiting
                   group one by one.Status.Endpoint into there
                   let worst = there.MinBy(one => _waiting[one.Books.Id].Since).Books
                   select (there.Key, new AlertFigure((now - _waiting[worst.Id].Since).TotalMinutes, (int)Math.Min(worst.Waiting, int.MaxValue)))];
    }
}
