using System.Collections.Immutable;
using System.Globalization;

namespace OllamaStudio.Core.Insights;

/// <summary>Whether attributes are what a query asks for.</summary>
internal static class AttributeMatch
{
    /// <summary>Whether one of the attributes fits; turning round is the caller's affair.</summary>
    public static bool Fits(AttributeTerm term, ImmutableArray<KeyValuePair<string, object?>> attributes)
    {
        foreach (var (key, value) in attributes)
        {
            if (string.Equals(key, term.Key, StringComparison.OrdinalIgnoreCase) && (term.Operator is null || Values(value).Any(one => Fits(term, one))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The values that are compared: those of a list one by one.</summary>
    internal static IEnumerable<object?> Values(object? value) => value is Array array ? array.Cast<object?>() : [value];

    /// <summary>A value as text.</summary>
    internal static string Text(object? value) => value is bool flag ? flag ? "true" : "false" : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static bool Fits(AttributeTerm term, object? value)
    {
        if (SpanFacts.Number(value) is { } number && double.TryParse(term.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var asked))
        {
            return TraceFilter.Compares(number.CompareTo(asked), term.Operator ?? QueryOperator.Has);
        }

        var text = Text(value);
        return term.Operator is QueryOperator.Has
            ? text.Contains(term.Value, StringComparison.OrdinalIgnoreCase)
            : TraceFilter.Compares(string.Compare(text, term.Value, StringComparison.OrdinalIgnoreCase), term.Operator ?? QueryOperator.Equal);
    }
}
