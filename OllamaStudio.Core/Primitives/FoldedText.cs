using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Primitives;

/// <summary>A text as a search compares it: lower case, letters without their marks, any blanks one. Knows where in the text each of its characters stands.</summary>
internal sealed class FoldedText
{
    private const char Nothing = '\0'; // a mark, which belongs to the letter before it

    private static readonly Lazy<char[]> s_folds = new(static () => [.. Enumerable.Range(0, 0x10000).Select(static value => FoldOnce((char)value))]);

    private readonly int[] _places;

    public FoldedText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var folds = s_folds.Value;
        var characters = new char[text.Length];
        var places = new int[text.Length + 1];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var folded = folds[text[i]];
            if (IsKept(folded, characters.AsSpan(0, length)))
            {
                characters[length] = folded;
                places[length++] = i;
            }
        }

        places[length] = text.Length;
        Text = new string(characters, 0, length);
        _places = places;
    }

    /// <summary>Folds a text where it stands, for who need not know where in it anything stood, and makes nothing.</summary>
    /// <returns>The length of what is folded, from the begin of <paramref name="text"/>.</returns>
    public static int Fold(Span<char> text)
    {
        var folds = s_folds.Value;
        var length = 0;
        foreach (var character in text)
        {
            var folded = folds[character];
            if (IsKept(folded, text[..length]))
            {
                text[length++] = folded;
            }
        }

        return length;
    }

    /// <summary>The folded text.</summary>
    public string Text { get; }

    /// <summary>Where in the text what is folded stands.</summary>
    /// <param name="start">Its first character in <see cref="Text"/>.</param>
    /// <param name="length">Its characters there, at least one.</param>
    public (int Start, int Length) PlaceOf(int start, int length) => (_places[start], _places[start + length] - _places[start]);

    /// <summary>Whether no character of a word stands before that place.</summary>
    public bool IsBeginningOfWord(int at) => at == 0 || !IsOfWord(at > 1 && char.IsSurrogatePair(Text, at - 2) ? at - 2 : at - 1);

    /// <summary>Its words from a place on, as SQLite's tokenizer "unicode61" separates them.</summary>
    public IEnumerable<(int Start, int Length)> Words(int from = 0)
    {
        for (var i = from; i < Text.Length;)
        {
            var start = i;
            while (i < Text.Length && IsOfWord(i))
            {
                i += char.IsSurrogatePair(Text, i) ? 2 : 1;
            }

            if (i > start)
            {
                yield return (start, i - start);
            }

            i++;
        }
    }

    private static bool IsKept(char folded, ReadOnlySpan<char> before) => folded != Nothing && (folded != ' ' || before is not [.., ' ']);

    private bool IsOfWord(int at)
    {
        var character = Text[at];
        return char.IsAscii(character) ? char.IsAsciiLetterOrDigit(character) : CharUnicodeInfo.GetUnicodeCategory(Text, at) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse;
    }

    private static char FoldOnce(char character)
    {
        if (char.IsWhiteSpace(character))
        {
            return ' ';
        }

        if (character is >= '\u0300' and <= '\u036F' or Nothing)
        {
            return Nothing;
        }

        // Of other scripts only the case: what Unicode takes apart there is no letter with a mark, but a syllable or another letter.
        var isLatin = character is (>= '\u00C0' and < '\u0530') or (>= '\u1E00' and < '\u2000');
        return char.ToLowerInvariant(isLatin ? character.ToString().Normalize(NormalizationForm.FormD)[0] : character);
    }
}
