using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>The conversations of this process: found by title, grouped by day, renamed, deleted with undo.</summary>
public partial class ConversationList
{
    private IDisposable? _subscription;
    private IReadOnlyList<Conversation> _all = [];
    private string _query = "";
    private string? _renaming;
    private Conversation? _deleted;
    private ElementReference _renameBox;
    private ElementReference _undo;
    private bool _focusRename;
    private bool _focusUndo;

    [Inject]
    public required Conversations Store { get; set; }

    [Inject]
    public required ChatService Chat { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required TimeProvider Time { get; set; }

    [Parameter]
    public string? CurrentId { get; set; }

    /// <summary>The conversation that is shown is about to be deleted here.</summary>
    [Parameter, EditorRequired]
    public EventCallback OnLeave { get; set; }

    private List<ConversationGroup> Groups => ConversationGroup.ByDay(_all, _query, Time);

    protected override void OnInitialized()
    {
        _subscription = Store.Subscribe(() => Dispatch(Refresh));
        _all = Store.All;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focusRename)
        {
            _focusRename = false;
            await _renameBox.TryFocusAsync();
        }

        if (_focusUndo)
        {
            // The row that had the focus is gone.
            _focusUndo = false;
            await _undo.TryFocusAsync();
        }
    }

    private void Refresh()
    {
        _all = Store.All;
        StateHasChanged();
    }

    private void BeginRename(Conversation conversation)
    {
        _renaming = conversation.Id;
        _focusRename = true;
    }

    private void EndRename() => _renaming = null;

    private void OnRenameKey(KeyboardEventArgs args)
    {
        if (args.Key is "Escape" or "Enter")
        {
            EndRename();
        }
    }

    private void Rename(Conversation conversation, string? title)
    {
        Store.Rename(conversation, title ?? "");
        EndRename();
    }

    private async Task DeleteAsync(Conversation conversation)
    {
        if (conversation.Id == CurrentId)
        {
            await OnLeave.InvokeAsync();
        }

        // In this order: nothing begins in it any more once it is stopped.
        _deleted = Store.Remove(conversation.Id);
        Chat.Stop(conversation);
        _focusUndo = _deleted is not null;
    }

    private void Undo()
    {
        if (_deleted is not null)
        {
            Store.Add(_deleted);
            Navigation.NavigateTo($"/chat/{_deleted.Id}");
            _deleted = null;
        }
    }

    protected override void OnDispose() => _subscription?.Dispose();
}
