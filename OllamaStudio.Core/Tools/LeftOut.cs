namespace OllamaStudio.Core.Tools;

/// <summary>What of a turn was not sent, or only in part, because with it the prompt did not fit into the model's context window.</summary>
/// <param name="Messages">Messages of the conversation, the oldest ones; those that earlier turns left out already are counted too.</param>
/// <param name="Results">Results of this turn's tools that were shortened.</param>
/// <param name="Window">Tokens that the window holds, as the server said when it refused; null where it did not say.</param>
public sealed record LeftOut(int Messages, int Results, long? Window)
{
    /// <summary>Tokens of the prompt when this turn was refused first; null where no request of it was refused, or the server did not say.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>How many of <see cref="Messages"/> earlier turns had left out already; null where unknown: earlier versions did not keep it.</summary>
    public int? Before { get; init; }

    /// <summary>Id of the oldest prompt that is still sent; null where none was left out.</summary>
    public string? FirstKept { get; init; }

    /// <summary>The first words of the newest prompt that is left out; null where none is.</summary>
    public string? Last { get; init; }
}

/// <summary>A prompt that the server refused for its length.</summary>
/// <param name="PromptTokens">Its tokens; null where the server did not say.</param>
/// <param name="Window">Tokens that the window holds; null where the server did not say.</param>
/// <param name="HasOlder">Whether it held anything older than the last prompt, which could be left out.</param>
public sealed record ContextExcess(long? PromptTokens, long? Window, bool HasOlder);
