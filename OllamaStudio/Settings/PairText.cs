using System.Collections.Immutable;

namespace OllamaStudio.Settings;

/// <summary>Names and values as one text, so that a field of pairs is compared and kept like any other: rows may still be incomplete.</summary>
public static class PairText
{
    // Control characters made for this; neither can be typed into a field.
    private const char BetweenRows = '\u001e';
    private const char WithinRow = '\u001f';

    /// <summary>The rows as one text.</summary>
    public static string Join(IEnumerable<KeyValuePair<string, string>> rows) =>
        string.Join(BetweenRows, rows.Select(row => $"{row.Key}{WithinRow}{row.Value}"));

    /// <summary>Rows whose values are stored secrets.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Keep(IEnumerable<string> names) => names.Select(name => KeyValuePair.Create(name, FormField.Kept));

    /// <summary>The rows of a text that <see cref="Join"/> made.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0
            ? []
            : [.. text.Split(BetweenRows).Select(row => row.Split(WithinRow, 2)).Select(parts => KeyValuePair.Create(parts[0], parts.ElementAtOrDefault(1) ?? ""))];
    }

    /// <summary>The rows as a dictionary, empty ones left out; <paramref name="fault"/> is told where two have the same name.</summary>
    public static ImmutableSortedDictionary<string, string> Read(string text, Action<string> fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Split(text))
        {
            if (string.IsNullOrWhiteSpace(name) && string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            if (!pairs.TryAdd(name.Trim(), value))
            {
                fault($"The name {name.Trim()} is there twice.");
            }
        }

        return pairs.ToImmutable();
    }

    /// <summary>The pairs with what is stored in place of every value that is kept; what is kept of a name that is not stored goes.</summary>
    public static ImmutableSortedDictionary<string, string> Recall(
        ImmutableSortedDictionary<string, string> pairs, ImmutableSortedDictionary<string, string> stored)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(stored);
        foreach (var (name, value) in pairs)
        {
            if (value == FormField.Kept)
            {
                pairs = stored.TryGetValue(name, out var kept) ? pairs.SetItem(name, kept) : pairs.Remove(name);
            }
        }

        return pairs;
    }
}
