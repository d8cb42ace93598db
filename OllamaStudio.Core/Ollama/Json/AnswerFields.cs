using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads the values of an answer that is read whole, as forgiving as <see cref="Lenient"/> is with a stream's: what is not of the
/// type counts as absent. Of a doubled key the last one counts.
/// </summary>
internal static class AnswerFields
{
    /// <summary>A text; null for anything else, and for an empty one: Go writes that for what it does not know.</summary>
    public static string? Text(this JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A time; null for anything else, and for Go's zero time (year 1).</summary>
    public static DateTimeOffset? Time(this JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out DateTimeOffset time) && time.Year > 1 ? time : null;

    /// <summary>The texts of a list, whatever else is in it; none where it is none.</summary>
    public static IEnumerable<string> Texts(this JsonElement value) =>
        value.Items().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!);

    /// <summary>The items of a list; none where it is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>The fields of an object by name; none where it is none.</summary>
    public static Dictionary<string, JsonElement> Fields(this JsonElement value)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty field in value.EnumerateObject())
            {
                fields[field.Name] = field.Value;
            }
        }

        return fields;
    }

    /// <summary>A field's value, of any kind; <see cref="JsonValueKind.Undefined"/> where there is none, or where <paramref name="json"/> is no object.</summary>
    public static JsonElement Field(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement field) ? field : default;
}
