namespace OllamaStudio.Core.Telemetry.Capture;

/// <summary>Leaves out what an error message quotes.</summary>
internal static class Quotations
{
    private const string LeftOut = "[not captured]";
    private const string QuoteMarks = "\"'`“”‘’«»";

    /// <summary>
    /// The message without what stands between its first and its last quotation mark, and without what follows a
    /// <c>raw=</c> or an opening brace or bracket. A quotation that is just <paramref name="known"/> stays.
    /// </summary>
    public static string Remove(string message, string? known)
    {
        var echo = FirstEcho(message);
        if (echo >= 0)
        {
            message = message[..echo] + LeftOut;
        }

        var first = NextMark(message, 0);
        if (first < 0)
        {
            return message;
        }

        var last = first;
        for (var next = first; next >= 0; next = NextMark(message, next + 1))
        {
            last = next;
        }

        // One mark alone opens a quotation that never ends.
        var end = last == first ? message.Length : last;
        var quoted = message.AsSpan(first + 1, end - first - 1);
        return known is { Length: > 0 } && quoted.SequenceEqual(known)
            ? message
            : string.Concat(message.AsSpan(0, first + 1), LeftOut, message.AsSpan(end));
    }

    private static int FirstEcho(string message)
    {
        var brace = message.IndexOfAny(['{', '[', '<']);
        var raw = message.IndexOf("raw=", StringComparison.OrdinalIgnoreCase);
        return raw < 0 ? brace : brace < 0 ? raw : Math.Min(raw, brace);
    }

    // An apostrophe within a word ("can't") quotes nothing.
    private static int NextMark(string message, int from)
    {
        for (var i = from; i < message.Length; i++)
        {
            var isApostrophe = message[i] is '\'' or '’' && i > 0 && i + 1 < message.Length && char.IsLetter(message[i - 1]) && char.IsLetter(message[i + 1]);
            if (QuoteMarks.Contains(message[i], StringComparison.Ordinal) && !isApostrophe)
            {
                return i;
            }
        }

        return -1;
    }
}
