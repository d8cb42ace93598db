namespace OllamaStudio.Chat;

/// <summary>What a person does with a conversation of the list.</summary>
public enum ConversationAction
{
    /// <summary>Names it.</summary>
    Rename,

    /// <summary>Pins it, or not any more.</summary>
    Pin,

    /// <summary>Makes a second one of it.</summary>
    Duplicate,

    /// <summary>Puts it away, or takes it back.</summary>
    Archive,

    /// <summary>Deletes it, with an offer to undo that.</summary>
    Delete,

    /// <summary>Opens its menu.</summary>
    OpenMenu,
}
