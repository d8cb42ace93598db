using System.Globalization;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <content>What headers and rows say.</content>
public partial class TracesPage
{
    /// <summary>Names that are like one that there is not.</summary>
    private const int MostLike = 5;

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
        { ErrorCount: > 0 } => CountText.Of(trace.ErrorCount, "failed span"),
        _ => null,
    };

    /// <summary>What of the query finds less than it may be meant to; null for nothing.</summary>
    private string? NoteOn(TraceFilter filter) =>
        filter.Notes.FirstOrDefault()?.Message ?? filter.Terms.OfType<FieldTerm>().Select(term => NoteOn(term, Traces.ReadValues())).FirstOrDefault(static note => note is not null);

    // A name is asked for whole: that there is no such one is nothing that a person has to find out.
    private static string? NoteOn(FieldTerm term, QueryValues values)
    {
        var (known, rule) = term.Field == QueryField.Model ? (values.Models.Select(ModelNames.Display), "its whole name, or all of it before the colon")
            : term.Field == QueryField.Tool ? (values.Tools.Append(TraceFilter.AnyTool), "its whole name")
            : ((IEnumerable<string>?)null, "");
        if (known is null || known.Any(name => name.Equals(term.Value, StringComparison.OrdinalIgnoreCase)
            || (term.Field == QueryField.Model && (name.StartsWith(term.Value + ":", StringComparison.OrdinalIgnoreCase) || ModelNames.Same(name, term.Value)))))
        {
            return null;
        }

        string[] like = [.. known.Where(name => name.Contains(term.Value.TrimEnd('*'), StringComparison.OrdinalIgnoreCase)).Take(MostLike)];
        return $"No trace has the {term.Field.Name} “{term.Value}”: write {rule}.{(like.Length > 0 ? $" There {(like.Length == 1 ? "is" : "are")} {string.Join(", ", like)}." : "")}";
    }

    private static string? Count(long? count) => count is { } known ? CountText.Full(known) : null;

    /// <summary>Enough of an id to tell two apart: those made one after the other differ at their end.</summary>
    private static string? Ends(string? id) => id is { Length: > 12 } ? $"{id[..4]}…{id[^4..]}" : id;

    private ValueTask<ItemsProviderResult<TraceListRow>> Provide(ItemsProviderRequest request)
    {
        if (request.StartIndex + request.Count >= RowCount)
        {
            _search?.GoOn(); // its end is seen
        }

        TraceListRow[] rows =
        [
            .. _search is { } search
                ? search.Found.Skip(request.StartIndex).Take(request.Count).Select((trace, index) => new TraceListRow(request.StartIndex + index, trace))
                : _window.Rows(request.StartIndex, request.Count, Now),
        ];

        // One question for all rows that come into sight.
        var replies = Conversations.FindReplies(rows.Select(static row => (row.Trace.TraceId, row.Trace.SessionId)));
        return ValueTask.FromResult(new ItemsProviderResult<TraceListRow>(
            rows.Select(row => row with { Conversation = (replies.GetValueOrDefault(row.Trace.TraceId)?.ConversationId ?? row.Trace.SessionId) is { } id ? Conversations.FindSummary(id) : null }), RowCount));
    }
}
