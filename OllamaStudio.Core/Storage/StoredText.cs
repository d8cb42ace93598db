using System.Globalization;
using System.Text;

namespace OllamaStudio.Core.Storage;

/// <summary>
/// Texts as they are stored: as they are, but for what UTF-8 or SQLite's own functions would lose or cut, which is half of a surrogate pair
/// and NUL. Such a character becomes U+FFFF, which is none in any language, and its four hexadecimal digits; so does U+FFFF itself.
/// </summary>
internal static class StoredText
{
    /// <summary>What begins such a character.</summary>
    internal const char Mark = '\uFFFF';

    /// <summary>What is stored of a text; null for null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        var at = text is null ? -1 : FindSpecial(text, 0);
        if (at < 0)
        {
            return text;
        }

        var stored = new StringBuilder(text!.Length + 16);
        var from = 0;
        for (; at >= 0; at = FindSpecial(text, from))
        {
            stored.Append(text, from, at - from).Append(CultureInfo.InvariantCulture, $"{Mark}{(int)text[at]:x4}");
            from = at + 1;
        }

        return stored.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The text of what was stored; null for null.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(stored))]
    public static string? Read(string? stored)
    {
        if (stored is null || !stored.Contains(Mark, StringComparison.Ordinal))
        {
            return stored;
        }

        var text = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            if (stored[i] == Mark && i + 4 < stored.Length
                && ushort.TryParse(stored.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var special))
            {
                text.Append((char)special);
                i += 4;
            }
            else
            {
                text.Append(stored[i]);
            }
        }

        return text.ToString();
    }

    private static int FindSpecial(string text, int from)
    {
        while (from < text.Length)
        {
            var distance = text.AsSpan(from).IndexOfAny(s_suspects);
            if (distance < 0)
            {
                return -1;
            }

            from += distance;
            if (char.IsHighSurrogate(text[from]) && from + 1 < text.Length && char.IsLowSurrogate(text[from + 1]))
            {
                from += 2;
                continue;
            }

            return from;
        }

        return -1;
    }

    private static readonly System.Buffers.SearchValues<char> s_suspects = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0xD800, 0x800).Select(static value => (char)value), '\0', Mark]);
}
