using System.Text.Encodings.Web;
using System.Text.Json;
using OllamaStudio.Core.Primitives;

namespace OllamaStudio.Chat;

/// <summary>What goes into tools and comes out of them, as people read it.</summary>
public static class ToolText
{
    // Beyond this, indenting would cost more than it shows.
    private const int LongestIndented = 200_000;

    // More than a line of any window.
    private const int LongestLine = 300;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON objects and lists indented; any other text as it is.</summary>
    public static string Pretty(string text)
    {
        if (text.Length > LongestIndented || text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return text;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>Arguments on one line, cut where they are long: the text alone where there is but one.</summary>
    public static string Line(string arguments)
    {
        var text = arguments.AsSpan().Trim() is "{}" ? "" : arguments;
        if (text.Length <= LongestIndented && text.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                using var json = JsonDocument.Parse(text);
                text = json.RootElement.EnumerateObject().ToArray() is [{ Value: { ValueKind: JsonValueKind.String } only }] ? only.GetString()! : text;
            }
            catch (JsonException)
            {
                // Shown as it is.
            }
        }

        return TextCut.Shorten(string.Join(' ', TextCut.Shorten(text, LongestLine * 2).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), LongestLine);
    }
}
