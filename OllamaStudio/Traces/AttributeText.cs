using System.Collections;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Traces;

/// <summary>Attribute values as text.</summary>
public static class AttributeText
{
    /// <summary>Longer text is shown as it came: laying it out would cost more than it helps.</summary>
    private const int LongestPretty = 200_000;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        // Shown to people, escaped by the renderer: "ü" stays "ü".
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The value as text: strings as they are, numbers in digits that do not depend on a culture, arrays as <c>[a, b]</c>.</summary>
    public static string Of(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => "[" + string.Join(", ", items.Cast<object?>().Select(Of)) + "]",
        _ => value.ToString() ?? "",
    };

    /// <summary>JSON objects and arrays laid out over lines; any other value as <see cref="Of"/> has it.</summary>
    /// <param name="value">The attribute's value.</param>
    /// <param name="isJson">Whether it was JSON.</param>
    public static string Pretty(object? value, out bool isJson)
    {
        isJson = false;
        if (value is not string { Length: > 1 and <= LongestPretty } text || text.TrimStart() is not ['{' or '[', ..])
        {
            return Of(value);
        }

        try
        {
            var pretty = JsonNode.Parse(text)!.ToJsonString(Indented);
            isJson = true;
            return pretty;
        }
        catch (JsonException)
        {
            // It only looked like JSON; previews are cut after 1000 characters.
            return text;
        }
    }
}
