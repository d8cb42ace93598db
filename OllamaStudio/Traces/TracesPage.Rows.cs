using System.Globalization;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <content>What headers and rows say.</content>
public partial class TracesPage
{
    private string? SortOf(TraceSortKey key) => key != _query.Sort ? null : _query.Descending ? "descending" : "ascending";

    private string ArrowOf(TraceSortKey key) => key != _query.Sort ? "" : _query.Descending ? "↓" : "↑";

    private string LengthStyle(TraceSummary trace)
    {
        var longest = _search is { Found: { Count: > 0 } found } ? found.Max(one => one.Elapsed(Now)) : _window.Longest;
        return longest > TimeSpan.Zero ? new SpanBar(0, Math.Min(100, trace.Elapsed(Now) / longest * 100)).Style : new SpanBar(0, 0).Style;
    }

    private string TimeText(DateTimeOffset moment) => StartOf(moment, TimeZoneInfo.ConvertTime(Now, Time.LocalTimeZone).Date == TimeZoneInfo.ConvertTime(moment, Time.LocalTimeZone).Date ? "HH:mm:ss" : "MM-dd HH:mm");

    private string StartOf(DateTimeOffset moment, string format) => TimeZoneInfo.ConvertTime(moment, Time.LocalTimeZone).ToString(format, CultureInfo.InvariantCulture);

    private static string? FailureOf(TraceSummary trace) => trace switch
    {
        { Status: SpanStatus.Error } => trace.Error,
        { ErrorCount: > 0 } => CountText.Of(trace.ErrorCount, "error"),
        _ => null,
    };

    private static string? Count(long? count) => count is { } known ? CountText.Full(known) : null;

    /// <summary>Enough of an id to tell two apart: those made one after the other differ at their end.</summary>
    private static string? Ends(string? id) => id is { Length: > 12 } ? $"{id[..4]}…{id[^4..]}" : id;

    private ValueTask<ItemsProviderResult<TraceListRow>> Provide(ItemsProviderRequest request)
    {
        if (request.StartIndex + request.Count >= RowCount)
        {
            _search?.GoOn(); // its end is seen
        }

        return ValueTask.FromResult(new ItemsProviderResult<TraceListRow>(
            _search is { } search
                ? search.Found.Skip(request.StartIndex).Take(request.Count).Select((trace, index) => new TraceListRow(request.StartIndex + index, trace))
                : _window.Rows(request.StartIndex, request.Count, Now),
            RowCount));
    }
}
