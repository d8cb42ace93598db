using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;

namespace OllamaStudio.Chat;

/// <content>One message that is asked of several models.</content>
public partial class ChatPage
{
    private ImmutableArray<string> _several = [];
    private bool _isAtOnce;

    private bool IsSideBySide => Conversation?.IsSideBySide ?? false;

    private bool IsGenerating => Conversation?.IsGenerating ?? false;

    // While something is waited for, what is sent is queued, for the model that is picked by then.
    private ImmutableArray<string> Several => IsGenerating || IsSideBySide ? [] : _several;

    private string? WhyNotSeveral => IsSideBySide ? "Keep one of the replies first" : IsGenerating ? "Possible once the reply has ended" : null;

    private async Task PickSeveralAsync((ImmutableArray<string> Models, bool IsAtOnce) picked)
    {
        (_several, _isAtOnce) = picked;
        await FocusComposerAsync();
    }

    private bool SubmitToSeveral(string prompt)
    {
        var shown = CurrentModel;
        var conversation = Conversation ?? Begin();
        if (conversation.Model is null && shown is not null)
        {
            conversation.SelectModel(shown); // the picker keeps what it shows
        }

        var key = FilesKey;
        if (!Chat.SendSideBySide(conversation, prompt, Several, _isAtOnce, Files))
        {
            _isRefused = conversation.IsDeleted;
            StateHasChanged();
            return false;
        }

        _several = [];
        Sent(conversation, key);
        return true;
    }

    private void Sent(Conversation conversation, string? sentFiles)
    {
        Drafts.Sent(DraftKey, conversation);
        if (sentFiles is not null)
        {
            Attachments.Sent(sentFiles, conversation);
        }

        TakeDraft("");
        if (Conversation is null)
        {
            Navigation.NavigateTo($"/chat/{conversation.Id}", replace: Id is not null);
        }
    }

    private async Task AskBesideAsync((string ReplyId, string Model) wanted)
    {
        if (Conversation is not null)
        {
            Chat.AskBeside(Conversation, wanted.ReplyId, wanted.Model); // refused where a reply has begun in another tab
            await FocusComposerAsync();
        }
    }

    private async Task KeepAsync(string replyId)
    {
        if (Conversation is not null)
        {
            Chat.Keep(Conversation, replyId);
            await FocusComposerAsync();
        }
    }

    private async Task KeepNoneAsync()
    {
        if (Conversation is not null)
        {
            ChatService.LeaveSideBySide(Conversation);
            await FocusComposerAsync();
        }
    }

    private async Task AskColumnAsync(int column)
    {
        if (Conversation is not null)
        {
            Chat.AskAgain(Conversation, column);
            await FocusComposerAsync();
        }
    }

    private async Task ContinueColumnAsync(int column)
    {
        if (Conversation is not null)
        {
            Chat.ContinueColumn(Conversation, column);
            await FocusComposerAsync();
        }
    }

    // A larger window is the conversation's: what is asked next has it too.
    private async Task FitColumnAsync((int Column, FitDecision How) wanted)
    {
        if (Conversation is not null)
        {
            if (wanted.How.NumCtx is { } tokens)
            {
                SetParameters(Parameters.With(ChatParameter.NumCtx, tokens));
            }

            Chat.FitColumn(Conversation, wanted.Column, wanted.How.How);
            await FocusComposerAsync();
        }
    }

    private async Task StopColumnAsync(int column)
    {
        if (Conversation is not null)
        {
            Chat.StopColumn(Conversation, column);
            await FocusComposerAsync();
        }
    }
}
