using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace OllamaStudio.Core.Settings;

/// <summary>What values a setting may take: each rule gives what is wrong, in sentences that say what to do, or null.</summary>
internal static class SettingRules
{
    public const int MaxNameLength = 255;
    public const int MaxAttributes = 64;
    public const int MaxAttributeValueLength = 4096;
    public const int MaxPatterns = 50;
    public const int MaxPatternLength = 1000;

    /// <summary>Headers that the exporter sets itself, and those that belong to the connection.</summary>
    private static readonly HashSet<string> s_reservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding",
    };

    public static string? Name(string value) =>
        value.Length == 0 ? "It must not be empty."
        : value.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : value.Any(char.IsControl) ? "It must not hold line breaks or other control characters."
        : null;

    public static string? OptionalName(string? value) => value is null ? null : Name(value);

    public static string? Endpoint(string value) =>
        value.Length == 0 ? "It must not be empty; Phoenix on this machine is http://localhost:6006/v1/traces."
        : !Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            ? "It must be a whole address that begins with http:// or https://, such as http://localhost:6006/v1/traces."
        : address.UserInfo.Length > 0 ? "It must not hold a user name or password; put the key into the API key or a header."
        : null;

    public static string? ApiKey(string? value) =>
        value is null ? null
        : value.Length > MaxAttributeValueLength ? $"It may have at most {MaxAttributeValueLength} characters."
        : value.Any(character => character is <= ' ' or > '~')
            ? "It may hold only letters, digits and signs without blanks; copy it again, without the word Bearer."
        : null;

    public static string? Ratio(double value) =>
        value is >= 0 and <= 1 ? null : "It must be a number from 0 to 1; 0.1 exports one trace in ten.";

    public static Func<int, string?> Between(int least, int most) => value =>
        value >= least && value <= most ? null : FormattableString.Invariant($"It must be a whole number from {least:N0} to {most:N0}.");

    public static string? Defined<T>(T value) where T : struct, Enum =>
        Enum.IsDefined(value) ? null : $"It must be one of {string.Join(", ", Enum.GetNames<T>())}.";

    public static string? Attributes(ImmutableSortedDictionary<string, string> value)
    {
        if (value.Count > MaxAttributes)
        {
            return $"There may be at most {MaxAttributes} of them.";
        }

        foreach (var (name, text) in value)
        {
            if (Name(name) is not null)
            {
                return name.Length == 0 ? "Each one needs a name." : $"A name must have 1 to {MaxNameLength} characters, without control characters.";
            }

            if (text.Length > MaxAttributeValueLength)
            {
                return $"The value of {name} may have at most {MaxAttributeValueLength} characters.";
            }
        }

        return null;
    }

    public static string? Headers(ImmutableSortedDictionary<string, string> value)
    {
        if (value.Count > MaxAttributes)
        {
            return $"There may be at most {MaxAttributes} of them.";
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, text) in value)
        {
            if (name.Length == 0 || name.Any(character => !IsTokenCharacter(character)))
            {
                return "A header's name may hold only letters, digits and -_.!#$%&'*+^`|~.";
            }

            if (s_reservedHeaders.Contains(name))
            {
                return $"The header {name} is set by the exporter; remove it.";
            }

            if (!names.Add(name))
            {
                return $"The header {name} is there twice.";
            }

            if (text.Any(character => character is < ' ' or > '~'))
            {
                return $"The value of the header {name} may hold only plain ASCII characters.";
            }
        }

        return null;
    }

    /// <summary>Each must compile without backtracking, so that no text can make it slow, and must not match everywhere.</summary>
    public static string? Patterns(ImmutableArray<string> value)
    {
        if (value.Length > MaxPatterns)
        {
            return $"There may be at most {MaxPatterns} patterns.";
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (Pattern(value[i]) is { } broken)
            {
                return value.Length == 1 ? broken : $"Pattern {i + 1}: {broken}";
            }
        }

        return null;
    }

    private static string? Pattern(string pattern)
    {
        if (pattern.Length > MaxPatternLength)
        {
            return $"It may have at most {MaxPatternLength} characters.";
        }

        try
        {
            var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            return expression.IsMatch("") ? "It matches an empty text, and so everything; make at least one part of it required." : null;
        }
        catch (NotSupportedException)
        {
            return "It uses a look-around, a back-reference or another part that cannot run in bounded time; write it without.";
        }
        catch (ArgumentException malformed)
        {
            return $"It is no regular expression: {malformed.Message}";
        }
    }

    /// <summary>RFC 9110, 5.6.2.</summary>
    private static bool IsTokenCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal);
}
