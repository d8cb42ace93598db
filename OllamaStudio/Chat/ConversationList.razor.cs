using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The conversations: found by title and by what was said, grouped by day, renamed, deleted with undo.</summary>
public partial class ConversationList
{
    /// <summary>Most conversations that a search shows.</summary>
    public const int MostHits = 100;

    /// <summary>Conversations shown at first, and added by each "show older ones": every row is drawn.</summary>
    public const int Step = 200;

    private IDisposable? _subscription;
    private CancellationTokenSource? _searching;
    private ConversationHits? _hits;
    private string? _hitsFor; // what was typed then
    private bool _isStale;
    private string? _focusRow;
    private ElementReference _search;
    private IReadOnlyList<ConversationSummary> _all = [];
    private string _query = "";
    private int _most = Step;
    private string? _renaming;
    private ElementReference _renameBox;
    private bool _focusRename;

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required ChatService Chat { get; set; }

    [Inject]
    public required ISnackbar Snackbars { get; set; }

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

    private IReadOnlyList<ConversationSummary> Shown => _hits is { } hits ? [.. hits.All.Select(static hit => hit.Conversation)] : _all.Count > _most ? [.. _all.Take(_most)] : _all;

    private List<ConversationGroup> Groups => ConversationGroup.ByDay(Shown, Time);

    // The arrow keys go on from there (rows.js).
    private string? FirstInTabOrder => Shown.Any(item => item.Id == CurrentId) ? CurrentId : Shown is [{ } first, ..] ? first.Id : null;

    protected override void OnInitialized()
    {
        _subscription = Store.Subscribe(() => Dispatch(Refresh));
        _all = Store.All;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Interlocked.Exchange(ref _focusRow, null) is { } row)
        {
            await Script.TryInvokeVoidAsync("studio.focus", $"[data-row][href='/chat/{row}']");
        }

        if (_focusRename)
        {
            _focusRename = false;
            await _renameBox.TryFocusAsync();
        }
    }

    private void Refresh()
    {
        _all = Store.All;
        if (_searching is not null)
        {
            _isStale = true;
        }
        else if (_hits is not null)
        {
            Dispatch(SearchAsync);
        }

        StateHasChanged();
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

    private void BeginRename(ConversationSummary conversation)
    {
        _renaming = conversation.Id;
        _focusRename = true;
    }

    private void EndRename() => _renaming = null;

    private void OnRenameKey(KeyboardEventArgs args)
    {
        if (args.Key is "Escape" or "Enter")
        {
            _focusRow = _renaming;
            EndRename();
        }
    }

    private void Rename(ConversationSummary conversation, string? title)
    {
        Store.Rename(conversation.Id, title ?? "");
        EndRename();
    }

    private async Task DeleteAsync(ConversationSummary conversation)
    {
        if (conversation.Id == CurrentId)
        {
            await OnLeave.InvokeAsync();
        }

        // In this order: nothing begins in it any more once it is stopped.
        var deleted = Store.Remove(conversation.Id);
        if (deleted is not null)
        {
            Chat.Stop(deleted);
            UndoDeletion.Offer(Snackbars, deleted);
        }
    }

    protected override void OnDispose()
    {
        _searching?.Cancel();
        _subscription?.Dispose();
    }
}
