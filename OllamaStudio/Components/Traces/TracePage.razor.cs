using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Live;
using OllamaStudio.Traces;

namespace OllamaStudio.Components.Traces;

/// <summary>One trace as a waterfall or as a table, with details of one span beside it.</summary>
public partial class TracePage
{
    private SpanTreeView view = new(withTraceRows: false);
    private TraceRecord? trace;
    private SpanTree? tree;
    private SpanTreeGrid? grid;
    private SpanRecord? shown;
    private string? activeKey;
    private string? opened;
    private bool asTable;

    [Parameter]
    public required string TraceId { get; set; }

    /// <summary>Span to open at first.</summary>
    [SupplyParameterFromQuery(Name = "span")]
    public string? SpanId { get; set; }

    private string StartText =>
        TimeZoneInfo.ConvertTime(trace!.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>A trace that was held stays on the page when the feed drops it: nobody likes what they read to vanish.</summary>
    protected override bool Read()
    {
        if (TraceId is null || Feed.FindTrace(TraceId) is not { } found)
        {
            return false;
        }

        if (!ReferenceEquals(found, trace))
        {
            trace = found;
            tree = SpanTree.Of(found);
            view.Show([found]);
            shown = shown is null ? null : tree.Find(shown.SpanId) ?? shown;
        }

        return view.IsRunning;
    }

    protected override void OnParametersSet()
    {
        if (trace is not null && trace.TraceId != TraceId)
        {
            (trace, tree, shown, activeKey, opened) = (null, null, null, null, null);
            view = new SpanTreeView(withTraceRows: false);
        }

        if (trace is null)
        {
            Refresh();
        }

        if (SpanId is not null && SpanId != opened && tree?.Find(SpanId) is { } span)
        {
            (shown, activeKey, opened) = (span, span.SpanId, span.SpanId);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && activeKey is not null)
        {
            grid?.Reveal(activeKey);
        }
    }

    /// <summary>The row stays in sight although the details take some of the room.</summary>
    private void OpenSpan(SpanRecord span)
    {
        (shown, activeKey) = (span, span.SpanId);
        grid?.Reveal(span.SpanId);
    }

    private void FollowActive()
    {
        if (shown is not null && view.Find(activeKey) is SpanRow row)
        {
            shown = row.Span;
        }
    }

    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Escape" && !key.ShiftKey)
        {
            await CloseDetailsAsync();
        }
    }

    private async Task CloseDetailsAsync()
    {
        if (shown is not null)
        {
            shown = null;
            if (grid is not null && !asTable)
            {
                await grid.FocusAsync();
            }
        }
    }
}
