using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>The settings of conversations.</summary>
public static class ChatSettingDefinitions
{
    /// <summary>The key of <see cref="ChatSettings.WhenContextIsFull"/>.</summary>
    public const string WhenContextIsFullKey = "Chat:WhenContextIsFull";

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
        new SettingDefinition<ContextFull>(WhenContextIsFullKey, "When the context is full", SettingFormats.Choice(
            (ContextFull.LeaveOut, "Leave out the oldest", "Whole exchanges, the oldest first, are not sent any more; the reply says which."),
            (ContextFull.Ask, "Ask", "Nothing is sent: a card gives the numbers and the ways on."),
            (ContextFull.Cut, "Let Ollama cut", "Ollama drops what does not fit, without saying what; the studio can only tell that it did.")), new(
            settings => settings.Chat.WhenContextIsFull,
            (settings, value) => settings with { Chat = settings.Chat with { WhenContextIsFull = value } }))
        {
            Group = OllamaSettingDefinitions.Group,
            TestId = "setting-context-full",
        },
    ];
}
