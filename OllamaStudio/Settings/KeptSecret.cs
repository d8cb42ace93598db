using System.Text.Json.Nodes;

namespace OllamaStudio.Settings;

/// <summary>
/// Keeps secrets that are stored from the page: a mark stands for each, until what is typed goes back and what is stored takes
/// the mark's place.
/// </summary>
internal static class KeptSecret
{
    /// <summary>A secret, or pairs whose values are, with the mark in place of each.</summary>
    public static JsonNode? Hide(JsonNode? value) => value switch
    {
        JsonObject pairs => new JsonObject(pairs.Select(pair => KeyValuePair.Create(pair.Key, Hide(pair.Value)))),
        null => null,
        _ => FormField.Kept,
    };

    /// <summary>Whether a mark stands there, or in one of the pairs.</summary>
    public static bool IsIn(JsonNode? value) =>
        value is JsonObject pairs ? pairs.Any(pair => IsIn(pair.Value)) : value is JsonValue text && text.ToString() == FormField.Kept;

    /// <summary>The value with what is stored in place of every mark; a mark for something that is not stored goes.</summary>
    public static JsonNode? Recall(JsonNode? value, JsonNode? stored) => value switch
    {
        JsonObject pairs => new JsonObject(pairs
            .Where(pair => !IsIn(pair.Value) || stored?[pair.Key] is not null)
            .Select(pair => KeyValuePair.Create(pair.Key, Recall(pair.Value, stored?[pair.Key])))),
        _ => (IsIn(value) ? stored : value)?.DeepClone(),
    };
}
