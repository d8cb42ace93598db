using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Tools;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What a context window costs, as far as Ollama tells.</summary>
public static class ContextWindowText
{
    // Of any model in Ollama's library; see ChatParameter.NumCtx.
    private const int LongestKnown = 10_485_760;

    private const int LeastReply = 1024;

    /// <summary>In sentences.</summary>
    /// <param name="asked">Tokens that the next message asks for, or the model's own parameters have; null for the server's own, which nobody knows.</param>
    /// <param name="longest">The longest that the model was made for; null where unknown.</param>
    /// <param name="running">The model in memory; null where it is not.</param>
    public static string Of(int? asked, int? longest, OllamaRunningModel? running) => string.Join(' ', new[]
    {
        longest is { } most ? $"The model was made for up to {CountText.Full(most)}{(asked > most ? ", and Ollama gives it no more" : "")}." : null,
        running switch
        {
            { ContextLength: { } now, Size: > 0 } => $"{CountText.Full(now)} are allocated now; with them the model takes {ByteText.Of(running.Size)}{Where(running)}.",
            { ContextLength: { } now } => $"{CountText.Full(now)} are allocated now.",
            { Size: > 0 } => $"The model takes {ByteText.Of(running.Size)}{Where(running)} now.",
            _ => "What it takes in memory is not known until the model is loaded.",
        },
        running is null ? null
            : asked is null ? "If Ollama's default size differs, the next message reloads the model."
            : Math.Min(asked.Value, longest ?? int.MaxValue) == running.ContextLength ? null
            : running.ContextLength is null ? "If that is another size than it has now, the next message loads the model anew."
            : $"The next message loads the model anew, with {CountText.Full(Math.Min(asked.Value, longest ?? int.MaxValue))}.",
    }.OfType<string>());

    /// <summary>
    /// The window in which a prompt would fit that was refused: the one that there is, doubled until prompt and a reply have room, or the longest that
    /// the model was made for. Null where that is too short as well, or numbers are missing.
    /// </summary>
    /// <param name="excess">The refusal.</param>
    /// <param name="longest">The longest that the model was made for; null where unknown.</param>
    public static int? Larger(ContextExcess excess, int? longest)
    {
        ArgumentNullException.ThrowIfNull(excess);
        if (excess is not { PromptTokens: > 0 and < LongestKnown and var prompt, Window: > 0 and < LongestKnown and var window })
        {
            return null;
        }

        var size = window;
        while (size < prompt + Math.Max(LeastReply, prompt / 4))
        {
            size *= 2;
        }

        size = Math.Min(size, longest ?? LongestKnown);
        return size > Math.Max(prompt, window) ? (int)size : null;
    }

    /// <summary>What that does, in sentences.</summary>
    public static string LargerCost(OllamaRunningModel? running) =>
        $"A larger window holds for this chat from now on, loads the model anew, and takes more memory; {(running is { Size: > 0 } ? $"it takes {ByteText.Of(running.Size)}{Where(running)} now" : "how much is not known until it is loaded")}.";

    private static string Where(OllamaRunningModel running) =>
        running.SizeVram >= running.Size ? " of video memory"
        : running.SizeVram > 0 ? $", {ByteText.Of(running.SizeVram)} of it video memory"
        : " of memory";
}
