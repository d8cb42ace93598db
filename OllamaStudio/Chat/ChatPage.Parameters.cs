using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Chat.Parameters;

namespace OllamaStudio.Chat;

/// <content>How the model is asked.</content>
public partial class ChatPage
{
    [Inject]
    public required NewChatParameters NewChat { get; set; }

    private ChatParameters Parameters => Conversation?.Parameters ?? NewChat.Current;

    private void SetParameters(ChatParameters parameters)
    {
        if (Conversation is not null)
        {
            Conversation.SetParameters(parameters);
        }
        else
        {
            NewChat.Set(parameters);
        }
    }
}
