namespace OllamaStudio.Core.Telemetry;

/// <summary>How long the prompt of a model call was, and what the server counted of it.</summary>
/// <param name="Characters">As <see cref="PromptWeight"/> weighs messages and tools.</param>
/// <param name="Tokens">Counted by the server, those from its cache included.</param>
/// <param name="Images">Images among it.</param>
public sealed record PromptCount(long Characters, long Tokens, int Images)
{
    /// <summary>How long the reply to it was, as a message of the next prompt; null where its tokens were not counted, or not all of them are sent again: thinking and calls.</summary>
    public long? ReplyCharacters { get; init; }

    /// <summary>Tokens of that reply; null together with its length.</summary>
    public long? ReplyTokens { get; init; }
}

/// <summary>Tells of what was counted before the studio started.</summary>
public interface IPromptCounts
{
    /// <summary>The newest of a model's, in their order; null where nothing can be read now. Blocks for some milliseconds.</summary>
    /// <param name="model">The model as it was asked for.</param>
    /// <param name="most">So many at most.</param>
    IReadOnlyList<PromptCount>? Newest(string model, int most);
}
