using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>All traces that are held, as a list.</summary>
public partial class TracesPage
{
    /// <summary>So many models have a button each, those used most; any other is found by typing its name.</summary>
    private const int MostModels = 8;

    /// <summary>So many conversations are listed; older ones are found by a filter or a stretch of time.</summary>
    private const int MostSessions = 1_000;

    private static readonly TraceQuery s_everything = new();
    private static readonly TimeSpan s_untilAgain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestUntilAgain = TimeSpan.FromSeconds(30);

    // What was asked here and the address has not told back yet: one for each key that was pressed meanwhile.
    private readonly Queue<string> _sent = new();
    private string? _heard;
    private TraceWindow _window = null!;
    private TraceSearch? _search;
    private SessionSearch? _sessionSearch;
    private PacedReading<TraceQuery, IReadOnlyList<SessionSummary>> _sessions = null!;
    private PacedReading<TraceQuery, long> _matching = null!;
    private PacedReading<TimeRange, TraceFacets> _facets = null!;
    private TraceFacets _lastFacets = TraceFacets.None;
    private long _all;
    private List<Facet> _quick = [];
    private IReadOnlyList<TraceColumn> _columns = TraceColumn.Chosen(null);
    private TraceQuery _query = new();
    private (long, long)? _version;
    private string? _problem;
    private string? _note;
    private bool _asksForWords;

    // Why nothing can be shown, sentences for a person; null where it can.
    private string? _fault;
    private bool _looksAgain;
    private IDisposable? _titles;
    private IJSObjectReference? _script;
    private QueryBar? _bar;
    private Virtualize<TraceListRow>? _rows;

    /// <summary><c>sessions</c> for conversations; else traces.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required Conversations Conversations { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    private bool IsSessions => View == "sessions";

    private int RowCount => _search?.Found.Count ?? _window.Count;

    private string AddressOfSessions => "traces" + (_query.Address is { Length: > 0 } address ? address + "&view=sessions" : "?view=sessions");

    protected override void OnInitialized()
    {
        _window = new TraceWindow(Traces);
        _sessions = new(Traces, Time, (query, _) => Task.FromResult(Traces.ReadSessions(query, MostSessions)), Dispatch, StateHasChanged);
        _matching = new(Traces, Time, (query, _) => Task.FromResult(Traces.Count(query)), Dispatch, ShowCount);
        _facets = new(Traces, Time, (range, stop) => Task.FromResult(Traces.CountFacets(range, stop)), Dispatch, () =>
        {
            ShowFacets();
            StateHasChanged();
        });
        base.OnInitialized();
        _titles = Conversations.Subscribe(() => Dispatch(() =>
        {
            _version = null;
            Refresh();
        }));
    }

    /// <summary>What the address says holds, unless it is an echo of what was asked here: by then more may have been typed.</summary>
    protected override void OnParametersSet()
    {
        var told = Asked.Address + View;
        if (_heard == told)
        {
            return;
        }

        _heard = told;
        if (!_sent.Contains(told))
        {
            _sent.Clear();
            Show(Asked);
        }

        while (_sent.TryDequeue(out var echo) && echo != told)
        {
            // One that came together with a later one.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        await FocusNextAsync();
        if (firstRender && await Script.TryInvokeAsync<IJSObjectReference>("import", "./Traces/TracesPage.razor.js") is { } script)
        {
            if (await script.TryInvokeAsync<string?>("keptColumns") is { } kept)
            {
                _columns = TraceColumn.Chosen(kept);
                StateHasChanged();
            }

            var asked = _query;
            if (Ui.TakeTrace() is { } left && await Task.Run(() => Traces.FindPlace(asked, left)) is { } place && _rows is not null && asked == _query)
            {
                // Rows that are asked for have no height before the browser has told of its own: it could not be scrolled to.
                _window.AtLeast(place + 1);
                await _rows.RefreshDataAsync();
                StateHasChanged();
                await Script.TryInvokeVoidAsync("studio.rows.go", "#traces", place);
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
        if (_version != Traces.Version)
        {
            Show(_query);
        }

        return Feed.Traces.Any(static trace => trace.IsRunning);
    }

    protected override void OnDispose()
    {
        _titles?.Dispose();
        _search?.Dispose();
        _sessionSearch?.Dispose();
        _sessions.Dispose();
        _matching.Dispose();
        _facets.Dispose();
        base.OnDispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryDisposeAsync();
        }
    }

    private void ReadRows()
    {
        if (_rows is { } rows)
        {
            Dispatch(rows.RefreshDataAsync);
        }
    }

    private void Ask(TraceQuery next)
    {
        var before = _query.Address;
        Show(next);
        if (next.Address != before)
        {
            // As the address will tell it: a text loses the blanks around it there.
            _sent.Enqueue((next with { Text = next.Text.Trim() }).Address + View);
            Navigation.NavigateTo("traces" + next.Address + (IsSessions ? (next.Address.Length == 0 ? "?" : "&") + "view=sessions" : ""), replace: true);
        }
    }

    private void Open(string address) => Navigation.NavigateTo("traces" + address);

    private async Task ClearAsync()
    {
        Ask(_query with { Text = "", Range = TimeRange.All });
        await (_bar?.TryFocusAsync() ?? ValueTask.FromResult(false));
    }

    private async Task ChooseAsync(TraceColumn column)
    {
        _columns = [.. TraceColumn.All.Where(one => _columns.Contains(one) != (one == column))];
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("keepColumns", string.Join(',', _columns.Select(static one => one.Key)));
        }
    }

    private void Open(TraceSummary trace)
    {
        if (_chosen is not null)
        {
            Choose(trace);
        }
        else
        {
            Navigation.NavigateTo(AddressOf(trace));
        }
    }

    private string AddressOf(TraceSummary trace) => $"traces/{trace.TraceId}{_query.Address}";

    private static string TracesOf(string session) => "traces" + new TraceQuery { Text = "session:" + session }.Address;

    private string? TitleOf(string session) => Conversations.FindSummary(session)?.Title;

    /// <summary>A filter that is one press away.</summary>
    /// <param name="Label">What its button says.</param>
    /// <param name="Term">What it types.</param>
    /// <param name="Count">How many traces it finds in the stretch of time that is shown; null until that is known.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Facet(string Label, string Term, long? Count)
    {
        /// <summary>What it is, for who asks.</summary>
        public string Tip { get => field ?? Term; init; }
    }
}
