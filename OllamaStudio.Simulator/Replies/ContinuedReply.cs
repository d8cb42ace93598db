using OllamaStudio.Simulator.Generation;

namespace OllamaStudio.Simulator.Replies;

/// <summary>The rest of an answer of its own that a demo model is shown the beginning of, as the last message, or with a prompt after it that asks for the rest.</summary>
internal static class ContinuedReply
{
    // Asked in words, a model likes to take up a bit of what stands there already.
    private const int Repeated = 24;

    /// <summary>Writes it; null where nothing is to be continued.</summary>
    public static Reply? Write(Conversation conversation)
    {
        var turns = conversation.Turns;
        return turns is [.., { Role: "assistant", Content.Length: > 0, ToolCalls: null or { Count: 0 } } last]
            ? Rest(conversation with { Turns = turns.RemoveAt(turns.Length - 1) }, last.Content, conversation.Model.EndsEveryMessage ? last.Content.Length : 0)
            : turns is [.., { Role: "assistant", Content.Length: > 0 } before, { Role: "user" } asked] && asked.Content.StartsWith("Continue ", StringComparison.Ordinal)
                ? Rest(conversation with { Turns = turns[..^2] }, before.Content, Repeated)
                : null;
    }

    // Of what it would have said; where that is something else, so be it.
    private static Reply? Rest(Conversation conversation, string said, int repeated)
    {
        var whole = conversation.Turns.IsEmpty ? null : ReplyAuthor.WriteAnew(conversation);
        return whole?.Text.StartsWith(said, StringComparison.Ordinal) != true ? null
            : whole with { Text = whole.Text[Math.Max(0, said.Length - repeated)..], Thinking = repeated > 0 ? whole.Thinking : "" };
    }
}
