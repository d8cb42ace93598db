using OllamaStudio.Core.Ollama;
using OllamaStudio.Shared;

namespace OllamaStudio.Chat;

/// <summary>What a context window costs, as far as Ollama tells.</summary>
public static class ContextWindowText
{
    /// <summary>In sentences.</summary>
    /// <param name="asked">Tokens that the next message asks for; null for the server's own.</param>
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
        asked is null || running is null || asked == running.ContextLength ? null
            : running.ContextLength is null ? "If that is another size than it has now, the next message loads the model anew."
            : $"The next message loads the model anew, with {CountText.Full(Math.Min(asked.Value, longest ?? int.MaxValue))}.",
    }.OfType<string>());

    private static string Where(OllamaRunningModel running) =>
        running.SizeVram >= running.Size ? " of video memory"
        : running.SizeVram > 0 ? $", {ByteText.Of(running.SizeVram)} of it video memory"
        : " of memory";
}
