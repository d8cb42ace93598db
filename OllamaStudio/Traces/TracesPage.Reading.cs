using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <content>What it reads, and how much of it there is.</content>
public partial class TracesPage
{
    private string HeldText
    {
        get
        {
            var all = CountText.Of(_all, "trace");
            var count = IsSessions ? SessionsText : _search switch
            {
                { IsResting: true } => $"the first {CountText.Full(RowCount)} found, of {all}; there may be more further down",
                { IsRunning: true } => $"{CountText.Full(RowCount)} found so far, of {all}",
                { WasStopped: true } => $"{CountText.Full(RowCount)} found until it was stopped, of {all}",
                _ => !_window.IsCounted ? $"{CountText.Full(RowCount)} and more of {all}" : RowCount == _all ? all : $"{CountText.Full(RowCount)} of {all}",
            };
            string[] parts = [.. new[] { count, Traces.LostSpanCount == 0 ? null : $"{CountText.Of(Traces.LostSpanCount, "span")} could not be kept", _fault is null ? null : "what is stored cannot be read now" }.OfType<string>()];
            return string.Join("; ", parts);
        }
    }

    private string? SessionsText => Sessions is not { } known ? null
        : (known.Count == MostSessions ? "the newest " : "") + CountText.Of(known.Count, "conversation")
            + (_sessionSearch switch { { IsRunning: true } => " found so far", { WasStopped: true } => " found until it was stopped", _ => "" });

    /// <summary>The conversations; null until they are known.</summary>
    private IReadOnlyList<SessionSummary>? Sessions => _sessionSearch is { } search ? (search.IsRunning && search.Sessions.Count == 0 ? null : search.Sessions) : _sessions.Answer;

    private bool IsSearching => _search is { IsRunning: true, IsResting: false } || _sessionSearch is { IsRunning: true };

    // The rows first. What is counted beside them looks at far more, and comes when it is known.
    private void Show(TraceQuery next)
    {
        var wasUnreadable = _fault is not null; // what was read then is nothing
        var isStale = wasUnreadable || _version is null; // titles changed, which words are looked for in
        _version = Traces.Version;
        _query = next;
        var before = Traces.LastFault;
        _all = Traces.Count(s_everything);
        var filter = TraceFilter.Parse(next.Text);
        _problem = filter.Problem;
        _note = NoteOn(filter);
        _asksForWords = filter.Terms.Any(static term => term is WordTerm { IsNegated: false });
        if (!filter.NeedsSpans || IsSessions)
        {
            _search?.Dispose();
            _search = null;
        }
        else if (_search?.Query != next)
        {
            Search(next);
        }

        ShowSessions(next, filter.NeedsSpans, isStale);

        if (!IsSessions && _search is null)
        {
            ShowRows(next, isStale);
        }
        else
        {
            _matching.Stop();
        }

        // A read that failed looks as if nothing were stored.
        _fault = Traces.LastFault is { } fault && !ReferenceEquals(fault, before) ? fault.Message : null;
        if (_fault is not null)
        {
            LookAgain();
        }

        _facets.Ask(next.Range, wasUnreadable);
        ShowFacets();
        ReadRows();
    }

    // Nothing tells that it can be read again. It is asked on a pool thread, since that may take a while, and ever less often, since each failure is logged.
    private void LookAgain()
    {
        if (_looksAgain)
        {
            return;
        }

        _looksAgain = true;
        Dispatch(async () =>
        {
            for (var (pause, isReadable) = (s_untilAgain, false); !isReadable && !IsDisposed && _fault is not null; pause = pause * 2 < s_longestUntilAgain ? pause * 2 : s_longestUntilAgain)
            {
                await Task.Delay(pause, Time);
                var before = Traces.LastFault;
                await Task.Run(() => Traces.Count(s_everything));
                isReadable = ReferenceEquals(Traces.LastFault, before);
            }

            _looksAgain = false;
            if (!IsDisposed && _fault is not null)
            {
                Show(_query);
                StateHasChanged();
            }
        });
    }

    private void ShowSessions(TraceQuery next, bool needsSpans, bool isStale)
    {
        if (!IsSessions || !needsSpans)
        {
            _sessionSearch?.Dispose();
            _sessionSearch = null;
        }

        if (!IsSessions || needsSpans)
        {
            _sessions.Stop();
        }

        if (IsSessions && !needsSpans)
        {
            _sessions.Ask(next, isStale);
        }
        else if (IsSessions && _sessionSearch?.Query != next)
        {
            SearchSessions(next);
        }
    }

    private void SearchSessions(TraceQuery query)
    {
        _sessionSearch?.Dispose();
        var search = _sessionSearch = new SessionSearch(query, MostSessions);
        Dispatch(() => search.RunAsync(Traces, () =>
        {
            if (ReferenceEquals(search, _sessionSearch))
            {
                StateHasChanged();
            }
        }));
    }

    private void SearchAgain()
    {
        if (IsSessions)
        {
            SearchSessions(_query);
        }
        else
        {
            Search(_query);
        }
    }

    private void StopSearch()
    {
        _search?.Stop();
        _sessionSearch?.Stop();
    }

    private void ShowRows(TraceQuery next, bool isStale)
    {
        var isSame = _window.Query == next;
        _window.Ask(next);
        if (!_window.IsCounted || (isSame && _matching.IsKnown))
        {
            _matching.Ask(next, isStale);
        }
        else
        {
            _matching.Stop();
        }
    }

    private void ShowCount()
    {
        _window.Counted(_matching.Answer);
        ReadRows();
        StateHasChanged();
    }

    private void ShowFacets()
    {
        var facets = _lastFacets = _facets.Answer ?? _lastFacets;
        Facet[] quick =
        [
            new("With a failed span", TraceFilter.Status + SpanFacts.StatusWord(SpanStatus.Error), facets.Failed) { Tip = "status:error finds every trace in which a span failed: turns that ended well all the same, and connection checks, too. The dashboard counts the turns that failed." },
            new("Running", TraceFilter.Status + SpanFacts.StatusWord(SpanStatus.Running), facets.Running),
            new("Slow", TraceFacets.SlowTerm, facets.Slow),
            new("With tools", TraceFilter.Tool + TraceFilter.AnyTool, facets.WithTools),
            new("Waited for me", TraceFacets.PersonTerm, facets.WithPerson),
            .. facets.Models.OrderByDescending(static model => model.Value).Take(MostModels).Select(static model => new Facet(ModelNames.Display(model.Key), TraceFilter.Model + model.Key, model.Value)),
        ];
        _quick = [.. quick.Where(facet => facet.Count > 0 || TraceFilter.Has(_query.Text, facet.Term)).Select(facet => facet with { Count = _facets.IsKnown ? facet.Count : null })];
    }

    private void Search(TraceQuery query)
    {
        _search?.Dispose();
        var search = _search = new TraceSearch(query);
        Dispatch(() => search.RunAsync(Traces, () =>
        {
            if (ReferenceEquals(search, _search))
            {
                ReadRows();
                StateHasChanged();
            }
        }));
    }
}
