using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OllamaStudio.Core.Primitives;

/// <summary>
/// Makes the text within JSON Unicode before anything reads it. A broken character, and half of a surrogate pair (the escape
/// <c>\ud83e</c> alone: a model's token ended within an emoji), become U+FFFD: worth a replacement character, not the answer they
/// stand in. Left in, half a pair would throw wherever the text is read, and in a call's arguments only when they are written again.
/// </summary>
public static class WellFormed
{
    /// <summary>As long as what it replaces.</summary>
    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    private static ReadOnlySpan<byte> High => "89abAB"u8;

    private static ReadOnlySpan<byte> Low => "cdefCDEF"u8;

    /// <summary><paramref name="json"/> itself where there is nothing to replace, as nearly always; else a copy.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        }

        int half = FindHalf(json, 0);
        if (half < 0)
        {
            return json;
        }

        byte[] copy = json.ToArray();
        for (; half >= 0; half = FindHalf(copy, half + Replacement.Length))
        {
            Replacement.CopyTo(copy.AsSpan(half));
        }

        return copy;
    }

    /// <summary>Parses JSON that stood within a text: its escapes were not looked at with those of the text around it.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static JsonElement Parse(string json) => JsonElement.Parse(Of(Encoding.UTF8.GetBytes(json)));

    /// <summary>Where the next escape begins that is half of a pair without its other half; -1 where there is none.</summary>
    private static int FindHalf(ReadOnlySpan<byte> json, int from)
    {
        while (from < json.Length && json[from..].IndexOf((byte)'\\') is >= 0 and var distance)
        {
            int at = from + distance;
            bool isHigh = IsEscape(json[at..], High);
            if (!isHigh && !IsEscape(json[at..], Low))
            {
                // Any other escape; what follows the backslash may be one itself.
                from = at + 2;
            }
            else if (isHigh && IsEscape(json[(at + Replacement.Length)..], Low))
            {
                from = at + (2 * Replacement.Length);
            }
            else
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Whether <paramref name="json"/> begins with <c>\udXXX</c> whose first free digit is one of <paramref name="kind"/>.</summary>
    private static bool IsEscape(ReadOnlySpan<byte> json, ReadOnlySpan<byte> kind) =>
        json is [(byte)'\\', (byte)'u', (byte)'d' or (byte)'D', var digit, var third, var fourth, ..]
        && kind.Contains(digit) && char.IsAsciiHexDigit((char)third) && char.IsAsciiHexDigit((char)fourth);
}
