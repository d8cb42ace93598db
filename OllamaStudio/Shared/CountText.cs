using System.Globalization;

namespace OllamaStudio.Shared;

/// <summary>Counts and rates as people read them, with digits that do not depend on a culture.</summary>
public static class CountText
{
    /// <summary>At most four characters: <c>356</c>, <c>1.2k</c>, <c>12.3k</c>, <c>123k</c>, <c>1.2M</c>.</summary>
    public static string Brief(long count) => count switch
    {
        < 1_000 => count.ToString(CultureInfo.InvariantCulture),
        < 999_500 => Scaled(count / 1e3, "k"),
        < 999_500_000 => Scaled(count / 1e6, "M"),
        _ => Scaled(count / 1e9, "G"),
    };

    /// <summary>Tokens of a context window, which are a power of two or close to one: <c>4k</c> for 4,096.</summary>
    public static string Window(int tokens) => tokens > 0 && tokens % 1024 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{tokens / 1024}k") : Brief(tokens);

    /// <summary>Every digit, in groups: <c>12,340</c>.</summary>
    public static string Full(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: <c>1 span</c>, <c>12 spans</c>.</summary>
    public static string Of(long count, string noun) => $"{Full(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>Tokens per second: <c>8.42 tok/s</c>, <c>42.1 tok/s</c>, <c>356 tok/s</c>.</summary>
    public static string Rate(double tokensPerSecond) => RateNumber(tokensPerSecond) + " tok/s";

    /// <summary>The same without its unit, where a header says it.</summary>
    public static string RateNumber(double tokensPerSecond)
    {
        var format = tokensPerSecond switch { < 9.995 => "0.00", < 99.95 => "0.0", _ => "0" };
        return tokensPerSecond.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Scaled(double value, string unit) =>
        value.ToString(value < 99.95 ? "0.#" : "0", CultureInfo.InvariantCulture) + unit;
}
