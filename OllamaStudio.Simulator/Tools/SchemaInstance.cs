using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Simulator.Tools;

/// <summary>Makes a small value that a JSON schema accepts: required properties only, first choices, lowest numbers.</summary>
internal static class SchemaInstance
{
    // A schema that refers to itself would have no end.
    private const int DeepestLevel = 16;

    // A schema may ask for any number of items; a demo need not give a million.
    private const int MostItems = 100;

    /// <summary>The value; <paramref name="fill"/> may supply those of strings by the property's name (null for the default).</summary>
    public static JsonNode? Make(JsonElement schema, Func<string, string?>? fill = null) => Make(schema, schema, "", fill, 0);

    private static JsonNode? Make(JsonElement schema, JsonElement root, string name, Func<string, string?>? fill, int level)
    {
        if (schema.ValueKind != JsonValueKind.Object || level > DeepestLevel)
        {
            return null;
        }

        if (Chosen(schema) is { } chosen)
        {
            return JsonNode.Parse(chosen.GetRawText());
        }

        if (Follow(schema, root) is { } target)
        {
            return Make(target, root, name, fill, level + 1);
        }

        return TypeOf(schema) switch
        {
            "object" => MakeObject(schema, root, fill, level),
            "array" => MakeArray(schema, root, name, fill, level),
            "integer" => (long)Math.Ceiling(Lowest(schema, 1)),
            "number" => Lowest(schema, 1),
            "boolean" => true,
            "null" => null,
            _ => MakeString(schema, name, fill),
        };
    }

    /// <summary>The schema's single type, or the first of several that is not null; guessed where it says none.</summary>
    public static string TypeOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return "string";
        }

        if (schema.TryGetProperty("type", out var type))
        {
            if (type.ValueKind == JsonValueKind.String)
            {
                return type.GetString()!;
            }

            if (type.ValueKind == JsonValueKind.Array)
            {
                return type.EnumerateArray().Select(static item => item.ToString()).FirstOrDefault(static item => item != "null") ?? "null";
            }
        }

        return schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : "string";
    }

    /// <summary>A value that the schema itself names: <c>const</c>, <c>default</c>, the first of <c>enum</c>.</summary>
    private static JsonElement? Chosen(JsonElement schema) =>
        schema.TryGetProperty("const", out var constant) ? constant
        : schema.TryGetProperty("default", out var standard) ? standard
        : schema.TryGetProperty("enum", out var options) && options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0 ? options[0]
        : null;

    /// <summary>The schema that stands behind a reference or a choice between several.</summary>
    private static JsonElement? Follow(JsonElement schema, JsonElement root)
    {
        if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String)
        {
            var target = root;
            foreach (var part in reference.GetString()!.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(part, out target))
                {
                    return null;
                }
            }

            return target;
        }

        foreach (var choice in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(choice, out var options) && options.ValueKind == JsonValueKind.Array)
            {
                foreach (var option in options.EnumerateArray())
                {
                    if (TypeOf(option) != "null")
                    {
                        return option;
                    }
                }
            }
        }

        return null;
    }

    private static JsonObject MakeObject(JsonElement schema, JsonElement root, Func<string, string?>? fill, int level)
    {
        var result = new JsonObject();
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return result;
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(static item => item.ToString()).ToHashSet(StringComparer.Ordinal)
            : null;
        foreach (var property in properties.EnumerateObject().Where(property => required?.Contains(property.Name) ?? true))
        {
            result[property.Name] = Make(property.Value, root, property.Name, fill, level + 1);
        }

        return result;
    }

    private static JsonArray MakeArray(JsonElement schema, JsonElement root, string name, Func<string, string?>? fill, int level)
    {
        var count = (int)Math.Min(Number(schema, "minItems") ?? 1, MostItems);
        var items = schema.TryGetProperty("items", out var item) ? item : default;
        return new JsonArray([.. Enumerable.Range(0, count).Select(_ => Make(items, root, name, fill, level + 1))]);
    }

    private static JsonValue MakeString(JsonElement schema, string name, Func<string, string?>? fill)
    {
        var format = schema.TryGetProperty("format", out var value) ? value.ToString() : "";
        var text = fill?.Invoke(name) ?? format switch
        {
            "date" => "2026-01-15",
            "date-time" => "2026-01-15T09:30:00Z",
            "time" => "09:30:00Z",
            "email" => "demo@example.com",
            "uri" => "https://example.com/",
            "uuid" => "00000000-0000-4000-8000-000000000001",
            _ => "demo",
        };
        var shortest = (int)Math.Min(Number(schema, "minLength") ?? 0, 10_000);
        var longest = (int)Math.Min(Number(schema, "maxLength") ?? int.MaxValue, int.MaxValue);
        text = text.PadRight(shortest, '.');
        return JsonValue.Create(text.Length > longest ? text[..longest] : text);
    }

    private static double Lowest(JsonElement schema, double preferred)
    {
        var lowest = Number(schema, "minimum") ?? Number(schema, "exclusiveMinimum") + 1 ?? double.MinValue;
        var highest = Number(schema, "maximum") ?? Number(schema, "exclusiveMaximum") - 1 ?? double.MaxValue;
        return Math.Max(lowest, Math.Min(preferred, highest));
    }

    private static double? Number(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
