using System.Text.Json.Nodes;

namespace OllamaStudio.Core.Settings;

/// <summary>One layer of plain text that settings are read from, and how its values are named to a person.</summary>
/// <param name="values">What it holds, by name.</param>
/// <param name="prefix">Begins the names of settings' own keys.</param>
/// <param name="separator">Stands in those names where keys have a colon.</param>
/// <param name="describe">A name as a person knows it: <c>--PORT</c>, <c>PORT</c>, <c>appsettings.json</c>.</param>
internal sealed class SettingSource(IReadOnlyDictionary<string, string> values, string prefix, string separator, Func<string, string> describe)
{
    /// <summary>Whether settings may also be given under the names of their environment variables.</summary>
    public bool HasVariables { get; init; } = true;

    /// <summary>The value of that name; null where it is unset or empty.</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>The value of that name, for a person.</summary>
    public string Describe(string name) => describe(name);

    /// <summary>The name under which a setting's own key stands in this layer.</summary>
    public string OwnName(string key) => prefix + key.Replace(":", separator, StringComparison.Ordinal);

    /// <summary>What stands under a setting's own key: a text, or texts by the rest of their names (<c>…:0</c>, <c>…:team</c>); null for nothing.</summary>
    public JsonNode? Own(string key)
    {
        var name = OwnName(key);
        var path = name + separator;
        if (this[name] is { } text)
        {
            return text;
        }

        // One by one, as names that differ by case only are the same here.
        var children = new JsonObject();
        foreach (var (other, value) in values)
        {
            if (other.StartsWith(path, StringComparison.OrdinalIgnoreCase) && other.Length > path.Length)
            {
                children[other[path.Length..]] = value;
            }
        }

        return children.Count > 0 ? children : null;
    }
}
