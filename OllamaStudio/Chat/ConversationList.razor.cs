using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;
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
        var deleted = Store.Remove(conversation.Id);
        Chat.Stop(conversation);
        if (deleted is not null)
        {
            UndoDeletion.Offer(Snackbars, deleted);
        }
    }

    protected override void OnDispose() => _subscription?.Dispose();
}
