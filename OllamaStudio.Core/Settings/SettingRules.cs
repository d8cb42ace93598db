using System.Collections.Immutable;

namespace OllamaStudio.Core.Settings;

/// <summary>Rules that settings of several features share: each gives what is wrong, in sentences that say what to do, or null.</summary>
public static class SettingRules
{
    private const int MaxNameLength = 255;
    private const int MaxAttributes = 64;
    private const int MaxAttributeValueLength = 4096;

    /// <summary>Headers that the studio sets itself, and those that belong to the connection.</summary>
    private static readonly HashSet<string> s_reservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding",
    };

    /// <summary>A name: one line, not empty.</summary>
    public static string? Name(string value) =>
        value.Length == 0 ? "It must not be empty."
        : value.Length > MaxNameLength ? $"It may have at most {MaxNameLength} characters."
        : value.Any(char.IsControl) ? "It must not contain line breaks or other control characters."
        : null;

    /// <summary>A name that may be missing.</summary>
    public static string? OptionalName(string? value) => value is null ? null : Name(value);

    /// <summary>A key that is sent as a bearer token, or none.</summary>
    public static string? ApiKey(string? value) =>
        value is null ? null
        : value.Length > MaxAttributeValueLength ? $"It may have at most {MaxAttributeValueLength} characters."
        : value.Any(character => character is <= ' ' or > '~')
            ? "It may contain only letters, digits and punctuation, without spaces; copy it again, without the word Bearer."
        : null;

    /// <summary>A whole number of that range, its ends included.</summary>
    public static Func<int, string?> Between(int least, int most) => value =>
        value >= least && value <= most ? null : BetweenForm(least, most);

    /// <summary>What a whole number of that range is, in a sentence.</summary>
    internal static string BetweenForm(int least, int most) => FormattableString.Invariant($"It must be a whole number from {least:N0} to {most:N0}.");

    /// <summary>Attributes by name.</summary>
    public static string? Attributes(ImmutableSortedDictionary<string, string> value) =>
        value.Count > MaxAttributes ? $"There may be at most {MaxAttributes} of them."
        : value.ContainsKey("") ? "Each one needs a name."
        : value.Keys.Any(name => Name(name) is not null) ? $"A name must have 1 to {MaxNameLength} characters, without control characters."
        : value.FirstOrDefault(pair => pair.Value.Length > MaxAttributeValueLength).Key is { } name
            ? $"The value of {name} may have at most {MaxAttributeValueLength} characters."
        : null;

    /// <summary>Further HTTP headers of a request.</summary>
    public static string? Headers(ImmutableSortedDictionary<string, string> value) =>
        value.Count > MaxAttributes ? $"There may be at most {MaxAttributes} of them."
        : value.Keys.Any(name => name.Length == 0 || !name.All(IsTokenCharacter))
            ? "A header's name may contain only letters, digits and -_.!#$%&'*+^`|~."
        : value.Keys.FirstOrDefault(s_reservedHeaders.Contains) is { } reserved ? $"The header {reserved} is set by the studio itself; remove it."
        : value.Keys.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(names => names.Count() > 1) is { } twice
            ? $"The header {twice.Last()} is there twice."
        : value.FirstOrDefault(pair => pair.Value.Any(character => character is < ' ' or > '~')).Key is { } name
            ? $"The value of the header {name} may contain only plain ASCII characters."
        : null;

    /// <summary>A full address over HTTP.</summary>
    /// <param name="value">The address.</param>
    /// <param name="example">One that would do.</param>
    /// <param name="secrets">Where a user name and a password go instead, to end a sentence.</param>
    public static string? Address(string value, string example, string secrets) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            ? $"It must be a full address that begins with http:// or https://, such as {example}."
        : address.UserInfo.Length > 0 ? $"It must not contain a user name or password; {secrets}."
        : null;

    /// <summary>Whether two addresses are of one server: what was typed for one goes to the other as well.</summary>
    public static bool IsSameServer(string? one, string? other) =>
        Uri.TryCreate(one, UriKind.Absolute, out var left) && Uri.TryCreate(other, UriKind.Absolute, out var right)
        && Uri.Compare(left, right, UriComponents.Scheme | UriComponents.Host | UriComponents.StrongPort, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>The server of an address, without what may be secret in it; null where it is no address.</summary>
    public static string? ServerOf(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

    /// <summary>RFC 9110, 5.6.2.</summary>
    private static bool IsTokenCharacter(char character) =>
        char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal);
}
