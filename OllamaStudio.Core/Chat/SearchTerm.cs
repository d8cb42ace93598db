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

    /// <summary>Where a text is in another.</summary>
    public static IEnumerable<(int Start, int Length)> FindAll(string text, string part)
    {
        for (var at = part.Length == 0 ? -1 : text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            yield return (at, part.Length);
        }
    }

    private IEnumerable<(int Start, int Length)> FindWords(FoldedText text)
    {
        // Most texts do not have it at all.
        if (!text.Text.Contains(Words[0], StringComparison.Ordinal))
        {
            yield break;
        }

        var words = text.Words().ToList();
        for (var first = 0; first + Words.Length <= words.Count; first++)
        {
            if (Stands(text.Text, words, first))
            {
                var last = words[first + Words.Length - 1];
                var end = last.Start + (IsBeginning ? Words[^1].Length : last.Length);
                yield return (words[first].Start, end - words[first].Start);
            }
        }
    }

    private bool Stands(string text, List<(int Start, int Length)> words, int first)
    {
        for (var i = 0; i < Words.Length; i++)
        {
            var word = text.AsSpan(words[first + i].Start, words[first + i].Length);
            if (!(IsBeginning && i == Words.Length - 1 ? word.StartsWith(Words[i], StringComparison.Ordinal) : word.SequenceEqual(Words[i])))
            {
                return false;
            }
        }

        return true;
    }
}
