using System.Collections.Concurrent;
using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared.Find;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Chat;

/// <summary>
/// Hands all text of a conversation to a search, as its messages draw it: prompts as they were written, thinking, the words of each
/// reply without its Markdown, tool calls with what went in and came out. Keeps what it has made of the Markdown until
/// <see cref="Clear"/>, for as many messages as the conversation has. Safe for several threads.
/// </summary>
public sealed class MessageFinder
{
    private readonly ConcurrentDictionary<string, (MessageRecord Message, ImmutableArray<Text> Texts)> _read = new(StringComparer.Ordinal);

    /// <summary>Hands in the texts of the messages, in their order, until the search has enough.</summary>
    public void Look(ImmutableArray<MessageRecord> messages, FindScan scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        foreach (var message in messages)
        {
            if (scan.IsFull)
            {
                break;
            }

            if (!_read.TryGetValue(message.Id, out var known) || !ReferenceEquals(known.Message, message))
            {
                _read[message.Id] = known = (message, [.. TextsOf(message)]);
            }

            foreach (var text in known.Texts)
            {
                scan.Look(message.Id, text.Part, text.Pieces.AsSpan());
            }
        }
    }

    /// <summary>Forgets what it has read.</summary>
    public void Clear() => _read.Clear();

    private static IEnumerable<Text> TextsOf(MessageRecord message)
    {
        if (message.Role is MessageRole.User)
        {
            yield return new(MessageParts.Text(0), [message.Text]);
            yield break;
        }

        if (message.Thinking.Length > 0)
        {
            yield return new(MessageParts.Thinking, [message.Thinking]);
        }

        foreach (var (index, round) in ReplyRound.Of(message).Index())
        {
            yield return new(MessageParts.Text(index), PlainText.Of(round.Text));
            foreach (var call in round.Calls)
            {
                yield return new(MessageParts.ToolName(call.Id), [call.Name]);
                yield return new(MessageParts.Arguments(call.Id), [ToolText.Pretty(call.Arguments)]);
                yield return new(MessageParts.Result(call.Id), [ToolText.Pretty(call.Result)]);
            }
        }

        if (message.Error is { } error)
        {
            yield return new(MessageParts.Error, [error.Message]);
        }
    }

    private sealed record Text(string Part, ImmutableArray<string> Pieces);
}
