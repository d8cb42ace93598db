using System.Globalization;
using System.Text;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Chat;

/// <summary>A reply that was to be JSON, read as such.</summary>
/// <param name="Root">Its value; null where it is none, or has too many to be drawn.</param>
/// <param name="Fault">Why it has no tree, in a sentence; null where it has one.</param>
public sealed record JsonText(JsonElement? Root, string? Fault)
{
    /// <summary>Most values that are drawn.</summary>
    public const int MostValues = 2_000;

    /// <summary>Reads it. What stands around the value, such as the marks of a code block, makes it no JSON: whoever parses it would stumble, too.</summary>
    public static JsonText Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var root = WellFormed.Parse(text);
            return Count(root, MostValues) > MostValues
                ? new JsonText(null, string.Create(CultureInfo.InvariantCulture, $"This JSON has more than {MostValues:N0} values: it is shown as text."))
                : new JsonText(root, null);
        }
        catch (JsonException fault)
        {
            return new JsonText(null, fault is { LineNumber: { } line, BytePositionInLine: { } column }
                ? string.Create(CultureInfo.InvariantCulture, $"JSON was asked for, and this is not valid: line {line + 1}, column {Column(text, line, column)}.")
                : "JSON was asked for, and this is not valid.");
        }
    }

    /// <summary>The text as a block of code in Markdown, whatever is in it.</summary>
    public static string Fenced(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (longest, run) = (2, 0);
        foreach (var letter in text)
        {
            run = letter == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        return $"{fence}json\n{text}\n{fence}";
    }

    /// <summary>What is within a list or an object, such as <c>3 items</c>; null for any other value.</summary>
    public static string? Contents(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() is var items && items == 1 ? "1 item" : string.Create(CultureInfo.InvariantCulture, $"{items:N0} items"),
        JsonValueKind.Object => value.GetPropertyCount() is var fields && fields == 1 ? "1 field" : string.Create(CultureInfo.InvariantCulture, $"{fields:N0} fields"),
        _ => null,
    };

    // The parser counts bytes; people count letters.
    private static long Column(string text, long line, long bytes)
    {
        var lines = text.Split('\n');
        var at = line < lines.Length ? Encoding.UTF8.GetBytes(lines[line]) : [];
        return Encoding.UTF8.GetCharCount(at, 0, (int)Math.Min(bytes, at.Length)) + 1;
    }

    private static int Count(JsonElement value, int most)
    {
        var count = 1;
        var within = value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().AsEnumerable(),
            JsonValueKind.Object => value.EnumerateObject().Select(static field => field.Value),
            _ => [],
        };
        foreach (var inner in within)
        {
            count += Count(inner, most - count);
            if (count > most)
            {
                return count;
            }
        }

        return count;
    }
}
