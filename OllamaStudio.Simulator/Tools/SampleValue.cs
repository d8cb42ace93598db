using System.Text.Json.Nodes;

namespace OllamaStudio.Simulator.Tools;

/// <summary>A value that a simple JSON schema accepts: first choices, lowest numbers, required properties only. It follows no references.</summary>
internal static class SampleValue
{
    // Deeper than a demo needs; what lies below is null.
    private const int DeepestLevel = 4;

    /// <summary>The value; strings are <paramref name="text"/>.</summary>
    public static JsonNode? Make(JsonNode? schema, string text, int level = 0)
    {
        if (schema is not JsonObject known || level > DeepestLevel)
        {
            return null;
        }

        return (known["const"] ?? known["default"] ?? (known["enum"] as JsonArray)?.FirstOrDefault())?.DeepClone() ?? TypeOf(known) switch
        {
            "object" => MakeObject(known, text, level),
            "array" => new JsonArray(Make(known["items"], text, level + 1)),
            "number" or "integer" => known["minimum"]?.DeepClone() ?? 1,
            "boolean" => true,
            "null" => null,
            _ => text,
        };
    }

    /// <summary>The schema's type, or the first of several that is not null; guessed where it says none.</summary>
    public static string TypeOf(JsonNode? schema) => (schema as JsonObject)?["type"] switch
    {
        JsonArray several => several.Select(static type => type?.ToString()).FirstOrDefault(static type => type != "null") ?? "null",
        { } one => one.ToString(),
        null => schema is JsonObject known && known.ContainsKey("properties") ? "object" : "string",
    };

    private static JsonObject MakeObject(JsonObject schema, string text, int level)
    {
        var required = (schema["required"] as JsonArray)?.Select(static name => name?.ToString()).ToArray();
        var properties = schema["properties"] as JsonObject ?? [];
        return new JsonObject(properties
            .Where(property => required?.Contains(property.Key) ?? true)
            .Select(property => KeyValuePair.Create(property.Key, Make(property.Value, text, level + 1))));
    }
}
