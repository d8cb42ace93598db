using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Traces;

/// <summary>What a trace is called, and which model it asked: of a turn whose root never came, as the conversation knows it.</summary>
/// <param name="Title">The first words of the prompt, else what is known of the trace.</param>
/// <param name="Model">The model asked, as people call it; null where nobody knows.</param>
internal readonly record struct TurnTitle(string Title, string? Model)
{
    /// <summary>Why nothing more is known of an interrupted turn.</summary>
    public const string Interrupted = "The studio ended before this turn did: only the spans that had ended by then are kept.";

    /// <summary>What a replay is, for who asks.</summary>
    public const string Replay = "A model call that was made again. It is no turn of its chat";

    // As long as what spans tell of a prompt.
    private const int MaxPrompt = 100;

    /// <summary>That of a trace. One that was interrupted has its conversation read.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="conversations">All of them.</param>
    /// <param name="conversationId">The conversation that has its reply; null for none.</param>
    public static TurnTitle Of(TraceSummary trace, Conversations conversations, string? conversationId)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(conversations);
        if (!trace.IsInterrupted)
        {
            return new(trace.Title, Shown(trace.Model));
        }

        var turn = conversationId is { } id ? conversations.Find(id)?.FindTurn(trace.TraceId) : null;
        var words = string.Join(' ', turn?.Prompt?.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? []);
        return new(words.Length > 0 ? TextCut.Shorten(words, MaxPrompt) : "A turn that was interrupted", Shown(trace.Model ?? turn?.Reply.Model));
    }

    private static string? Shown(string? model) => model is null ? null : ModelNames.Display(model);
}
