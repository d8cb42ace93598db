using System.Globalization;

namespace OllamaStudio.Simulator.Wire;

/// <summary>Times as Go writes them (RFC 3339 with nanoseconds) and durations in nanoseconds.</summary>
internal static class WireTime
{
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

    /// <summary>
    /// Nine digits, where a tick knows only seven: Ollama's clock is finer than .NET's, and a reader that
    /// stops at seven digits must be found out here. The last two are made from the tick. Go leaves trailing zeros out.
    /// </summary>
    private static string Fraction(DateTimeOffset time)
    {
        var ticks = time.UtcTicks % TimeSpan.TicksPerSecond;
        var nanoseconds = (ticks * TimeSpan.NanosecondsPerTick) + (ticks * 37 % 100);
        return nanoseconds == 0 ? "" : "." + nanoseconds.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0');
    }
}
