namespace OllamaStudio.Core.Primitives;

/// <summary>Cuts text to a length, never through a surrogate pair: half of one is shown, stored and sent as U+FFFD. Lengths are UTF-16 units.</summary>
public static class TextCut
{
    /// <summary>The beginning of <paramref name="text"/>, at most <paramref name="length"/> long; the text itself where it is no longer.</summary>
    public static string Start(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : text[..Boundary(text, length)];
    }

    /// <summary>The same with an ellipsis, which comes on top of <paramref name="length"/>, where something was cut off.</summary>
    public static string Shorten(string text, int length)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= length ? text : Start(text, length) + "…";
    }

    /// <summary><paramref name="at"/>, a place in <paramref name="text"/> (0 to its length); the one before where it would part a pair.</summary>
    public static int Boundary(string text, int at)
    {
        ArgumentNullException.ThrowIfNull(text);
        return at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;
    }
}
