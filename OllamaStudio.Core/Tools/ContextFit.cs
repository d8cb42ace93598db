using System.Diagnostics;
using Microsoft.Extensions.AI;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Tools;

/// <summary>
/// Makes what is sent in one turn fit into the context window, once the server has refused it: whole exchanges are left out, the oldest
/// first, and results of this turn's own tools are shortened where it is too long without them. System messages and the last prompt stay
/// as they are. Once tools have run the results are shortened whatever the person wants of the rest: what they did is done, and would be done again. How much has to go is told from the server's own count. Not safe for concurrent use.
/// </summary>
/// <param name="whenFull">What the person wants of it.</param>
/// <param name="before">What earlier turns left out already; null for nothing.</param>
internal sealed class ContextFit(ContextFull whenFull, LeftOut? before)
{
    /// <summary>Characters of a tool's result that are left at least, so that the model knows what it was.</summary>
    public const int LeastKept = 200;

    private const int LastLength = 60;

    private readonly LeftOut? _before = before;
    private readonly Dictionary<string, (int All, int Kept)> _shortened = new(StringComparer.Ordinal); // characters, by the call's id
    private bool _isRefused;

    /// <summary>What is left out by now; null for nothing.</summary>
    public LeftOut? LeftOut { get; private set; } = before;

    /// <summary>The refusal that nothing was done about; null where there was none.</summary>
    public ContextExcess? Excess { get; private set; }

    /// <summary>Makes the messages shorter.</summary>
    /// <param name="history">What was refused; changed.</param>
    /// <param name="refusal">The server's word.</param>
    /// <param name="span">Told of it; null for nobody.</param>
    /// <returns>False where nothing can be left out, or is to be: the refusal stands.</returns>
    public bool TryMakeRoom(List<ChatMessage> history, OllamaException refusal, Activity? span = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(refusal);
        var system = history.FindLastIndex(static message => message.Role == ChatRole.System) + 1;
        var last = LastPrompt(history);
        var hasOlder = last > system;
        var mayDrop = whenFull is ContextFull.LeaveOut;
        if (last < 0 || !(mayDrop || history.Skip(last).Any(static message => message.Role == ChatRole.Tool)))
        {
            return GiveUp(refusal, hasOlder);
        }

        var all = history.Sum(PromptWeight.Of);
        var room = Room(all, refusal);
        var staying = mayDrop ? history.Take(system).Concat(history.Skip(last)).Sum(PromptWeight.Of) : all;
        var shortened = staying > room ? Shorten(history, last, staying - room) : 0;
        var dropped = mayDrop && hasOlder ? Drop(history, system, last, room) : 0;
        if (shortened + dropped == 0)
        {
            return GiveUp(refusal, hasOlder);
        }

        span?.AddEvent(new ActivityEvent(TelemetryNames.Llm.ContextLeftOutEvent, tags: new ActivityTagsCollection
        {
            [TelemetryNames.Llm.LeftOutMessages] = dropped,
            [TelemetryNames.Llm.ShortenedResults] = shortened,
            [TelemetryNames.Llm.TokensInput] = refusal.PromptTokens,
            [TelemetryNames.Llm.ContextWindow] = refusal.ContextLength,
        }));
        LeftOut = (LeftOut ?? new LeftOut(0, 0, null)) with
        {
            Results = _shortened.Count,
            Window = refusal.ContextLength ?? LeftOut?.Window,
            PromptTokens = _isRefused ? LeftOut?.PromptTokens : refusal.PromptTokens,
            Before = _before?.Messages ?? 0,
        };
        _isRefused = true;
        return true;
    }

    // The person's own has an id. What stands behind it in their name, such as the request to continue, is nothing without it.
    private static int LastPrompt(List<ChatMessage> history) =>
        history.FindLastIndex(static message => message.Role == ChatRole.User && message.MessageId is not null) is var own and >= 0 ? own
        : history.FindLastIndex(static message => message.Role == ChatRole.User);

    // What was tried in vain was not left out: the next turn begins where this one did.
    private bool GiveUp(OllamaException refusal, bool hasOlder)
    {
        Excess = new ContextExcess(refusal.PromptTokens, refusal.ContextLength, hasOlder);
        LeftOut = _before;
        return false;
    }

    // Seven eighths of the window, in characters as this very prompt has them to a token: what is left is for the reply. The schemas of
    // tools are in the server's count and not in ours, so it is rather too little that goes; then the server refuses once more.
    private static long Room(long all, OllamaException refusal) =>
        refusal is { PromptTokens: > 0 and var tokens, ContextLength: > 0 and var window } && window < tokens ? (long)(all * (0.875 * window / tokens)) : all / 2;

    // Whole exchanges from the oldest on, at least one.
    private int Drop(List<ChatMessage> history, int from, int last, long room)
    {
        var (end, left) = (from, history.Sum(PromptWeight.Of));
        string? prompt = null;
        while (end < last && (end == from || left > room))
        {
            prompt = history[end].Role == ChatRole.User ? history[end].Text : prompt;
            var next = history.FindIndex(end + 1, static message => message.Role == ChatRole.User);
            left -= history.Skip(end).Take(next - end).Sum(PromptWeight.Of);
            end = next;
        }

        var dropped = end - from;
        history.RemoveRange(from, dropped);
        LeftOut = (LeftOut ?? new LeftOut(0, 0, null)) with
        {
            Messages = (LeftOut?.Messages ?? 0) + dropped,
            FirstKept = history[from].MessageId,
            Last = prompt is null ? LeftOut?.Last : TextCut.Shorten(prompt.ReplaceLineEndings(" ").Trim(), LastLength),
        };
        return dropped;
    }

    // The oldest first, each to no less than its beginning.
    private int Shorten(List<ChatMessage> history, int from, long excess)
    {
        var count = 0;
        for (var i = from; i < history.Count && excess > 0; i++)
        {
            if (history[i].Role != ChatRole.Tool)
            {
                continue;
            }

            List<AIContent> contents = [.. history[i].Contents];
            for (var j = 0; j < contents.Count && excess > 0; j++)
            {
                if (contents[j] is FunctionResultContent result && Shortened(result, excess) is { } shorter)
                {
                    excess -= PromptWeight.Of(result) - PromptWeight.Of(shorter);
                    contents[j] = shorter;
                    count++;
                }
            }

            history[i] = new ChatMessage(ChatRole.Tool, contents);
        }

        return count;
    }

    // Null where it would gain next to nothing. What was shortened before has a mark at its end, which is written anew.
    private FunctionResultContent? Shortened(FunctionResultContent result, long excess)
    {
        var text = TextOf(result);
        var (all, left) = _shortened.TryGetValue(result.CallId, out var before) ? before : (text.Length, text.Length);
        var kept = TextCut.Start(text, (int)Math.Clamp(text.Length - excess - Mark(all).Length, Math.Min(LeastKept, left), left));
        var shorter = kept + (kept.Length < all ? Mark(all - kept.Length) : "\n[Its images were left out: the context window is full]");
        if (PromptWeight.Of(result) - shorter.Length < LeastKept / 2)
        {
            return null;
        }

        _shortened[result.CallId] = (all, kept.Length);
        return new FunctionResultContent(result.CallId, shorter);
    }

    private static string Mark(int characters) =>
        FormattableString.Invariant($"\n[The last {characters:N0} characters of this result were left out: the context window is full]");

    private static string TextOf(FunctionResultContent result) => result.Result switch
    {
        IEnumerable<AIContent> parts => string.Concat(parts.OfType<TextContent>().Select(static part => part.Text)),
        var value => value?.ToString() ?? "",
    };
}
