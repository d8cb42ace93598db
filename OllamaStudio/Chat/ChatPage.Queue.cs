using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <content>The message that is sent next.</content>
public partial class ChatPage
{
    private bool _isQueueRefused; // a second message stays in the composer
    private bool _addsToQueued; // what the composer sends now is added to the first

    [Inject]
    public required ISnackbar Snackbars { get; set; }

    private bool AddToQueued(string prompt)
    {
        _addsToQueued = false;
        var hasFiles = !Files.IsEmpty;
        if (Conversation is null || (prompt.Length == 0 ? !hasFiles || Conversation.Queued is null : !ChatService.AddToQueued(Conversation, prompt)))
        {
            return false;
        }

        Attachments.Move(FilesKey, DraftAttachments.QueuedIn(Conversation.Id));

        _isQueueRefused = false;
        Drafts.Sent(DraftKey, Conversation);
        TakeDraft("");
        return true;
    }

    private async Task SendQueuedAsync()
    {
        if (Conversation is not null && Chat.SendQueued(Conversation))
        {
            await FocusComposerAsync();
        }
    }

    private async Task AddComposedAsync()
    {
        if (_composer is not null)
        {
            _addsToQueued = true;
            try
            {
                await _composer.SendAsync();
            }
            finally
            {
                _addsToQueued = false; // nothing may have been sent
            }

            await _composer.FocusAsync();
        }
    }

    private async Task EditQueuedAsync()
    {
        if (Conversation is not { } conversation || _composer is null || conversation.TakeQueued() is not { } queued)
        {
            return;
        }

        var (key, queuedKey) = (FilesKey, DraftAttachments.QueuedIn(conversation.Id));
        Attachments.Move(queuedKey, key);
        if (!await _composer.PrependAsync(queued.Text))
        {
            Attachments.Move(key, queuedKey);
            ChatService.PutBackQueued(conversation, queued); // the page is gone: it is nowhere else
        }
    }

    private async Task RemoveQueuedAsync()
    {
        if (Conversation is { } conversation && conversation.TakeQueued() is { } queued)
        {
            var key = DraftAttachments.QueuedIn(conversation.Id);
            var files = Attachments.Take(key);
            UndoNotice.Offer(Snackbars, $"queued-{conversation.Id}", "Next message removed", queued.Text, () =>
            {
                Attachments.Bring(files, key);
                ChatService.PutBackQueued(conversation, queued);
                Dispatch(FocusComposerAsync);
            });
            await FocusComposerAsync(); // a moment later the notice has it
        }
    }
}
