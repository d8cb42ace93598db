using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OllamaStudio.Http;

/// <summary>
/// The secret that opens the studio: whoever knows it may do everything, adding an MCP server (a program) included. Its text
/// stands in the address on the console and in its file; <see cref="ToString"/> does not tell it, so that no log can.
/// </summary>
public sealed class AccessToken
{
    /// <summary>Fewer signs than that are guessed: nothing slows a caller on the same machine down.</summary>
    public const int MinLength = 16;

    /// <summary>More than that makes an address that terminals and browsers begin to cut.</summary>
    public const int MaxLength = 256;

    // RFC 3986's unreserved characters: they need no escape in an address, a cookie or a header.
    private static readonly SearchValues<char> s_signs = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private readonly byte[] _hash;
    private readonly byte[] _cookieHash;

    private AccessToken(string value)
    {
        Value = value;
        CookieValue = Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(value), "cookie"u8));
        _hash = Hash(value);
        _cookieHash = Hash(CookieValue);
    }

    /// <summary>The token itself.</summary>
    public string Value { get; }

    /// <summary>
    /// What a browser keeps in its place: made from the token, so that it holds for as long as the token does, and without a
    /// way back, so that what other programs on the same host receive (cookies ignore ports) is not the token itself.
    /// </summary>
    public string CookieValue { get; }

    /// <summary>A new one of 256 random bits.</summary>
    public static AccessToken CreateRandom() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>A given one.</summary>
    /// <exception cref="ArgumentException"><see cref="FindFault"/> finds one.</exception>
    public static AccessToken Of(string value) => FindFault(value) is { } fault ? throw new ArgumentException(fault, nameof(value)) : new(value);

    /// <summary>What a token of that text lacks, in a sentence that does not repeat it; null for nothing.</summary>
    public static string? FindFault(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Length is >= MinLength and <= MaxLength && !value.AsSpan().ContainsAnyExcept(s_signs)
            ? null
            : FormattableString.Invariant($"The access token must have {MinLength} to {MaxLength} characters: letters and digits of ASCII, and - . _ ~");
    }

    /// <summary>Whether that is the token. Takes as long for a wrong one as for the right one.</summary>
    public bool Matches(string? offered) => AreEqual(offered, _hash);

    /// <summary>Whether that is <see cref="CookieValue"/>, in the same way.</summary>
    public bool MatchesCookie(string? cookie) => AreEqual(cookie, _cookieHash);

    /// <inheritdoc />
    public override string ToString() => "(access token)";

    // Over hashes, because comparing texts of different lengths would tell the length.
    private static bool AreEqual(string? offered, byte[] hash) => offered is not null && CryptographicOperations.FixedTimeEquals(Hash(offered), hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
