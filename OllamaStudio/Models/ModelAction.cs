namespace OllamaStudio.Models;

/// <summary>What a person does with a model of the list.</summary>
public enum ModelAction
{
    /// <summary>What is known of it.</summary>
    Details,

    /// <summary>Chats with it.</summary>
    Use,

    /// <summary>Keeps it in memory for an hour after it was last used.</summary>
    KeepHour,

    /// <summary>Keeps it in memory until the server stops.</summary>
    Keep,

    /// <summary>Gives it a second name.</summary>
    Copy,

    /// <summary>Makes another one of it.</summary>
    Create,

    /// <summary>Deletes it, which can be undone for a while.</summary>
    Delete,
}
