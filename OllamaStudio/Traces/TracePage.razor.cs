using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>One trace as a waterfall or as a table, with details of one span beside it.</summary>
public partial class TracePage
{
    private SpanTreeView _view = new(withTraceRows: false);
    private TraceRecord? _trace;
    private SpanTree? _tree;
    private SpanTreeGrid? _grid;
    private SpanRecord? _shown;
    private string? _activeKey;
    private string? _opened;
    private bool _asTable;

    [Parameter]
    public required string TraceId { get; set; }

    /// <summary>Span to open at first.</summary>
    [SupplyParameterFromQuery(Name = "span")]
    public string? SpanId { get; set; }

    private string CallsText
    {
        get
        {
            var (calls, tools) = (_tree!.Nodes.Count(static node => SpanFacts.Category(node.Span) is SpanCategory.Llm), _tree.Nodes.Count(static node => SpanFacts.Category(node.Span) is SpanCategory.Tool));
            var parts = new[] { calls > 0 ? CountText.Of(calls, "model call") : null, tools > 0 ? CountText.Of(tools, "tool call") : null, _tree.Summary.ErrorCount is var errors and > 0 ? CountText.Of(errors, "error") : null }.OfType<string>();
            return string.Join(", ", parts) is { Length: > 0 } text ? text : CountText.Of(_tree.Summary.SpanCount, "span");
        }
    }

    private string StartText =>
        TimeZoneInfo.ConvertTime(_trace!.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>A trace that was held stays on the page when the feed drops it: nobody likes what they read to vanish.</summary>
    protected override bool Read()
    {
        if (TraceId is null || Feed.FindTrace(TraceId) is not { } found)
        {
            return false;
        }

        if (!ReferenceEquals(found, _trace))
        {
            _trace = found;
            _tree = SpanTree.Of(found);
            _view.Show([found]);
            _shown = _shown is null ? null : _tree.Find(_shown.SpanId) ?? _shown;
        }

        return _view.IsRunning;
    }

    protected override void OnParametersSet()
    {
        if (_trace is not null && _trace.TraceId != TraceId)
        {
            (_trace, _tree, _shown, _activeKey, _opened) = (null, null, null, null, null);
            _view = new SpanTreeView(withTraceRows: false);
        }

        if (_trace is null)
        {
            Refresh();
        }

        if (SpanId is not null && SpanId != _opened && _tree?.Find(SpanId) is { } span)
        {
            (_shown, _activeKey, _opened) = (span, span.SpanId, span.SpanId);
        }
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender && _activeKey is not null)
        {
            _grid?.Reveal(_activeKey);
        }
    }

    /// <summary>The row stays in sight although the details take some of the room.</summary>
    private void OpenSpan(SpanRecord span)
    {
        (_shown, _activeKey) = (span, span.SpanId);
        _grid?.Reveal(span.SpanId);
    }

    private void FollowActive()
    {
        if (_shown is not null && _view.Find(_activeKey) is SpanRow row)
        {
            _shown = row.Span;
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
        if (_shown is not null)
        {
            _shown = null;
            if (_grid is not null && !_asTable)
            {
                await _grid.FocusAsync();
            }
        }
    }
}
