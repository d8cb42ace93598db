using OllamaStudio.Core.Chat;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <content>What a person does with a conversation, and who has the keyboard then.</content>
public partial class ConversationList
{
    private string? _renaming;
    private string? _menuOf;
    private string? _revealed; // the conversation that was brought into sight last
    private bool _isArchiveOpen;
    private string? _focusSelector;
    private (string Id, int Index)? _focusRow;

    // One that was deleted meanwhile has no menu any more.
    private ConversationSummary? MenuOf => _menuOf is { } id ? Store.FindSummary(id) : null;

    private async Task ActAsync(ConversationSummary conversation, ConversationAction action)
    {
        _menuOf = null;
        var index = _rows.Find(row => row.Key == conversation.Id)?.Index ?? 0;
        switch (action)
        {
            case ConversationAction.OpenMenu:
                _menuOf = conversation.Id;
                return;
            case ConversationAction.Rename:
                _renaming = conversation.Id;
                return;
            case ConversationAction.Delete:
                await DeleteAsync(conversation);
                break;
            case ConversationAction.Pin:
                Store.Pin(conversation.Id, !conversation.IsPinned);
                _focusRow = (conversation.Id, index);
                break;
            case ConversationAction.Archive:
                Store.Archive(conversation.Id, !conversation.IsArchived);
                _focusRow = (conversation.Id, index);
                break;
            case ConversationAction.Duplicate:
                _focusRow = Store.Duplicate(conversation.Id) is { } copy ? (copy.Id, index) : null;
                break;
        }

        Refresh(isAsked: true);
    }

    private void CloseMenu() => _menuOf = null;

    private void FoldArchive()
    {
        _isArchiveOpen = !_isArchiveOpen;
        List();
    }

    private async Task FindTagAsync(string tag)
    {
        await QueryAsync(tag.Contains(' ', StringComparison.Ordinal) ? $"tag:\"{tag}\"" : $"tag:{tag}");
        await _search.TryFocusAsync();
    }

    private void EndRename(bool focus)
    {
        _focusSelector = focus ? $"[data-row][href='/chat/{_renaming}']" : _focusSelector;
        _renaming = null;
    }

    private void Rename(ConversationSummary conversation, string? title)
    {
        Store.Rename(conversation.Id, title ?? "");
        EndRename(focus: false);
    }

    private async Task DeleteAsync(ConversationSummary conversation)
    {
        var wasOpen = conversation.Id == CurrentId;
        if (wasOpen)
        {
            await OnLeave.InvokeAsync();
        }

        // In this order: nothing begins in it any more once it is stopped.
        var deleted = Store.Remove(conversation.Id);
        if (deleted is not null)
        {
            Chat.Stop(deleted);
            UndoDeletion.Offer(Snackbars, Store, Navigation, deleted, wasOpen, undone: () => Dispatch(() =>
            {
                _focusRow = (deleted.Id, 0); // the button that was pressed is gone
                Refresh(isAsked: true);
            }));
        }
    }

    // To the row wherever it has gone, drawn or not; where it is not in the list any more, to the one in its place.
    private async Task FocusAsync()
    {
        if (Interlocked.Exchange(ref _focusSelector, null) is { } selector)
        {
            await Script.TryInvokeVoidAsync("studio.focus", selector);
        }

        if (Interlocked.Exchange(ref _revealed, CurrentId) != CurrentId && _rows.FindIndex(row => row.Key == CurrentId) is >= 0 and var place)
        {
            await Script.TryInvokeVoidAsync("studio.rows.reveal", "#conversation-rows", place);
        }

        if (_focusRow is { } row)
        {
            _focusRow = null;
            await Script.TryInvokeVoidAsync("studio.rows.go", "#conversation-rows", _rows.Find(other => other.Key == row.Id)?.Index ?? row.Index);
        }
    }
}
