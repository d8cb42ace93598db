using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Chat;

/// <content>What makes another branch of the conversation, and shows one.</content>
public partial class ChatPage
{
    private Task RegenerateAsync(string replyId) => RegenerateAsync(replyId, whenFull: null);

    private Task FitAsync(FitDecision decision)
    {
        if (decision.NumCtx is { } tokens)
        {
            SetParameters(Parameters.With(ChatParameter.NumCtx, tokens));
        }

        return RegenerateAsync(decision.ReplyId, decision.How);
    }

    private async Task RegenerateAsync(string replyId, ContextFull? whenFull)
    {
        if (Conversation is not null && CurrentModel is { } model && Chat.Regenerate(Conversation, replyId, model, whenFull))
        {
            await FocusComposerAsync();
        }
    }

    private async Task RegenerateWithAsync((string ReplyId, string Model) wanted)
    {
        if (Conversation is not null && Chat.RegenerateWith(Conversation, wanted.ReplyId, wanted.Model))
        {
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
}
