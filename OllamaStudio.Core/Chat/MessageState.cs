namespace OllamaStudio.Core.Chat;

/// <summary>How a message stands.</summary>
public enum MessageState
{
    /// <summary>Whole.</summary>
    Complete,

    /// <summary>Being generated.</summary>
    Streaming,

    /// <summary>Stopped by the person; partial text is kept.</summary>
    Stopped,

    /// <summary>Ended by an error; partial text is kept.</summary>
    Failed,
}
