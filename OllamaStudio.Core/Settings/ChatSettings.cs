namespace OllamaStudio.Core.Settings;

/// <summary>How a conversation is sent to the model.</summary>
public sealed record ChatSettings
{
    /// <summary>Most messages of history sent with a turn (1–10,000); the newest are kept. <c>MAX_CONVERSATION_HISTORY</c>.</summary>
    public int MaxConversationHistory { get; init; } = 50;

    /// <summary>What becomes of a turn whose messages do not fit into the model's context window.</summary>
    public ContextFull WhenContextIsFull { get; init; } = ContextFull.LeaveOut;
}
