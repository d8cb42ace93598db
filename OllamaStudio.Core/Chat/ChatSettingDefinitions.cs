using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using OllamaStudio.Core.Chat.Parameters;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Chat;

/// <summary>The settings of conversations.</summary>
public static partial class ChatSettingDefinitions
{
    /// <summary>The key of <see cref="ChatSettings.WhenContextIsFull"/>.</summary>
    public const string WhenContextIsFullKey = "Chat:WhenContextIsFull";

    /// <summary>Key of <see cref="ChatSettings.Prompts"/>.</summary>
    public const string PromptsKey = "Chat:Prompts";

    /// <summary>Key of <see cref="ChatSettings.Presets"/>.</summary>
    public const string PresetsKey = "Chat:Presets";

    /// <summary>Key of <see cref="ChatSettings.ModelDefaults"/>.</summary>
    public const string ModelDefaultsKey = "Chat:ModelDefaults";

    private const int MaxNameLength = 100;
    private const int MaxPromptLength = 20_000;

    private static readonly SettingAccessor<ChatSettings> s_chat = new(settings => settings.Chat, (settings, value) => settings with { Chat = value });

    /// <summary>Their section of the page.</summary>
    public static SettingGroup Group { get; } = new("chat", "Chat");

    /// <summary>The list of prompts.</summary>
    public static ListFormat<SavedPrompt> Prompts { get; } = new(ChatJson.Default.SavedPrompt, "prompt")
    {
        Most = 200,
        Needs = "a Name and a Text",
        Name = static prompt => prompt.Name,
        Tidy = static prompt => prompt with { Name = prompt.Name.Trim() },
        Rules =
        [
            new(nameof(SavedPrompt.Name), "name", static (prompt, others) => Named(prompt.Name, others.Select(static other => other.Name))),
            new(nameof(SavedPrompt.Text), "text", static (prompt, _) =>
                string.IsNullOrWhiteSpace(prompt.Text) ? "It needs a text."
                : prompt.Text.Length > MaxPromptLength ? string.Create(CultureInfo.InvariantCulture, $"It may have at most {MaxPromptLength:N0} characters.")
                : null),
        ],
    };

    /// <summary>The list of presets.</summary>
    public static ListFormat<ParameterSet> Presets { get; } = Sets("preset", 100);

    /// <summary>The list of models' defaults.</summary>
    public static ListFormat<ParameterSet> ModelDefaults { get; } = Sets("model", 200);

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
        new SettingDefinition<bool>("Chat:StopRepeating", "Run-away replies", SettingFormats.Flag("Stop a reply that only repeats itself"), new(
            settings => settings.Chat.StopRepeating,
            (settings, value) => settings with { Chat = settings.Chat with { StopRepeating = value } }))
        {
            Group = OllamaSettingDefinitions.Group,
            Help = "Off, the reply goes on, and the chat says that it repeats itself.",
            TestId = "setting-stop-repeating",
        },
        new SettingDefinition<bool>("Chat:StopOutgrown", "Replies that outgrow the context", SettingFormats.Flag("Stop a reply that passes the context window"), new(
            settings => settings.Chat.StopOutgrown,
            (settings, value) => settings with { Chat = settings.Chat with { StopOutgrown = value } }))
        {
            Group = OllamaSettingDefinitions.Group,
            Help = "Off, the reply goes on, and the chat says from where on the model forgets the beginning.",
            TestId = "setting-stop-outgrown",
        },
        new SettingDefinition<ImmutableArray<SavedPrompt>>(PromptsKey, "Prompts", Prompts, s_chat.Then(
            chat => chat.Prompts, (chat, value) => chat with { Prompts = value }))
        {
            Group = Group,
            Help = "Typed / at the beginning of a message brings them in. {{date}} and {{model}} are filled in; other words in double braces are selected one after another, to be typed over.",
        },
        new SettingDefinition<ImmutableArray<ParameterSet>>(PresetsKey, "Presets of parameters", Presets, s_chat.Then(
            chat => chat.Presets, (chat, value) => chat with { Presets = value }))
        {
            Group = Group,
            Help = "Saved and changed in a chat's parameters.",
        },
        new SettingDefinition<ImmutableArray<ParameterSet>>(ModelDefaultsKey, "Defaults of models", ModelDefaults, s_chat.Then(
            chat => chat.ModelDefaults, (chat, value) => chat with { ModelDefaults = value }))
        {
            Group = Group,
            Help = "Hold in every chat with the model where its own parameters say nothing else. Saved and changed in a chat's parameters.",
        },
    ];

    private static ListFormat<ParameterSet> Sets(string noun, int most) => new(ChatJson.Default.ParameterSet, noun)
    {
        Most = most,
        Needs = "a Name and Parameters",
        Name = static set => set.Name,
        Tidy = static set => set with { Name = set.Name.Trim() },
        Rules =
        [
            new(nameof(ParameterSet.Name), "name", static (set, others) => Named(set.Name, others.Select(static other => other.Name))),
            new(nameof(ParameterSet.Parameters), "parameters", static (set, _) => ChatParameter.All
                .Select(parameter => set.Parameters.TryGetValue(parameter.Name, out var text) && !parameter.TryRead(text, out var _, out var fault) ? $"{parameter.Name}: {fault}" : null)
                .FirstOrDefault(static fault => fault is not null)),
        ],
    };

    private static string? Named(string name, IEnumerable<string> others) =>
        name.Length == 0 ? "It needs a name."
        : name.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : name.Any(char.IsControl) ? "It must not contain line breaks or other control characters."
        : others.Contains(name, StringComparer.OrdinalIgnoreCase) ? "This name is there already."
        : null;

    [JsonSerializable(typeof(SavedPrompt))]
    [JsonSerializable(typeof(ParameterSet))]
    private sealed partial class ChatJson : JsonSerializerContext;
}
