using System.Globalization;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>
/// Reads values as every layer gives them: a text or another scalar, or children, of which a list's are named by number in
/// configuration.
/// </summary>
internal static class SettingJson
{
    /// <summary>A scalar as its text; null where it is none.</summary>
    public static string? Text(this JsonNode? json) => json is JsonValue ? json.ToString() : null;

    /// <summary>The children in order: by number where their names are numbers, else by name.</summary>
    public static IEnumerable<JsonNode?> Items(this JsonNode? json) => json switch
    {
        JsonArray items => items,
        JsonObject children => children
            .OrderBy(child => Index(child.Key))
            .ThenBy(child => child.Key, StringComparer.Ordinal)
            .Select(child => child.Value),
        _ => [],
    };

    /// <summary>The number that a name is; the largest where it is none.</summary>
    public static int Index(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;
}
