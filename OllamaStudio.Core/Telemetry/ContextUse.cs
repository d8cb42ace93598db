using System.Text.Json.Serialization;

namespace OllamaStudio.Core.Telemetry;

/// <summary>How much of its context window a model call used, and what the server dropped of it without a word.</summary>
/// <param name="Window">Tokens of context allocated for the model, above zero.</param>
/// <param name="Input">Prompt tokens that the server counted, those from its cache included; null where it did not tell.</param>
/// <param name="Output">Generated tokens; null where it did not tell.</param>
/// <param name="IsTruncated">Whether the server dropped part of the prompt before the model read it.</param>
public sealed record ContextUse(int Window, long? Input, long? Output, bool IsTruncated)
{
    // No language and no code has so many characters to a token on average.
    private const int MostPerToken = 8;

    /// <summary>
    /// Whether prompt and reply together are longer than the window: then the server dropped half of what the model knew, once or
    /// more often, while the reply was being written.
    /// </summary>
    [JsonIgnore]
    public bool IsShifted => Input + Output > Window;

    /// <summary>Share of the window in use after the reply, 0–1; null where the prompt's tokens are unknown.</summary>
    [JsonIgnore]
    public double? Utilization => Input is { } input ? Math.Clamp((input + (Output ?? 0)) / (double)Window, 0, 1) : null;

    /// <summary>What is known of a call's context; null where its window is not.</summary>
    /// <param name="window">Tokens of context; null where unknown.</param>
    /// <param name="input">Prompt tokens; null where unknown.</param>
    /// <param name="output">Generated tokens; null where unknown.</param>
    /// <param name="charactersSent">Characters of text in the prompt; 0 where unknown.</param>
    public static ContextUse? Of(int? window, long? input, long? output, long charactersSent) =>
        window is { } tokens and > 0 ? new ContextUse(tokens, input, output, input is { } read && WasCut(read, tokens, charactersSent)) : null;

    /// <summary>Of two calls of one turn the one to tell of: the later, unless only the earlier lost something.</summary>
    public static ContextUse? Worse(ContextUse? earlier, ContextUse? later) =>
        later is null || (earlier is { LostSomething: true } && !later.LostSomething) ? earlier : later;

    private bool LostSomething => IsTruncated || IsShifted;

    // The server drops whole messages from the front, and of one that is still too long all but about half a window's worth, and says
    // neither. Told from the outside, and rather not than wrongly: what fills the window is cut, or just fits; a text that should
    // fill it by far, and is counted as half of it, was halved.
    private static bool WasCut(long input, int window, long charactersSent)
    {
        var halved = Math.Abs(input - (window / 2)) <= Math.Max(16, window / 100);
        return input >= window
            || (halved && charactersSent > 2.75 * window)
            || (charactersSent > 3L * window && charactersSent > MostPerToken * input);
    }
}
