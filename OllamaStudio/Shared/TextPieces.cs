using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Shared;

/// <summary>
/// Cuts a text that grows into pieces which are drawn one behind the other. Where one ends depends on what stands before alone:
/// while the text grows only its last piece changes, and only that one is sent to the browser.
/// </summary>
public static class TextPieces
{
    /// <summary>Characters from which on a piece ends with its word.</summary>
    public const int Length = 120;

    /// <summary>Most characters of a piece, however long its last word.</summary>
    public const int MaxLength = 4 * Length;

    /// <summary>The pieces in order; together they are the text.</summary>
    public static IEnumerable<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var start = 0; start < text.Length;)
        {
            var end = End(text, start);
            yield return text[start..end];
            start = end;
        }
    }

    private static int End(string text, int start)
    {
        var most = Math.Min(start + MaxLength, text.Length);
        var enough = start + Length;
        var blank = enough < most ? text.AsSpan(enough, most - enough).IndexOfAny(' ', '\n') : -1;
        return blank >= 0 ? enough + blank + 1 : TextCut.Boundary(text, most);
    }
}
