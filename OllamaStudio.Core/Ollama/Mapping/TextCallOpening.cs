namespace OllamaStudio.Core.Ollama.Mapping;

/// <summary>
/// Tells from the first words of a text whether it may become a call that was written as text. Most texts that begin with a fence, a
/// bracket or a brace do not, and nobody should wait for those.
/// </summary>
internal static class TextCallOpening
{
    // What models write behind a fence; nothing, too.
    private static readonly string[] Infos = ["json", "tool_call", ""];

    // What an object that is a call, or wraps one, may have first.
    private static readonly string[] Keys = ["name", "arguments", "parameters", "function", "type", "id"];

    private enum Fit
    {
        /// <summary>It is something else.</summary>
        No,

        /// <summary>The text ends before that can be told.</summary>
        Open,

        /// <summary>It is that.</summary>
        Yes,
    }

    /// <summary>Whether a call to one of <paramref name="names"/> may begin like this; true for a text that is blank so far.</summary>
    public static bool Fits(ReadOnlySpan<char> text, IReadOnlyCollection<string> names)
    {
        text = text.TrimStart();
        return text switch
        {
            ['`', ..] => After(ref text, "```") is var fence && fence is not Fit.Yes ? fence is Fit.Open : Fenced(text, names),
            ['<', ..] => After(ref text, "<tool_call>") is var tag && tag is not Fit.Yes ? tag is Fit.Open : Json(text, names),
            _ => Json(text, names),
        };
    }

    private static bool Fenced(ReadOnlySpan<char> text, IReadOnlyCollection<string> names)
    {
        int end = text.IndexOf('\n');
        string info = (end < 0 ? text : text[..end]).Trim().ToString();
        return end < 0
            ? Infos.Any(known => known.StartsWith(info, StringComparison.Ordinal))
            : Infos.Contains(info) && Json(text[end..], names);
    }

    private static bool Json(ReadOnlySpan<char> text, IReadOnlyCollection<string> names)
    {
        text = text.TrimStart();
        text = text is ['[', .. var list] ? list.TrimStart() : text;
        Fit fit = After(ref text, "{");
        if (fit is Fit.Yes)
        {
            fit = AfterString(ref text, Keys, out string? key);
            if (fit is Fit.Yes && key is "name" && (fit = After(ref text, ":")) is Fit.Yes)
            {
                fit = AfterString(ref text, names, out _);
            }
        }

        return fit is not Fit.No;
    }

    /// <summary>Takes <paramref name="expected"/> off, and the white space behind it.</summary>
    private static Fit After(ref ReadOnlySpan<char> text, string expected)
    {
        if (text.StartsWith(expected, StringComparison.Ordinal))
        {
            // A fence's line ends where its JSON begins.
            text = expected is "```" ? text[expected.Length..] : text[expected.Length..].TrimStart();
            return Fit.Yes;
        }

        return expected.AsSpan().StartsWith(text, StringComparison.Ordinal) ? Fit.Open : Fit.No;
    }

    /// <summary>Takes a JSON string that is one of <paramref name="known"/> off, and the white space behind it.</summary>
    private static Fit AfterString(ref ReadOnlySpan<char> text, IReadOnlyCollection<string> known, out string? found)
    {
        found = null;
        if (text is not ['"', .. var rest])
        {
            return text.IsEmpty ? Fit.Open : Fit.No;
        }

        int end = rest.IndexOf('"');
        string value = (end < 0 ? rest : rest[..end]).ToString();
        if (end < 0)
        {
            return known.Any(one => one.StartsWith(value, StringComparison.Ordinal)) ? Fit.Open : Fit.No;
        }

        text = rest[(end + 1)..].TrimStart();
        found = value;
        return known.Contains(value) ? Fit.Yes : Fit.No;
    }
}
