using System.Collections.Frozen;
using System.Text;

namespace OllamaStudio.Core.Storage.Spans;

/// <summary>
/// Patterns for SQLite's <c>GLOB</c> that find words as <see cref="StringComparison.OrdinalIgnoreCase"/> does: <c>LIKE</c> knows no other letters'
/// case than those of ASCII.
/// </summary>
internal static class GlobPattern
{
    // Cased letters end long before.
    private const int EndOfCases = 0x1F000;

    // Each letter that has another case, with all that are the same but for it.
    private static readonly Lazy<FrozenDictionary<string, string>> s_cases = new(static () => Enumerable.Range(0, EndOfCases).Where(Rune.IsValid).Select(static code => new Rune(code))
        .GroupBy(static rune => rune.ToString(), StringComparer.OrdinalIgnoreCase).Where(static same => same.Skip(1).Any())
        .ToFrozenDictionary(static same => same.Key, static same => string.Concat(same), StringComparer.OrdinalIgnoreCase));

    /// <summary>Matches what has the words anywhere in it.</summary>
    public static string Containing(string words) => "*" + string.Concat(words.EnumerateRunes().Select(One)) + "*";

    private static string One(Rune rune)
    {
        var letter = rune.ToString();
        return s_cases.Value.TryGetValue(letter, out var cases) ? $"[{cases}]" : letter is "*" or "?" or "[" ? $"[{letter}]" : letter;
    }
}
