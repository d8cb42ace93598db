using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>The settings of conversations.</summary>
public static class ChatSettingDefinitions
{
    /// <summary>All of them.</summary>
    public static IEnumerable<SettingDefinition> All =>
    [
        new SettingDefinition<int>("Chat:MaxConversationHistory", "Messages in history", SettingFormats.Whole(1, 10_000), new(
            settings => settings.Chat.MaxConversationHistory,
            (settings, value) => settings with { Chat = settings.Chat with { MaxConversationHistory = value } }))
        {
            Group = OllamaSettingDefinitions.Group,
            Help = "At most this many messages are sent with a turn; the newest are kept.",
            Meaning = "messages of history sent with a turn",
            Variables = [new("MAX_CONVERSATION_HISTORY")],
            TestId = "setting-history",
        },
    ];
}
