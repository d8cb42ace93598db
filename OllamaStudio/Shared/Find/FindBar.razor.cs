using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace OllamaStudio.Shared.Find;

/// <summary>
/// Finds in a page whose text is mostly not in the browser: the page says how to look through all of it, and draws the place that is
/// to be shown; FindBar.razor.js marks it there. The page's elements name their places (<c>data-find-place</c>) and texts (<c>data-find</c>),
/// around all of them stands <c>data-find-scope</c>. Nothing is done while it is closed.
/// </summary>
public sealed partial class FindBar
{
    /// <summary>Most characters of what is looked for.</summary>
    public const int MaxQueryLength = 200;

    private ElementReference _bar;
    private DotNetObjectReference<FindBar>? _reference;
    private IJSObjectReference? _script;
    private Task? _attached;
    private RefreshPacer? _pacer;
    private CancellationTokenSource? _searching;
    private FindResult _result = FindResult.Nothing;
    private string _query = "";
    private string? _from;
    private int _current;
    private bool _isOpen;
    private bool _hasWrapped;

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    /// <summary>What it does, such as "Find in the conversation".</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>Looks through all of the page's text as it is drawn; called on a thread of the pool, by several at a time while one gives up.</summary>
    [Parameter, EditorRequired]
    public required Action<FindScan> OnLook { get; set; }

    /// <summary>The place of a match is to be drawn.</summary>
    [Parameter, EditorRequired]
    public EventCallback<FindMatch> OnShow { get; set; }

    /// <summary>It was closed: what was kept for looking can go.</summary>
    [Parameter]
    public EventCallback OnClose { get; set; }

    private string CountWords => (_query.Length, _searching, _result) switch
    {
        (0, _, _) => "",
        (_, not null, { Matches.IsEmpty: true }) => "Searching…",
        (_, _, { Matches.IsEmpty: true }) => "No matches",
        var (_, _, result) => $"{CountText.Full(_current + 1)} of {CountText.Full(result.Matches.Length)}{(result.IsMore ? "+" : "")}{(_hasWrapped ? _current == 0 ? ", from the top" : ", from the end" : "")}",
    };

    /// <summary>Opens it with what was found elsewhere, at the place in which it was found.</summary>
    public async Task OpenAsync(string query, string place)
    {
        await AttachAsync();
        _query = query;
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("openBar");
        }

        (_isOpen, _from) = (true, place);
        await SearchAsync(fallback: new FindMatch(place, "", 0));
    }

    /// <summary>Brings a place into sight, with nothing to be found in it; opens nothing.</summary>
    public async Task PointAsync(string place)
    {
        await AttachAsync();
        await ShowAsync(new FindMatch(place, "", 0));
    }

    /// <summary>What is looked through has changed. Without effect while it is closed.</summary>
    public void Refresh()
    {
        if (_isOpen && _query.Length > 0)
        {
            _pacer?.Request();
        }
    }

    /// <summary>The browser opened it; called by FindBar.razor.js with the place that is in sight.</summary>
    [JSInvokable]
    public void OnOpened(string? place) => Dispatch(() =>
    {
        // It may be open already: nothing is heard of a bar that was closed without a connection.
        (_isOpen, _from) = (true, place);
        return SearchAsync();
    });

    /// <summary>The browser closed it; called by FindBar.razor.js.</summary>
    [JSInvokable]
    public void OnClosed() => Dispatch(async () =>
    {
        _searching?.Cancel();
        (_isOpen, _result, _current, _hasWrapped, _searching) = (false, FindResult.Nothing, 0, false, null);
        StateHasChanged();
        await OnClose.InvokeAsync();
    });

    protected override void OnInitialized() => _pacer = new RefreshPacer(Time, () => Dispatch(LookAgainAsync));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await AttachAsync();
        }
    }

    private Task AttachAsync() => _attached ??= LoadAsync();

    private async Task LoadAsync()
    {
        var script = await Script.TryInvokeAsync<IJSObjectReference>("import", "./Shared/Find/FindBar.razor.js");
        if (script is not null && IsDisposed)
        {
            await script.TryDisposeAsync();
        }
        else if (script is not null)
        {
            _script = script;
            _reference = DotNetObjectReference.Create(this);
            await script.TryInvokeVoidAsync("attach", _bar, _reference);
        }
    }

    private Task QueryAsync(string? query)
    {
        _query = query ?? "";
        return SearchAsync();
    }

    private async Task SearchAsync(FindMatch? fallback = null)
    {
        if (await LookAsync())
        {
            // From where the person is; after the last one it begins anew.
            _current = _result.Start < _result.Matches.Length ? _result.Start : 0;
            await ShowAsync(_result.Matches.IsEmpty ? fallback : _result.Matches[_current]);
        }
    }

    // A reply goes on being written: the counts change, what is shown stays.
    private async Task LookAgainAsync()
    {
        if (_searching is not null)
        {
            _pacer?.Request();
            return;
        }

        var before = _result.Matches;
        if (_isOpen && await LookAsync())
        {
            var same = _current < before.Length ? _result.Matches.FirstOrDefault(match => match.IsAt(before[_current])) : null;
            _current = same is not null ? _result.Matches.IndexOf(same) : Math.Clamp(_current, 0, Math.Max(0, _result.Matches.Length - 1));
            StateHasChanged();
            await MarkAsync(_result.Matches.IsEmpty ? null : _result.Matches[_current], isComing: before.IsEmpty);
        }
    }

    /// <returns>False where the next search has begun meanwhile.</returns>
    private async Task<bool> LookAsync()
    {
        _searching?.Cancel();
        using var search = _searching = new CancellationTokenSource();
        var scan = new FindScan(_query, _from, search.Token);
        _hasWrapped = false;
        try
        {
            await Task.Run(() => OnLook(scan), search.Token);
            search.Token.ThrowIfCancellationRequested();
            _result = scan.Result;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            _searching = _searching == search ? null : _searching;
        }
    }

    private async Task StepAsync(int by)
    {
        if (_result.Matches is { IsEmpty: false } matches)
        {
            var next = _current + by;
            _hasWrapped = next < 0 || next >= matches.Length;
            _current = (next + matches.Length) % matches.Length;
            await ShowAsync(matches[_current]);
        }
    }

    private async Task ShowAsync(FindMatch? match)
    {
        StateHasChanged();
        if (match is not null)
        {
            _from = match.Place;
            await OnShow.InvokeAsync(match);
        }

        await MarkAsync(match, isComing: true);
    }

    private async Task MarkAsync(FindMatch? match, bool isComing)
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("show", _bar, FindScan.Collapse(_query), match, isComing);
        }
    }

    protected override void OnDispose()
    {
        _searching?.Cancel();
        _pacer?.Dispose();
    }

    protected override async ValueTask OnDisposeAsync()
    {
        if (_script is not null)
        {
            await _script.TryInvokeVoidAsync("detach", _bar);
            await _script.TryDisposeAsync();
        }

        _reference?.Dispose();
    }
}
