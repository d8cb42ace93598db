using System.Globalization;
using CsCheck;

namespace OllamaStudio.Tests.Support;

/// <summary>Secrets of each kind that redaction knows, and of a person's own pattern.</summary>
internal static class SecretGen
{
    /// <summary>The pattern of <see cref="Own"/>.</summary>
    public const string OwnPattern = "OWN-[0-9A-Z]{8,}";

    private static readonly Gen<string> s_letters = Gen.Char["abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"].Array[30, 40].Select(static all => new string(all));

    /// <summary>What the person's own pattern matches.</summary>
    public static Gen<string> Own { get; } = s_letters.Select(static text => "OWN-" + text.ToUpperInvariant());

    /// <summary>An e-mail address.</summary>
    public static Gen<string> Email { get; } = s_letters.Select(static text => $"{text}@secrets.example");

    /// <summary>A payment card number that passes the Luhn check.</summary>
    public static Gen<string> Card { get; } = Gen.Select(Gen.Long[400_000_000_000_000, 599_999_999_999_999], Gen.Bool, static (digits, grouped) =>
    {
        var text = digits.ToString(CultureInfo.InvariantCulture);
        var sum = text.Select(static (digit, place) => place % 2 == 0 ? (digit - '0') * 2 / 10 + (digit - '0') * 2 % 10 : digit - '0').Sum();
        var card = text + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
        return grouped ? $"{card[..4]} {card[4..8]} {card[8..12]} {card[12..]}" : card;
    });

    /// <summary>An API key of one of the known providers.</summary>
    public static Gen<string> ApiKey { get; } = Gen.OneOf(s_letters.Select(static text => "sk-" + text), s_letters.Select(static text => "ghp_" + text), s_letters.Select(static text => "hf_" + text));

    /// <summary>A token; it is known as one behind <c>Bearer</c>, or by its own form.</summary>
    public static Gen<string> Token { get; } = s_letters.Select(static text => $"eyJ{text}.{text}.{text}");

    /// <summary>One of any kind.</summary>
    public static Gen<string> Any { get; } = Gen.OneOf(Own, Email, Card, ApiKey, Token);
}
