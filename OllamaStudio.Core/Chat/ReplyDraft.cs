using System.Globalization;
using System.Text;
using OllamaStudio.Core.Telemetry;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// What has arrived of the reply that is being written. It is gathered here and copied into the message only when somebody
/// looks: sixty times a second at most, instead of once a token. No locks: the conversation guards it.
/// </summary>
internal sealed class ReplyDraft(TimeProvider time, string text = "", string thinking = "")
{
    private readonly StringBuilder _text = new(text);
    private readonly StringBuilder _thinking = new(thinking);
    private TimeSpan _duration;
    private long? _lastChunkAt;
    private int _chunks;

    /// <summary>Characters of text and thinking together.</summary>
    public int Length => _text.Length + _thinking.Length;

    /// <summary>Bytes of text and thinking together, as UTF-8.</summary>
    public long Bytes { get; private set; } = BytesOf(text) + BytesOf(thinking);

    /// <summary>Whether something came since <see cref="CopyTo"/>.</summary>
    public bool IsAhead { get; private set; }

    /// <summary>Takes a chunk.</summary>
    /// <returns>Where its text begins.</returns>
    /// <exception cref="ReplyTooLongException">It would be longer than <see cref="Conversation.MaxReplyLength"/>; nothing was taken.</exception>
    public int Append(string? answer, string? thought)
    {
        if (Length + (answer?.Length ?? 0) + (thought?.Length ?? 0) > Conversation.MaxReplyLength)
        {
            throw new ReplyTooLongException();
        }

        var start = _text.Length;
        _text.Append(answer);
        _thinking.Append(thought);
        Bytes += BytesOf(answer) + BytesOf(thought);
        var now = time.GetTimestamp();
        _duration += _lastChunkAt is { } last ? time.GetElapsedTime(last, now) : TimeSpan.Zero;
        _lastChunkAt = now;
        _chunks++;
        IsAhead = true;
        return start;
    }

    /// <summary>
    /// The model's answer has ended in a tool call. What it says after its tools have run is a paragraph of its own, and the time
    /// until then is not one of writing.
    /// </summary>
    public void EndAnswer()
    {
        _lastChunkAt = null;
        if (_text.Length > 0 && _text[^1] != '\n')
        {
            _text.Append("\n\n");
            Bytes += 2;
            IsAhead = true;
        }
    }

    /// <summary>How fast it comes; null before the first chunk.</summary>
    public ReplyPace? Pace =>
        _chunks == 0 ? null : new ReplyPace(_chunks, _duration, _lastChunkAt is { } last ? time.GetUtcNow() - time.GetElapsedTime(last) : null);

    /// <summary>Characters of the text.</summary>
    public int TextLength => _text.Length;

    /// <summary>Characters of the thinking.</summary>
    public int ThinkingLength => _thinking.Length;

    /// <summary>What came of the text beyond so many characters.</summary>
    public string TextFrom(int offset) => _text.ToString(offset, _text.Length - offset);

    /// <summary>What came of the thinking beyond so many characters.</summary>
    public string ThinkingFrom(int offset) => _thinking.ToString(offset, _thinking.Length - offset);

    /// <summary>The reply with all that has come.</summary>
    public MessageRecord CopyTo(MessageRecord reply)
    {
        IsAhead = false;
        return reply with
        {
            Text = Copy(_text, reply.Text),
            Thinking = Copy(_thinking, reply.Thinking),
            Pace = Pace,
        };
    }

    private static long BytesOf(string? text) => Encoding.UTF8.GetByteCount(text ?? "");

    // Both only ever grow: as long as before is the same as before.
    private static string Copy(StringBuilder text, string before) => text.Length == before.Length ? before : text.ToString();
}

/// <summary>A reply went on beyond <see cref="Conversation.MaxReplyLength"/>; what came until then is kept.</summary>
public sealed class ReplyTooLongException() : Exception(
    string.Create(CultureInfo.InvariantCulture, $"The reply exceeded {Conversation.MaxReplyLength:N0} characters and was cut off.")), IErrorType
{
    /// <inheritdoc />
    public string ErrorType => "reply_too_long";

    /// <inheritdoc />
    public bool HoldsContent => false;
}
