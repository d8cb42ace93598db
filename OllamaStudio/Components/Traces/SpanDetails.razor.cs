using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Live;
using OllamaStudio.Traces;

namespace OllamaStudio.Components.Traces;

/// <summary>All that is known of one span.</summary>
public partial class SpanDetails
{
    private SpanRecord? grouped;
    private string search = "";
    private SpanCategory category;
    private TokenCounts tokens;
    private ImmutableArray<AttributeGroup> groups = [];
    private (SpanRecord? Span, string Search, DateTimeOffset Now) drawn;

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
        if (!ReferenceEquals(grouped, Span))
        {
            grouped = Span;
            category = SpanFacts.Category(Span);
            tokens = SpanFacts.Tokens(Span);
            groups = AttributeGroups.Of(Span.Attributes, search);
        }
    }

    /// <summary>A span that has ended is drawn once, however often the panel around it is.</summary>
    protected override bool ShouldRender()
    {
        var next = (Span, search, Span.IsRunning ? Now : default);
        if (ReferenceEquals(next.Span, drawn.Span) && next.search == drawn.Search && next.Item3 == drawn.Now)
        {
            return false;
        }

        drawn = next;
        return true;
    }

    private void Search(ChangeEventArgs change)
    {
        search = change.Value as string ?? "";
        groups = AttributeGroups.Of(Span.Attributes, search);
    }
}
