using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>
/// The conversations: found by title and by what was said, grouped by day below those that are pinned, and what a person does with them. However
/// many there are, only the rows around those in sight are drawn.
/// </summary>
public partial class ConversationList
{
    /// <summary>Most conversations that a search shows.</summary>
    public const int MostHits = 100;

    /// <summary>Height of every row that is not of a search, in pixels.</summary>
    private const int RowHeight = 32;

    /// <summary>Rows taken to be in sight until the browser has told.</summary>
    private const int RowsAtFirst = 40;

    private DotNetObjectReference<ConversationList>? _reference;
    private (int First, int Count) _viewport = (0, RowsAtFirst);
    private IDisposable? _subscription;
    private CancellationTokenSource? _searching;
    private ConversationHits? _hits;
    private string? _hitsFor; // what was typed then
    private bool _isStale;
    private bool _isHeld;
    private ElementReference _search;
    private IReadOnlyList<ConversationSummary> _all = [];
    private List<ConversationRow> _rows = [];
    private string _query = "";

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required ChatService Chat { get; set; }

    [Inject]
    public required ISnackbar Snackbars { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Inject]
    public required StudioUi Ui { get; set; }

    [Inject]
    public required IJSRuntime Script { get; set; }

    [Parameter]
    public string? CurrentId { get; set; }

    /// <summary>The conversation that is shown is about to be deleted here.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnLeave { get; set; }

    // What is looked for once more, because a conversation changed, is nothing that a person waits for.
    private bool IsAnswered => _hitsFor == _query;

    // The arrow keys go on from there (rows.js); by the key of its row.
    private string? TabStop => _rows.Exists(row => row.Key == CurrentId) ? CurrentId : _rows.Find(static row => row.IsStop)?.Key;

    // A search shows few enough, and of two heights. All others have one that is known, so that nothing is measured (SpanTreeGrid says why).
    private RowWindow Window => _hits is null ? RowWindow.Around(_viewport.First, _viewport.Count, _rows.Count) : new RowWindow(0, _rows.Count);

    /// <summary>The browser tells which rows are in sight.</summary>
    [JSInvokable]
    public void OnViewport(int first, int count)
    {
        _viewport = (first, count);
        StateHasChanged();
    }

    protected override void OnInitialized()
    {
        _subscription = Store.Subscribe(() => Dispatch(() => Refresh(isAsked: false)));
        Refresh(isAsked: true);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _reference = DotNetObjectReference.Create(this);
            await Script.TryInvokeVoidAsync("studio.rows.watch", "#conversation-rows", _reference);
        }

        await FocusAsync();
    }

    /// <summary>Takes in how the conversations are now.</summary>
    /// <param name="isAsked">Whether a person did something here, and so expects rows to move.</param>
    private void Refresh(bool isAsked)
    {
        _all = _isHeld && !isAsked ? InPlace(Store.All, _all) : Store.All;
        if (_searching is not null)
        {
            _isStale = true;
        }
        else if (_hits is not null)
        {
            Dispatch(SearchAsync);
        }

        List();
        StateHasChanged();
    }

    private void List() => _rows = _hits is { } hits ? ConversationRow.Of(hits, Time) : ConversationRow.Of(_all, _isArchiveOpen, Time);

    // A change of the order moves no row away from under the pointer: it is taken in once the pointer has left.
    private void Hold(bool isHeld)
    {
        _isHeld = isHeld;
        if (!isHeld)
        {
            Refresh(isAsked: false);
        }
    }

    private static List<ConversationSummary> InPlace(IReadOnlyList<ConversationSummary> conversations, IReadOnlyList<ConversationSummary> shown)
    {
        var places = shown.Index().ToDictionary(static place => place.Item.Id, StringComparer.Ordinal);
        return
        [
            .. conversations.OrderBy(conversation => places.TryGetValue(conversation.Id, out var place) ? place.Index : -1) // new ones first
                .Select(conversation => places.TryGetValue(conversation.Id, out var place) ? conversation with { UpdatedAt = place.Item.UpdatedAt } : conversation),
        ];
    }

    private Task QueryAsync(string? query)
    {
        _query = query ?? "";
        return SearchAsync();
    }

    private async Task ClearAsync()
    {
        await QueryAsync("");
        await _search.TryFocusAsync();
    }

    private async Task SearchAsync()
    {
        _searching?.Cancel();
        _searching = null;
        if (string.IsNullOrWhiteSpace(_query))
        {
            _hits = null;
            List();
            return;
        }

        using var search = _searching = new CancellationTokenSource();
        try
        {
            do
            {
                _isStale = false;
                var query = _query;
                var hits = await Task.Run(() => ConversationSearch.Find(Store, ConversationQuery.Parse(query), MostHits, search.Token), search.Token);
                search.Token.ThrowIfCancellationRequested();
                (_hits, _hitsFor) = (hits, query);
                List();
                StateHasChanged();
            }
            while (_isStale);
        }
        catch (OperationCanceledException)
        {
            // The next letter was typed.
        }
        finally
        {
            _searching = _searching == search ? null : _searching;
        }
    }

    // The link itself leads there; with a key it leads to another window, in which nothing is asked for.
    private void Point(MouseEventArgs click, ConversationHit? hit)
    {
        if (hit is not null && click is { CtrlKey: false, MetaKey: false, ShiftKey: false, AltKey: false })
        {
            Ui.RequestHit(Store, hit);
        }
    }

    protected override void OnDispose()
    {
        _searching?.Cancel();
        _subscription?.Dispose();
        _reference?.Dispose();
    }
}
