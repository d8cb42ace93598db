using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OllamaStudio.Simulator.Wire;

/// <summary>Times as Ollama writes them (RFC 3339 with nanoseconds), durations in nanoseconds, and <c>keep_alive</c>.</summary>
internal static partial class WireTime
{
    /// <summary>Ollama's longest duration, about 292 years: an <c>expires_at</c> made with it lies in the 24th century.</summary>
    public static readonly TimeSpan Forever = TimeSpan.FromTicks(long.MaxValue / TimeSpan.NanosecondsPerTick);

    /// <summary>A time in UTC, such as <c>2026-01-31T12:00:00.123456789Z</c>.</summary>
    public static string Utc(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss}{Fraction(time)}Z");

    /// <summary>A time with the zone's offset, as <c>tags</c> and <c>ps</c> write it, such as <c>2026-01-31T13:00:00.123456789+01:00</c>.</summary>
    public static string Local(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        return local.Offset == TimeSpan.Zero
            ? Utc(time)
            : string.Create(CultureInfo.InvariantCulture, $"{local:yyyy-MM-dd'T'HH:mm:ss}{Fraction(time)}{local:zzz}");
    }

    public static long Nanoseconds(TimeSpan duration) => duration.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Reads <c>keep_alive</c>: a number of seconds or a duration such as <c>1h30m</c>; negative means forever, and null is null.</summary>
    public static TimeSpan? ReadKeepAlive(JsonElement? value)
    {
        if (value is not { } given)
        {
            return null;
        }

        var seconds = given.ValueKind == JsonValueKind.Number ? given.GetDouble()
            : DurationPattern().Match(given.ToString()) is { Success: true } duration ? Seconds(duration)
            : throw WireException.BadRequest($"time: invalid duration \"{given}\"");
        return seconds < 0 || seconds >= Forever.TotalSeconds ? Forever : TimeSpan.FromSeconds(seconds);
    }

    private static double Seconds(Match duration)
    {
        var sum = duration.Groups["number"].Captures.Zip(duration.Groups["unit"].Captures, static (number, unit) =>
            double.Parse(number.Value, CultureInfo.InvariantCulture) * unit.Value switch { "h" => 3600, "m" => 60, "s" => 1, _ => 0.001 }).Sum();
        return duration.Groups["sign"].Length > 0 ? -sum : sum;
    }

    /// <summary>
    /// Nine digits, where a tick knows only seven: Ollama's clock is finer than .NET's, and a reader that
    /// stops at seven digits must be found out here. The last two are made from the tick. Trailing zeros are left out.
    /// </summary>
    private static string Fraction(DateTimeOffset time)
    {
        var ticks = time.UtcTicks % TimeSpan.TicksPerSecond;
        var nanoseconds = (ticks * TimeSpan.NanosecondsPerTick) + (ticks * 37 % 100);
        return nanoseconds == 0 ? "" : "." + nanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    // "0" goes without a unit.
    [GeneratedRegex(@"^(?<sign>-?)((?<number>\d{1,9}(\.\d{1,9})?)(?<unit>ms|h|m|s))+$|^0$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex DurationPattern();
}
