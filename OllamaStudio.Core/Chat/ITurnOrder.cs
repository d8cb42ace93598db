namespace OllamaStudio.Core.Chat;

/// <summary>Tells what a waiting reply waits behind. Only turns of this studio are known: Ollama does not say whom it serves.</summary>
public interface ITurnOrder
{
    /// <summary>What the model answers before that reply; null where it does not wait, or waits behind no turn of the studio.</summary>
    TurnAhead? AheadOf(string replyId);
}

/// <summary>Turns of the studio that the same model serves first.</summary>
/// <param name="ConversationId">The conversation of one of them.</param>
/// <param name="Title">Its title.</param>
/// <param name="Others">How many more there are, from 0.</param>
public sealed record TurnAhead(string ConversationId, string Title, int Others);
