using System.Collections.Immutable;
using System.Text.Json;

namespace OllamaStudio.Core.Ollama.Json;

/// <summary>
/// Reads the fields of an answer that is read whole, as forgiving as <see cref="Lenient"/> is with a stream's: one value of the
/// wrong type counts as absent, for it must not make a server that answers look down. Of a doubled key the last one counts.
/// </summary>
internal static class AnswerFields
{
    /// <summary>A text; null for anything else, and for an empty one: Go writes that for what it does not know.</summary>
    public static string? Text(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.Field(name) is { ValueKind: JsonValueKind.String } field && field.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A whole number that is not negative; null for anything else.</summary>
    public static long? Count(this JsonElement json, ReadOnlySpan<byte> name) => Lenient.Count(json.Field(name));

    /// <summary>A time; null for anything else, and for Go's zero time (year 1).</summary>
    public static DateTimeOffset? Time(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.Field(name) is { ValueKind: JsonValueKind.String } field && field.TryGetDateTimeOffset(out DateTimeOffset time) && time.Year > 1 ? time : null;

    /// <summary>The texts of a list, whatever else is in it; empty where it is none.</summary>
    public static ImmutableArray<string> Texts(this JsonElement json, ReadOnlySpan<byte> name) =>
        [.. json.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    /// <summary>The items of a list; none where it is none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, ReadOnlySpan<byte> name) =>
        json.Field(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The fields of an object by name; none where it is none.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Fields(this JsonElement json, ReadOnlySpan<byte> name)
    {
        var fields = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (json.Field(name) is { ValueKind: JsonValueKind.Object } owner)
        {
            foreach (JsonProperty field in owner.EnumerateObject())
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
