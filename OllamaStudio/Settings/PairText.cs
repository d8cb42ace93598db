using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OllamaStudio.Settings;

/// <summary>Names and values as one text, so that a field of pairs is compared and kept like any other: rows may still be incomplete.</summary>
public static class PairText
{
    /// <summary>The rows as one text; empty for none.</summary>
    public static string Join(IEnumerable<KeyValuePair<string, string>> rows) => rows.Any() ? JsonSerializer.Serialize(rows) : "";

    /// <summary>The rows of a text that <see cref="Join"/> made.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Split(string text) =>
        string.IsNullOrEmpty(text) ? [] : JsonSerializer.Deserialize<ImmutableArray<KeyValuePair<string, string>>>(text);

    /// <summary>The rows as pairs, empty ones left out; <paramref name="fault"/> is told where two have the same name.</summary>
    public static JsonObject Read(string text, Action<string> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var pairs = new JsonObject();
        foreach (var (name, value) in Split(text).Where(row => !string.IsNullOrWhiteSpace(row.Key) || !string.IsNullOrWhiteSpace(row.Value)))
        {
            if (!pairs.TryAdd(name.Trim(), value))
            {
                fault($"The name {name.Trim()} is there twice.");
            }
        }

        return pairs;
    }
}
