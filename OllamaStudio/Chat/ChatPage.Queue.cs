using System.Collections.Immutable;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using OllamaStudio.Core.Chat;

namespace OllamaStudio.Chat;

/// <content>The message that is sent next.</content>
public partial class ChatPage
{
    private bool _isQueueRefused; // a second message stays in the composer
    private string? _queueFault; // why both could not be put together
    private bool _addsToQueued; // what the composer sends now is added to the first

    [Inject]
    public required ISnackbar Snackbars { get; set; }

    private bool AddToQueued(string prompt)
    {
        _addsToQueued = false;
        var hasFiles = !Files.IsEmpty;
        _queueFault = Conversation is { Queued: not null } asked ? Attachments.WhyNotTogether(FilesKey, DraftAttachments.QueuedIn(asked.Id)) : null;
        if (_queueFault is not null)
        {
            StateHasChanged();
            return false;
        }

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
        _queueFault = null;
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
        if (Conversation is not { } conversation || _composer is null)
        {
            return;
        }

        var (key, queuedKey) = (FilesKey, DraftAttachments.QueuedIn(conversation.Id));
        _queueFault = Attachments.WhyNotTogether(queuedKey, key);
        if (_queueFault is not null || conversation.TakeQueued() is not { } queued)
        {
            return;
        }

        var came = Attachments.Move(queuedKey, key);
        if (!await _composer.PrependAsync(queued.Text))
        {
            Attachments.Move(key, queuedKey, [.. came.Select(static file => file.Id)]);
            ChatService.PutBackQueued(conversation, queued); // the page is gone: it is nowhere else
        }
    }

    private async Task RemoveQueuedAsync()
    {
        if (Conversation is { } conversation && conversation.TakeQueued() is { } queued)
        {
            _queueFault = null;
            var key = DraftAttachments.QueuedIn(conversation.Id);
            var files = Attachments.Take(key);
            UndoNotice.Offer(Snackbars, $"queued-{conversation.Id}", "Next message removed", queued.Text, () =>
            {
                BringBack(files, key, conversation.Id);
                ChatService.PutBackQueued(conversation, queued);
                Dispatch(FocusComposerAsync);
            });
            await FocusComposerAsync(); // a moment later the notice has it
        }
    }

    // Another message may be queued by now, with files of its own.
    private void BringBack(ImmutableArray<Attachment> files, string queuedKey, string composerKey)
    {
        var rest = Attachments.Bring(files, queuedKey);
        var lost = Attachments.Bring(rest, composerKey);
        if (!rest.IsEmpty)
        {
            Snackbars.Add(
                $"Both messages have too many files together. {Names(rest.RemoveAll(lost.Contains), ": attached below")}{(lost.IsEmpty || lost.Length == rest.Length ? "" : ", ")}{Names(lost, ": to be attached again")}.",
                Severity.Warning);
        }

        static string Names(ImmutableArray<Attachment> files, string what) => files.IsEmpty ? "" : string.Join(", ", files.Select(static file => file.Name)) + what;
    }
}
