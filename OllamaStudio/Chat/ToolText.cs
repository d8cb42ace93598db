using System.Text.Encodings.Web;
using System.Text.Json;

namespace OllamaStudio.Chat;

/// <summary>What goes into tools and comes out of them, as people read it.</summary>
public static class ToolText
{
    // Beyond this, indenting would cost more than it shows.
    private const int LongestIndented = 200_000;

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
}
