using System.Collections.Immutable;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Core.Chat;

/// <summary>A word that is looked for, or several that stand in this order.</summary>
internal sealed class SearchTerm
{
    private readonly string _text;

    /// <param name="text">As it was typed; not blank.</param>
    /// <param name="isBeginning">Whether its last word may go on. One of a single letter does not: half of all words would be it.</param>
    public SearchTerm(string text, bool isBeginning)
    {
        var folded = new FoldedText(text);
        _text = folded.Text;
        Words = [.. folded.Words().Select(word => _text.Substring(word.Start, word.Length))];
        IsBeginning = isBeginning && Words is [.., { Length: > 1 }];
    }

    /// <summary>Its words, folded; none where it is punctuation alone.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>Whether its last word is the beginning of one.</summary>
    public bool IsBeginning { get; }

    /// <summary>Whether words are looked for: there are some, and they are of a script that separates them.</summary>
    public bool IsWords => Words.Length > 0 && !_text.Any(static character => character is
        (>= '\u0E00' and < '\u1100') or (>= '\u1780' and < '\u1800') or (>= '\u2E80' and < '\uA000') or (>= '\uAC00' and < '\uE000') or (>= '\uF900' and < '\uFB00') or (>= '\uFF00' and < '\uFFF0'));

    /// <summary>All pieces of it of so many characters that lie between blanks, each once.</summary>
    public IEnumerable<string> Grams(int length) => _text.Split(' ').SelectMany(part =>
    {
        string[] characters = [.. part.EnumerateRunes().Select(static rune => rune.ToString())];
        return Enumerable.Range(0, Math.Max(0, characters.Length - length + 1)).Select(start => string.Concat(characters.AsSpan(start, length)!));
    }).Distinct(StringComparer.Ordinal);

    /// <summary>Where it is in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isSubstring">Whether it may be within words.</param>
    public IEnumerable<(int Start, int Length)> Find(FoldedText text, bool isSubstring) => isSubstring ? FindAll(text.Text, _text) : FindWords(text);

    /// <summary>Whether it may be in a text: a quick look, which says no of most texts that have all of its words apart, and never of one that has it.</summary>
    /// <param name="folded">The text, folded.</param>
    /// <param name="isSubstring">Whether it may be within words.</param>
    public bool MayBeIn(ReadOnlySpan<char> folded, bool isSubstring)
    {
        if (isSubstring)
        {
            return folded.Contains(_text, StringComparison.Ordinal);
        }

        for (var at = folded.IndexOf(Words[0], StringComparison.Ordinal); at >= 0; at = folded.IndexOf(Words[0], StringComparison.Ordinal))
        {
            if (MayGoOn(folded[(at + Words[0].Length)..]))
            {
                return true;
            }

            folded = folded[(at + 1)..];
        }

        return false;
    }

    // Whether nothing but what separates words stands before each of the others. Half of a pair is of a word or not: that is looked at closely.
    private bool MayGoOn(ReadOnlySpan<char> rest)
    {
        foreach (var word in Words.AsSpan()[1..])
        {
            while (!rest.StartsWith(word, StringComparison.Ordinal))
            {
                if (rest.IsEmpty || char.IsLetterOrDigit(rest[0]))
                {
                    return false;
                }

                if (char.IsSurrogate(rest[0]))
                {
                    return true;
                }

                rest = rest[1..];
            }

            rest = rest[word.Length..];
        }

        return true;
    }

    /// <summary>Where a text is in another.</summary>
    public static IEnumerable<(int Start, int Length)> FindAll(string text, string part)
    {
        for (var at = part.Length == 0 ? -1 : text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            yield return (at, part.Length);
        }
    }

    // Only where its first word begins: taking every text apart is dear.
    private IEnumerable<(int Start, int Length)> FindWords(FoldedText text)
    {
        var from = 0;
        for (var at = Next(); at >= 0; at = Next())
        {
            from = at + 1;
            if (text.IsBeginningOfWord(at) && Length(text, at) is { } length)
            {
                yield return (at, length);
                from = at + length;
            }
        }

        int Next() => text.Text.IndexOf(Words[0], from, StringComparison.Ordinal);
    }

    private int? Length(FoldedText text, int at)
    {
        var index = 0;
        foreach (var (start, length) in text.Words(at))
        {
            var isLast = index == Words.Length - 1;
            var word = text.Text.AsSpan(start, length);
            if (!(IsBeginning && isLast ? word.StartsWith(Words[index], StringComparison.Ordinal) : word.SequenceEqual(Words[index])))
            {
                return null;
            }

            if (isLast)
            {
                return start + (IsBeginning ? Words[index].Length : length) - at;
            }

            index++;
        }

        return null;
    }
}
