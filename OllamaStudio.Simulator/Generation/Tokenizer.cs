using System.Text.RegularExpressions;

namespace OllamaStudio.Simulator.Generation;

/// <summary>
/// Cuts text into pieces about the size of a language model's tokens: up to eight letters or three digits with the blank
/// before them, a run of blanks or of line ends, or one other character. Joined, they are the text again.
/// </summary>
internal static partial class Tokenizer
{
    public static int Count(string text) => TokenPattern().Count(text);

    public static IEnumerable<string> Split(string text)
    {
        for (var token = TokenPattern().Match(text); token.Success; token = token.NextMatch())
        {
            yield return token.Value;
        }
    }

    // A character of four bytes is a pair of surrogates here and stays whole; half of one alone cannot be cut further.
    [GeneratedRegex(@" ?(?:\p{L}{1,8}|\p{Nd}{1,3}|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s\p{L}\p{Nd}\p{Cs}])|[\r\n]{1,16}|[^\S\r\n]{1,16}|\p{Cs}", RegexOptions.None, Patterns.Timeout)]
    private static partial Regex TokenPattern();
}

/// <summary>What all regular expressions over a person's words share.</summary>
internal static class Patterns
{
    /// <summary>Milliseconds after which a match is given up: a safety net, far above what a busy machine takes for the bounded texts they see.</summary>
    public const int Timeout = 5000;

    /// <summary>Beyond this many characters a prompt is a document, not a question: only its beginning is searched.</summary>
    public const int LongestPrompt = 4000;
}
