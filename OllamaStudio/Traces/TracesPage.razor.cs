using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>All traces that are held, as a list.</summary>
public partial class TracesPage
{
    /// <summary>So many models have a button each, those used most; any other is found by typing its name.</summary>
    private const int MostModels = 8;

    // What was asked here and the address has not told back yet: one for each key that was pressed meanwhile.
    private readonly Queue<(string?, string?)> _sent = new();
    private (string?, string?) _heard;
    private IReadOnlyList<TraceRecord> _all = [];
    private List<TraceSummary> _shown = [];
    private List<(int Index, TraceSummary Item)> _rows = [];
    private List<Facet> _facets = [];
    private IReadOnlyList<TraceColumn> _columns = TraceColumn.Chosen(null);
    private TraceQuery _query = new();
    private string? _problem;
    private TimeSpan _longest;
    private IDisposable? _titles;
    private IJSObjectReference? _script;
    private ElementReference _input;

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required Conversations Conversations { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private string HeldText
    {
        get
        {
            var count = _shown.Count == _all.Count ? CountText.Of(_all.Count, "trace") : $"{CountText.Full(_shown.Count)} of {CountText.Of(_all.Count, "trace")}";
            return Feed.DroppedSpanCount == 0 ? count : $"{count}, from the newest {CountText.Full(Feed.SpanCount)} of {CountText.Of(Feed.SpanCount + Feed.DroppedSpanCount, "span")}";
        }
    }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _titles = Conversations.Subscribe(() => Dispatch(Refresh));
    }

    /// <summary>What the address says holds, unless it is an echo of what was asked here: by then more may have been typed.</summary>
    protected override void OnParametersSet()
    {
        if (_heard == (Text, Sort))
        {
            return;
        }

        _heard = (Text, Sort);
        if (!_sent.Contains(_heard))
        {
            _sent.Clear();
            Show(Asked);
        }

        while (_sent.TryDequeue(out var echo) && echo != _heard)
        {
            // One that came together with a later one.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Traces/TracesPage.razor.js") is { } script)
        {
            if (await script.TryInvokeAsync<string?>("keptColumns") is { } kept)
            {
                _columns = TraceColumn.Chosen(kept);
                StateHasChanged();
            }

            if (Ui.TakeTrace() is { } left && _shown.FindIndex(trace => trace.TraceId == left) is var index and >= 0)
            {
                await Script.TryInvokeVoidAsync("studio.rows.go", "#traces", index);
            }

            _script = script;
            if (IsDisposed)
            {
                await OnDisposeAsync();
            }
        }
    }

    protected override bool Read()
    {
        _all = Feed.Traces;
        Show(_query);
        return _shown.Exists(trace => trace.Duration is null);
    }

    protected override void OnDispose()
    {
        _titles?.Dispose();
        base.OnDispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryDisposeAsync();
        }
    }

    private void Show(TraceQuery next)
    {
        _query = next;
        var traces = _all.Select(static trace => SpanTree.Of(trace).Summary).ToList();
        _problem = TraceFilter.Parse(_query.Text).Problem;
        _shown = _query.Apply(traces, Now, id => Conversations.FindSummary(id)?.Title);
        _rows = [.. _shown.Index()];
        _longest = _shown.Count == 0 ? TimeSpan.Zero : _shown.Max(trace => trace.Elapsed(Now));
        Facet[] facets =
        [
            new("All errors", TraceFilter.Status + SpanFacts.StatusWord(SpanStatus.Error), traces.Count(static trace => trace.Status is SpanStatus.Error || trace.ErrorCount > 0)),
            new("Running", TraceFilter.Status + SpanFacts.StatusWord(SpanStatus.Running), traces.Count(static trace => trace.Status is SpanStatus.Running)),
            new("With tools", TraceFilter.Tool + TraceFilter.AnyTool, traces.Count(static trace => !trace.Tools.IsEmpty)),
            .. traces.Where(static trace => trace.Model is not null).CountBy(static trace => trace.Model!, StringComparer.Ordinal).OrderByDescending(static model => model.Value)
                .Take(MostModels).Select(static model => new Facet(ModelNames.Display(model.Key), TraceFilter.Model + model.Key, model.Value)),
        ];
        _facets = [.. facets.Where(facet => facet.Count > 0 || TraceFilter.Has(next.Text, facet.Term))];
    }

    private void Ask(TraceQuery next)
    {
        var before = _query.Address;
        Show(next);
        if (next.Address != before)
        {
            var address = Navigation.ToAbsoluteUri("traces" + next.Address).ToString();
            var told = System.Web.HttpUtility.ParseQueryString(new Uri(address).Query);
            _sent.Enqueue((told["q"], told["sort"]));
            Navigation.NavigateTo(address, replace: true);
        }
    }

    private async Task ClearAsync()
    {
        Ask(_query with { Text = "" });
        await _input.TryFocusAsync();
    }

    private async Task ChooseAsync(TraceColumn column)
    {
        _columns = [.. TraceColumn.All.Where(one => _columns.Contains(one) != (one == column))];
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("keepColumns", string.Join(',', _columns.Select(static one => one.Key)));
        }
    }

    private void Open(TraceSummary trace) => Navigation.NavigateTo(AddressOf(trace));

    private string AddressOf(TraceSummary trace) => $"traces/{trace.TraceId}{_query.Address}";

    private string? ConversationOf(TraceSummary trace) => trace.SessionId is { } id ? Conversations.FindSummary(id)?.Title : null;

    private string? SortOf(TraceSortKey key) => key != _query.Sort ? null : _query.Descending ? "descending" : "ascending";

    private string ArrowOf(TraceSortKey key) => key != _query.Sort ? "" : _query.Descending ? "↓" : "↑";

    private string LengthStyle(TraceSummary trace) =>
        _longest > TimeSpan.Zero ? new SpanBar(0, trace.Elapsed(Now) / _longest * 100).Style : new SpanBar(0, 0).Style;

    private string TimeText(TraceSummary trace) => StartOf(trace, TimeZoneInfo.ConvertTime(Now, Time.LocalTimeZone).Date == TimeZoneInfo.ConvertTime(trace.StartTime, Time.LocalTimeZone).Date ? "HH:mm:ss" : "MM-dd HH:mm");

    private string StartOf(TraceSummary trace, string format) => TimeZoneInfo.ConvertTime(trace.StartTime, Time.LocalTimeZone).ToString(format, CultureInfo.InvariantCulture);

    private static string? FailureOf(TraceSummary trace) => trace switch
    {
        { Status: SpanStatus.Error } => trace.Error,
        { ErrorCount: > 0 } => CountText.Of(trace.ErrorCount, "error"),
        _ => null,
    };

    private static string? Count(long? count) => count is { } known ? CountText.Full(known) : null;

    /// <summary>Enough of an id to tell two apart: those made one after the other differ at their end.</summary>
    private static string? Ends(string? id) => id is { Length: > 12 } ? $"{id[..4]}…{id[^4..]}" : id;

    /// <summary>A filter that is one press away.</summary>
    /// <param name="Label">What its button says.</param>
    /// <param name="Term">What it types.</param>
    /// <param name="Count">How many traces of all that are held it finds.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Facet(string Label, string Term, int Count);
}
