using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>All traces that are held, as a list.</summary>
public partial class TracesPage
{
    private static readonly (TraceSortKey Key, string Title, string Class)[] Columns =
    [
        (TraceSortKey.Time, "Time", "time"),
        (TraceSortKey.Name, "Name", "root"),
        (TraceSortKey.Model, "Model", "model"),
        (TraceSortKey.Session, "Session", "session"),
        (TraceSortKey.Spans, "Spans", "number"),
        (TraceSortKey.Duration, "Duration", "duration"),
        (TraceSortKey.Tokens, "Tokens", "number"),
        (TraceSortKey.Status, "Status", "state"),
        (TraceSortKey.Sampled, "Sampled", "sampled"),
    ];

    private IReadOnlyList<TraceRecord> _all = [];
    private List<TraceSummary> _shown = [];
    private TraceQuery _query = new();
    private TimeSpan _longest;

    [Inject]
    public required NavigationManager Navigation { get; set; }

    protected override bool Read()
    {
        _all = Feed.Traces;
        Ask(_query);
        return _shown.Exists(trace => trace.Duration is null);
    }

    private void Ask(TraceQuery next)
    {
        _query = next;
        _shown = _query.Apply(_all.Select(trace => SpanTree.Of(trace).Summary), Now);
        _longest = _shown.Count == 0 ? TimeSpan.Zero : _shown.Max(trace => trace.Elapsed(Now));
    }

    private void ChangeStatus(ChangeEventArgs change) =>
        Ask(_query with { Status = Enum.TryParse<SpanStatus>(change.Value as string, out var status) ? status : null });

    private void Open(TraceSummary trace) => Navigation.NavigateTo($"traces/{trace.TraceId}");

    private string? SortOf(TraceSortKey key) => key != _query.Sort ? null : _query.Descending ? "descending" : "ascending";

    private string ArrowOf(TraceSortKey key) => key != _query.Sort ? "" : _query.Descending ? " ↓" : " ↑";

    private string LengthStyle(TraceSummary trace) =>
        _longest > TimeSpan.Zero ? new SpanBar(0, trace.Elapsed(Now) / _longest * 100).Style : new SpanBar(0, 0).Style;

    private string TimeText(TraceSummary trace)
    {
        var start = TimeZoneInfo.ConvertTime(trace.StartTime, Time.LocalTimeZone);
        var today = TimeZoneInfo.ConvertTime(Now, Time.LocalTimeZone).Date == start.Date;
        return start.ToString(today ? "HH:mm:ss.fff" : "MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Enough of an id to tell two apart.</summary>
    private static string? Ends(string? id) => id is { Length: > 12 } ? id[..8] : id;
}
