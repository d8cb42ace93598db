using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace OllamaStudio.Simulator.Wire;

/// <summary>Reads <c>keep_alive</c>: a number of seconds or a Go duration such as <c>1h30m</c>; negative means forever.</summary>
internal static class GoDuration
{
    /// <summary>Go's longest duration, about 292 years: an <c>expires_at</c> made with it lies in the 24th century.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromTicks(long.MaxValue / TimeSpan.NanosecondsPerTick);

    // Longest first, so that "ms" is not read as minutes.
    private static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    public static TimeSpan Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => FromSeconds(value.GetDouble()),
        JsonValueKind.String => FromSeconds(ParseSeconds(value.GetString()!)),
        _ => throw WireException.BadRequest($"Unsupported type: '{value.ValueKind}'"),
    };

    private static TimeSpan FromSeconds(double seconds) =>
        seconds < 0 || seconds >= Forever.TotalSeconds ? Forever : TimeSpan.FromSeconds(seconds);

    private static double ParseSeconds(string text)
    {
        var rest = text.AsSpan();
        var negative = rest is ['-', ..];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest is "0")
        {
            return 0;
        }

        if (rest.IsEmpty)
        {
            throw Invalid(text);
        }

        double sum = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                throw digits < 0 ? WireException.BadRequest($"time: missing unit in duration \"{text}\"") : Invalid(text);
            }

            rest = rest[digits..];
            var unit = FindUnit(rest) ?? throw Invalid(text);
            sum += number * unit.Seconds;
            rest = rest[unit.Unit.Length..];
        }

        return negative ? -sum : sum;
    }

    private static (string Unit, double Seconds)? FindUnit(ReadOnlySpan<char> text)
    {
        foreach (var unit in Units)
        {
            if (text.StartsWith(unit.Unit, StringComparison.Ordinal))
            {
                return unit;
            }
        }

        return null;
    }

    private static WireException Invalid(string text) => WireException.BadRequest($"time: invalid duration \"{text}\"");
}
