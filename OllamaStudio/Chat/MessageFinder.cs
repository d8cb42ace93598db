using System.Collections.Concurrent;
using System.Collections.Immutable;
using OllamaStudio.Core.Chat;
using OllamaStudio.Shared.Find;
using OllamaStudio.Shared.Markdown;

namespace OllamaStudio.Chat;

/// <summary>
/// Finds in a conversation's text, as its messages draw it: prompts as they were written, the names of their files, thinking, the words of each reply without
/// its Markdown, tool calls with what went in and came out.
/// </summary>
public sealed class MessageFinder
{
    private readonly FindTexts<MessageRecord> _texts;

    // Of replies that are being written, by message and round; at most as many as the conversation has.
    private readonly ConcurrentDictionary<(string Message, int Round), GrowingPlainText> _growing = new();

    public MessageFinder() => _texts = new(TextsOf);

    /// <summary>Looks through the messages, in their order, until the search has enough.</summary>
    public void Look(ImmutableArray<MessageRecord> messages, FindScan scan)
    {
        ArgumentNullException.ThrowIfNull(scan);
        foreach (var message in messages.TakeWhile(_ => !scan.IsFull))
        {
            _texts.Look(message.Id, message, scan);
        }
    }

    /// <summary>Forgets what it has read.</summary>
    public void Clear()
    {
        _texts.Clear();
        _growing.Clear();
    }

    // Once it is written it is read a last time, and then known by itself.
    private ImmutableArray<string> Words(MessageRecord message, int round, string markdown)
    {
        var words = _growing.GetOrAdd((message.Id, round), static _ => new GrowingPlainText()).Read(markdown);
        if (!message.IsStreaming)
        {
            _growing.TryRemove((message.Id, round), out _);
        }

        return words;
    }

    private IEnumerable<FindText> TextsOf(MessageRecord message)
    {
        foreach (var file in message.Attachments)
        {
            yield return new(MessageParts.File(file.Id), file.Name); // of an image its alternative text, which is not marked
        }

        if (message.Role is MessageRole.User)
        {
            yield return new(MessageParts.Text(0), message.Text);
            yield break;
        }

        if (message.Thinking.Length > 0)
        {
            yield return new(MessageParts.Thinking, message.Thinking);
        }

        foreach (var (index, round) in ReplyRound.Of(message).Index())
        {
            yield return new(MessageParts.Text(index), Words(message, index, round.Text));
            foreach (var call in round.Calls)
            {
                yield return new(MessageParts.ToolName(call.Id), call.Name);
                yield return new(MessageParts.Arguments(call.Id), ToolText.Pretty(call.Arguments));
                yield return new(MessageParts.Result(call.Id), ToolText.Pretty(call.Result));
            }
        }

        if (message.Error is { } error)
        {
            yield return new(MessageParts.Error, error.Message);
        }
    }
}
