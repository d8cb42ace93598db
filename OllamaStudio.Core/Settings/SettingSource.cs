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

    /// <summary>The layers that fix settings, this one among them: a decision between destinations looks at all of them. Empty for this one alone.</summary>
    public IReadOnlyList<SettingSource> Layers { get; set; } = [];

    /// <summary>The value of that name in the highest of <see cref="Layers"/> that has one; null where none does.</summary>
    public string? InAny(string name) => Layers.Count == 0 ? this[name] : Layers.Select(layer => layer[name]).FirstOrDefault(static value => value is not null);

    /// <summary>The value of that name, for a person.</summary>
    public string Describe(string name) => describe(name);

    /// <summary>The name under which a setting's own key stands in this layer.</summary>
    public string OwnName(string key) => prefix + key.Replace(":", separator, StringComparison.Ordinal);

    /// <summary>What stands under a setting's own key: a text, or texts by the rest of their names (<c>…:0</c>, <c>…:team</c>); null for nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="depth">How many names the rest is; a separator in the last one is part of it, as in <c>…__Environment__MY__TOKEN</c>.</param>
    public JsonNode? Own(string key, int depth)
    {
        var name = OwnName(key);
        var path = name + separator;
        if (this[name] is { } text)
        {
            return text;
        }

        var found = new JsonObject();
        foreach (var (other, value) in values)
        {
            if (!other.StartsWith(path, StringComparison.OrdinalIgnoreCase) || other.Length == path.Length)
            {
                continue;
            }

            var names = other[path.Length..].Split(separator, depth);
            var parent = found;
            foreach (var step in names[..^1])
            {
                if (parent[step] is not JsonObject child)
                {
                    parent[step] = child = [];
                }

                parent = child;
            }

            parent[names[^1]] = value;
        }

        return found.Count > 0 ? found : null;
    }
}
