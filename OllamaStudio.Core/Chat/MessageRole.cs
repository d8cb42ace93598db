namespace OllamaStudio.Core.Chat;

/// <summary>Who speaks.</summary>
public enum MessageRole
{
    /// <summary>The person.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
