using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Core.Telemetry.Logs;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Traces;

/// <summary>All that is known of one span.</summary>
public partial class SpanDetails
{
    /// <summary>So many messages are laid out; a long conversation's others are found among the attributes.</summary>
    public const int MostMessages = 50;

    private static readonly SpanDetailsTab[] Tabs = Enum.GetValues<SpanDetailsTab>();

    private readonly ElementReference[] _buttons = new ElementReference[Tabs.Length];
    private SpanDetailsTab? _chosen;
    private SpanDetailsTab _tab;
    private bool _focusTab;
    private ImmutableArray<SpanMessage> _messages = [];
    private FrozenDictionary<string, ImmutableArray<string>> _aliases = FrozenDictionary<string, ImmutableArray<string>>.Empty;
    private FrozenSet<string> _folded = [];
    private ImmutableArray<LogLine> _logs = [];
    private string? _json;
    private SpanRecord? _grouped;
    private string _search = "";
    private SpanCategory _category;
    private TokenCounts _tokens;
    private ImmutableArray<AttributeGroup> _groups = [];
    private FindMatch? _pointedOut;
    private (SpanRecord? Span, string Search, SpanDetailsTab Tab, DateTimeOffset Now, FindMatch? Found) _drawn;

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

    /// <summary>The ids of those spans of its trace that an endpoint has taken; null where that is not told.</summary>
    [Parameter]
    public IReadOnlySet<string>? Exported { get; set; }

    /// <summary>Whether to offer the way to the trace's own page.</summary>
    [Parameter]
    public bool LinksTrace { get; set; }

    /// <summary>What is found in the trace and to be shown, in this span or another; null for nothing.</summary>
    [Parameter]
    public FindMatch? Found { get; set; }

    /// <summary>The details are to be closed; without it they cannot be.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    public required LogStore Log { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    private string? FoundPart => Found?.Place == Span.SpanId ? Found.Part : null;

    private string Json => _json ??= SpanJson.Of(Span);

    private string StartText =>
        TimeZoneInfo.ConvertTime(Span.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_grouped, Span))
        {
            _grouped = Span;
            _category = SpanFacts.Category(Span);
            _tokens = SpanFacts.Tokens(Span);
            _messages = SpanMessages.Of(Span);
            _json = null;
            _logs = [.. Log.Lines.Where(line => line.SpanId == Span.SpanId && line.TraceId == Span.TraceId)];
            _tab = _chosen ?? (_messages.IsEmpty ? SpanDetailsTab.Attributes : SpanDetailsTab.Messages);
            Search(_search);
        }

        if (_pointedOut != Found)
        {
            _pointedOut = Found;
            if (FoundPart is { } part && SpanParts.TabOf(part) is { } tab)
            {
                Select(tab);
                Search("");
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusTab)
        {
            _focusTab = false;
            await _buttons[(int)_tab].TryFocusAsync();
        }
    }

    /// <summary>A span that has ended is drawn once, however often the panel around it is.</summary>
    protected override bool ShouldRender()
    {
        var now = Span.IsRunning ? Now : default;
        if (ReferenceEquals(Span, _drawn.Span) && _search == _drawn.Search && _tab == _drawn.Tab && now == _drawn.Now && Found == _drawn.Found)
        {
            return false;
        }

        _drawn = (Span, _search, _tab, now, Found);
        return true;
    }

    private void Search(string? text)
    {
        _search = text ?? "";
        _groups = AttributeGroups.Of(Span.Attributes, _search);
        _aliases = AttributeAliases.Of(_groups.SelectMany(static group => group.Attributes));
        _folded = _aliases.Values.SelectMany(static names => names).ToFrozenSet(StringComparer.Ordinal);
    }

    private bool IsShown(KeyValuePair<string, object?> attribute) => !_folded.Contains(attribute.Key);

    private void Select(SpanDetailsTab tab) => _chosen = _tab = tab;

    private void OnTabKey(KeyboardEventArgs key)
    {
        int? next = key.Key switch
        {
            "ArrowRight" => ((int)_tab + 1) % Tabs.Length,
            "ArrowLeft" => ((int)_tab + Tabs.Length - 1) % Tabs.Length,
            "Home" => 0,
            "End" => Tabs.Length - 1,
            _ => null,
        };
        if (next is { } index)
        {
            Select(Tabs[index]);
            _focusTab = true;
        }
    }

    private string TabId(SpanDetailsTab tab) => $"{Id ?? "span"}-tab-{tab}";

    private string PanelId(SpanDetailsTab tab) => $"{Id ?? "span"}-panel-{tab}";

    private static string TitleOf(SpanDetailsTab tab) => tab is SpanDetailsTab.Json ? "JSON" : tab.ToString();

    private int? CountOf(SpanDetailsTab tab) => tab switch
    {
        SpanDetailsTab.Messages => _messages.Length,
        SpanDetailsTab.Attributes => Span.Attributes.Length,
        SpanDetailsTab.Events => Span.Events.IsDefault ? 0 : Span.Events.Length,
        SpanDetailsTab.Logs when !_logs.IsEmpty => _logs.Length,
        _ => null,
    };
}
