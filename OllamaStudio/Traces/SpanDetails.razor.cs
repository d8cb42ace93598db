using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>All that is known of one span.</summary>
public partial class SpanDetails
{
    private SpanRecord? _grouped;
    private string _search = "";
    private SpanCategory _category;
    private TokenCounts _tokens;
    private ImmutableArray<AttributeGroup> _groups = [];
    private (SpanRecord? Span, string Search, DateTimeOffset Now) _drawn;

    [Parameter, EditorRequired]
    public required SpanRecord Span { get; set; }

    /// <summary>The element's id, for what points at it.</summary>
    [Parameter]
    public string? Id { get; set; }

    /// <summary>Depth of its heading below those of the page around it.</summary>
    [Parameter]
    public int HeadingLevel { get; set; } = 3;

    /// <summary>The moment that is drawn; matters only while the span is running.</summary>
    [Parameter]
    public DateTimeOffset Now { get; set; }

    /// <summary>Whether to offer the way to the trace's own page.</summary>
    [Parameter]
    public bool LinksTrace { get; set; }

    /// <summary>The details are to be closed; without it they cannot be.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private string StartText =>
        TimeZoneInfo.ConvertTime(Span.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_grouped, Span))
        {
            _grouped = Span;
            _category = SpanFacts.Category(Span);
            _tokens = SpanFacts.Tokens(Span);
            _groups = AttributeGroups.Of(Span.Attributes, _search);
        }
    }

    /// <summary>A span that has ended is drawn once, however often the panel around it is.</summary>
    protected override bool ShouldRender()
    {
        var now = Span.IsRunning ? Now : default;
        if (ReferenceEquals(Span, _drawn.Span) && _search == _drawn.Search && now == _drawn.Now)
        {
            return false;
        }

        _drawn = (Span, _search, now);
        return true;
    }

    private void Search(string? text)
    {
        _search = text ?? "";
        _groups = AttributeGroups.Of(Span.Attributes, _search);
    }
}
