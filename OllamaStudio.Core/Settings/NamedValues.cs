using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace OllamaStudio.Core.Settings;

/// <summary>Names and values in one text, as OpenTelemetry writes them: <c>a=1,b=two%20words</c>.</summary>
public static class NamedValues
{
    /// <summary>Reads a text with percent-encoded values. As the OpenTelemetry specification asks, one faulty pair discards the whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pairs">What it says.</param>
    /// <param name="error">What would be right, in a sentence; empty where nothing is wrong.</param>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out ImmutableSortedDictionary<string, string> pairs, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                (pairs, error) = (null, "It must be a list of name=value, separated by commas; commas and equals signs within a value are written %2C and %3D.");
                return false;
            }

            read[Uri.UnescapeDataString(pair[..equals].TrimEnd())] = Uri.UnescapeDataString(pair[(equals + 1)..].TrimStart());
        }

        (pairs, error) = (read.ToImmutable(), "");
        return true;
    }

    /// <summary>The pairs without blanks around names and values, in the order of their characters.</summary>
    /// <param name="pairs">Null counts as none: a change may come with it from a place that the compiler does not see.</param>
    public static ImmutableSortedDictionary<string, string> Tidy(ImmutableSortedDictionary<string, string>? pairs)
    {
        var tidy = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs ?? ImmutableSortedDictionary<string, string>.Empty)
        {
            tidy[name.Trim()] = value?.Trim() ?? "";
        }

        return tidy.ToImmutable();
    }
}
