using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>A setting's value as it was written: one text, or named children, or neither (a JSON <c>null</c>: explicitly none).</summary>
internal readonly struct RawSetting
{
    public string? Text { get; private init; }

    public IReadOnlyList<KeyValuePair<string, string>>? Children { get; private init; }

    public static RawSetting Of(string text) => new() { Text = text };

    /// <summary>Children in order: by number where their names are numbers (the items of a list), else by name.</summary>
    public static RawSetting Of(IEnumerable<KeyValuePair<string, string>> children) =>
        new() { Children = [.. children.OrderBy(child => Index(child.Key)).ThenBy(child => child.Key, StringComparer.Ordinal)] };

    /// <summary>Reads JSON: scalars as their text, lists and objects of scalars as children.</summary>
    /// <exception cref="FormatException">Lists or objects lie within lists or objects.</exception>
    public static RawSetting Of(JsonNode? node) => node switch
    {
        null => default,
        JsonArray list => Of(list.Select((item, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), Scalar(item)))),
        JsonObject properties => Of(properties.Select(property => KeyValuePair.Create(property.Key, Scalar(property.Value)))),
        _ => Of(Scalar(node)),
    };

    private static string Scalar(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "",
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Array or JsonValueKind.Object => throw new FormatException("It holds lists or objects where plain values belong."),
        _ => node.ToJsonString(),
    };

    private static int Index(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue;
}
