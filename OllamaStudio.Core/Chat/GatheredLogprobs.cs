using System.Collections.Immutable;
using System.Text;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <summary>
/// Finds out which piece of a reply's text each token is. Ollama sends the tokens as the model wrote them, beside a text from which thinking, calls
/// and marks have been taken, which a parser may hold back for some chunks, and in which a character can be several tokens: so bytes are compared.
/// What cannot be placed is left out. Not safe for concurrent use.
/// </summary>
/// <param name="before">Those of the text that there was before; null for none.</param>
internal sealed class GatheredLogprobs(ReplyLogprobs? before = null)
{
    // Of tokens that no text has come for: more are no parser's holding back.
    private const int MostPending = 4_096;

    private readonly List<TokenProbability> _tokens = [.. before?.Read() ?? []];
    private readonly List<Pending> _pending = [];

    /// <summary>Takes the tokens of a chunk, and what was added to the text with it.</summary>
    /// <param name="tokens">The tokens; none where the server sent none.</param>
    /// <param name="answer">What was added to the text; empty for nothing.</param>
    /// <param name="start">Where that begins in the text, in UTF-16 units.</param>
    public void Take(ImmutableArray<OllamaLogprob> tokens, string answer, int start)
    {
        foreach (var token in tokens)
        {
            if (BytesOf(token) is { Length: > 0 } bytes && double.IsFinite(token.Logprob))
            {
                _pending.Add(new Pending(token, bytes));
            }
        }

        if (answer.Length > 0 && _pending.Count > 0)
        {
            Place(Encoding.UTF8.GetBytes(answer), start);
        }

        if (_pending.Count > MostPending)
        {
            _pending.Clear();
        }
    }

    /// <summary>Those that wait for their text are of something else: of thinking, or of a call.</summary>
    public void Drop() => _pending.Clear();

    /// <summary>All that was placed.</summary>
    public ReplyLogprobs ToReply() => ReplyLogprobs.Of(_tokens);

    private void Place(byte[] text, int start)
    {
        var at = _pending.SelectMany(static token => token.Bytes).ToArray().AsSpan().IndexOf(text);
        if (at < 0)
        {
            _pending.Clear();
            return;
        }

        var (from, done, units) = (0, 0, start); // done: bytes of the text that are placed
        var (joined, sum) = (0, 0.0); // tokens that share a character
        var end = at + text.Length;
        var used = 0;
        foreach (var token in _pending)
        {
            if (from >= end)
            {
                break;
            }

            var ends = from + token.Bytes.Length;
            from = ends;
            used++;
            if (ends <= at)
            {
                continue;
            }

            joined++;
            sum += Math.Min(0, token.Token.Logprob);
            var placed = Math.Min(ends, end) - at;
            if (placed < text.Length && (text[placed] & 0xC0) == 0x80)
            {
                continue; // within a character, which the next token goes on with
            }

            var length = Encoding.UTF8.GetCharCount(text, done, placed - done);
            Add(new TokenProbability(units, length, sum, joined > 1 ? [] : Others(token.Token)));
            (done, units, joined, sum) = (placed, units + length, 0, 0);
        }

        // What the last one has beyond this text is the beginning of the next.
        var rest = from - end;
        var last = used > 0 ? _pending[used - 1] : default;
        _pending.RemoveRange(0, used);
        if (rest > 0 && last.Bytes is { } bytes && rest < bytes.Length)
        {
            _pending.Insert(0, new Pending(last.Token, bytes[^rest..]));
        }
    }

    private void Add(TokenProbability token)
    {
        if (_tokens.Count < ReplyLogprobs.MaxTokens)
        {
            _tokens.Add(token);
        }
    }

    // A server may name none, and then has no list of them either.
    private static ImmutableArray<OtherToken> Others(OllamaLogprob token) => token.TopLogprobs.IsDefaultOrEmpty ? [] :
    [
        .. token.TopLogprobs
            .Where(other => other.Token != token.Token && double.IsFinite(other.Logprob) && Math.Exp(other.Logprob) >= ReplyLogprobs.LeastKept)
            .OrderByDescending(static other => other.Logprob)
            .Take(ReplyLogprobs.MostOthers)
            .Select(static other => new OtherToken(TextCut.Start(other.Token, ReplyLogprobs.MaxOtherLength), Math.Min(0, other.Logprob))),
    ];

    // A server older than the bytes has the text alone, in which half a character is lost.
    private static byte[] BytesOf(OllamaLogprob token) => token.Bytes.IsDefaultOrEmpty ? Encoding.UTF8.GetBytes(token.Token) : [.. token.Bytes];

    private readonly record struct Pending(OllamaLogprob Token, byte[] Bytes);
}
