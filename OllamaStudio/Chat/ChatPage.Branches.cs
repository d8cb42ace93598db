using MudBlazor;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <content>What makes another branch of the conversation, and shows one.</content>
public partial class ChatPage
{
    /// <summary>Characters of a deleted message that its notice tells.</summary>
    private const int MaxUndoTitle = 200;

    private async Task FitAsync(FitDecision decision)
    {
        if (decision.NumCtx is { } tokens)
        {
            SetParameters(Parameters.With(ChatParameter.NumCtx, tokens));
        }

        if (Conversation is not null && CurrentModel is { } model && Chat.Fit(Conversation, decision.ReplyId, model, decision.How))
        {
            await FocusComposerAsync();
        }
    }

    private async Task RegenerateAsync(string replyId)
    {
        if (Conversation is not null && CurrentModel is { } model && Chat.Regenerate(Conversation, replyId, model))
        {
            await FocusComposerAsync();
        }
    }

    private async Task RetryAsync(string replyId)
    {
        if (Conversation is not null && CurrentModel is { } model && Chat.Retry(Conversation, replyId, model))
        {
            await FocusComposerAsync();
        }
    }

    private async Task RegenerateWithAsync((string ReplyId, string Model) wanted)
    {
        if (Conversation is not null)
        {
            Chat.RegenerateWith(Conversation, wanted.ReplyId, wanted.Model); // refused where a reply has begun in another tab
            await FocusComposerAsync();
        }
    }

    private async Task<bool> EditAsync(string promptId, string prompt)
    {
        if (Conversation is null || CurrentModel is not { } model || !Chat.Edit(Conversation, promptId, prompt, model))
        {
            return false;
        }

        await FocusComposerAsync();
        return true;
    }

    private void Show(string messageId)
    {
        if (Conversation is not null)
        {
            Store.Show(Conversation.Id, messageId);
        }
    }

    private async Task ContinueAsync(string replyId)
    {
        if (Conversation is not null && CurrentModel is { } model && Chat.Continue(Conversation, replyId, model))
        {
            await FocusComposerAsync();
        }
    }

    private async Task AnswerAsync()
    {
        if (Conversation is not null && CurrentModel is { } model && Chat.Answer(Conversation, model))
        {
            await FocusComposerAsync();
        }
    }

    private Task DeleteMessageAsync(string messageId) => OfferUndoAsync(Conversation is null ? null : Store.Remove(Conversation.Id, messageId));

    private Task DeleteAloneAsync(string messageId) => OfferUndoAsync(Conversation is null ? null : Store.RemoveAlone(Conversation.Id, messageId));

    private async Task OfferUndoAsync(RemovedBranch? deleted)
    {
        if (deleted is not { } removed)
        {
            await FocusComposerAsync(); // a reply has begun in another tab; the menu that had the keyboard is gone
            return;
        }

        UndoNotice.Offer(Snackbars, $"messages-{removed.First.Id}", $"{CountText.Of(removed.Count, "message")} deleted", TextCut.Shorten(removed.First.Text, MaxUndoTitle),
            undo: () =>
            {
                Store.PutBack(removed);
                Dispatch(FocusComposerAsync);
            },
            gone: () => Store.Purge(removed));
        await FocusComposerAsync(); // a moment later the notice has it
    }

    private async Task MoveOutAsync(string messageId)
    {
        if (Conversation is not { } original)
        {
            await FocusComposerAsync();
            return;
        }

        var result = await Store.MoveOutAsync(original.Id, messageId);
        if (result.Branch is not { } moved)
        {
            if (!result.IsStored)
            {
                Snackbars.Add("Nothing was moved: the new chat could not be stored. Free space on the disk, or wait until it is less busy, and move it again.", Severity.Warning);
            }

            await FocusComposerAsync();
            return;
        }

        UndoNotice.Offer(Snackbars, $"moved-{moved.Conversation.Id}", $"{CountText.Of(moved.Removed.Count, "message")} moved to this chat", TextCut.Shorten(moved.Removed.First.Text, MaxUndoTitle),
            undo: () =>
            {
                Navigation.NavigateTo($"/chat/{original.Id}"); // before the other one is gone: a page that shows it would say so
                Store.PutBack(moved, isKept: () => Drafts.Find(moved.Conversation.Id) is not null || !Attachments.Find(moved.Conversation.Id).IsEmpty);
            },
            gone: () => Store.Purge(moved.Removed));
        if (!IsDisposed && Conversation == original) // nobody went elsewhere while it was stored
        {
            Navigation.NavigateTo($"/chat/{moved.Conversation.Id}");
        }
    }

    private async Task BranchOutAsync(string messageId)
    {
        if (Conversation is not null && Store.BranchOut(Conversation.Id, messageId) is { } branch)
        {
            Navigation.NavigateTo($"/chat/{branch.Id}");
        }
        else
        {
            await FocusComposerAsync(); // it was deleted in another tab; the menu that had the keyboard is gone
        }
    }
}
