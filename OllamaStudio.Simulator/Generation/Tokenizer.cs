using System.Text;

namespace OllamaStudio.Simulator.Generation;

/// <summary>
/// Cuts text into pieces about the size of a language model's tokens: up to eight letters with the blank before them,
/// up to three digits, a run of blanks or line ends, or one other character. Joined, they are the text again.
/// </summary>
internal static class Tokenizer
{
    private const int LongestWord = 8;
    private const int LongestNumber = 3;
    private const int LongestBlank = 16;

    private enum Kind
    {
        Letter,
        Digit,
        Blank,
        LineEnd,
        Other,
    }

    public static int Count(string text)
    {
        var count = 0;
        for (var start = 0; start < text.Length; count++)
        {
            start = EndOfToken(text, start);
        }

        return count;
    }

    public static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = EndOfToken(text, start);
            yield return text[start..end];
            start = end;
        }
    }

    private static int EndOfToken(string text, int start)
    {
        var at = start;
        var kind = Next(text, ref at);

        // One blank goes with the word after it, as in the vocabularies of real models.
        if (kind == Kind.Blank && text[start] == ' ' && at < text.Length)
        {
            var after = at;
            var next = Next(text, ref after);
            if (next is Kind.Letter or Kind.Digit or Kind.Other)
            {
                at = after;
                kind = next;
            }
        }

        var limit = kind switch
        {
            Kind.Letter => LongestWord,
            Kind.Digit => LongestNumber,
            Kind.Blank or Kind.LineEnd => LongestBlank,
            _ => 1,
        };
        for (var length = 1; length < limit && at < text.Length; length++)
        {
            var after = at;
            if (Next(text, ref after) != kind)
            {
                break;
            }

            at = after;
        }

        return at;
    }

    private static Kind Next(string text, ref int at)
    {
        // A lone half of a surrogate pair decodes as invalid and is taken as one character: it cannot be cut further.
        var status = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var consumed);
        at += consumed;
        return status != System.Buffers.OperationStatus.Done ? Kind.Other
            : rune.Value is '\n' or '\r' ? Kind.LineEnd
            : Rune.IsWhiteSpace(rune) ? Kind.Blank
            : Rune.IsDigit(rune) ? Kind.Digit
            : Rune.IsLetter(rune) ? Kind.Letter
            : Kind.Other;
    }
}
