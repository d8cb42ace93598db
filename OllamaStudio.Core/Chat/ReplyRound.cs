using System.Collections.Immutable;

namespace OllamaStudio.Core.Chat;

/// <summary>One of the model's answers within a reply: what it thought and said, and the tools that it then called.</summary>
/// <param name="Thinking">Its thinking; may be empty.</param>
/// <param name="Text">Its text; may be empty.</param>
/// <param name="Calls">Its calls; empty in the last answer of a turn that ended by itself.</param>
public sealed record ReplyRound(string Thinking, string Text, ImmutableArray<ToolCallRecord> Calls)
{
    /// <summary>The answers that a reply is made of, in order; one for a reply without calls.</summary>
    public static ImmutableArray<ReplyRound> Of(MessageRecord message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.ToolCalls.IsEmpty)
        {
            return [new ReplyRound(message.Thinking, message.Text, [])];
        }

        var rounds = ImmutableArray.CreateBuilder<ReplyRound>();
        var (text, thinking) = (0, 0);
        foreach (var round in message.ToolCalls.GroupBy(call => call.Round))
        {
            var calls = round.ToImmutableArray();
            var (textEnd, thinkingEnd) = (Within(calls[0].TextOffset, text, message.Text), Within(calls[0].ThinkingOffset, thinking, message.Thinking));
            rounds.Add(new ReplyRound(message.Thinking[thinking..thinkingEnd], message.Text[text..textEnd].TrimEnd(), calls));
            (text, thinking) = (textEnd, thinkingEnd);
        }

        if (text < message.Text.Length || thinking < message.Thinking.Length)
        {
            rounds.Add(new ReplyRound(message.Thinking[thinking..], message.Text[text..].TrimStart('\n'), []));
        }

        return rounds.ToImmutable();
    }

    private static int Within(int offset, int from, string text) => Math.Clamp(offset, from, text.Length);
}
