using System.Globalization;

namespace OllamaStudio.Shared;

/// <summary>Durations as people read them: three significant digits, one unit, digits that do not depend on a culture.</summary>
public static class DurationText
{
    /// <summary>The duration of something that is over: <c>850 µs</c>, <c>12.3 ms</c>, <c>1.24 s</c>, <c>2 m 05 s</c>, <c>1 h 02 m</c>. Negative counts as zero.</summary>
    public static string Of(TimeSpan duration)
    {
        // Rounding comes before choosing the unit: 999.7 ms reads "1.00 s", never "1000 ms".
        if (duration.TotalMicroseconds < 999.5)
        {
            return Invariant($"{Math.Max(0, Math.Round(duration.TotalMicroseconds)):0} µs");
        }

        if (duration.TotalMilliseconds < 999.5)
        {
            return ThreeDigits(duration.TotalMilliseconds) + " ms";
        }

        return duration.TotalSeconds < 59.95 ? ThreeDigits(duration.TotalSeconds) + " s" : Long(duration);
    }

    /// <summary>The duration of something that still runs, in steps of 100 ms so that the text keeps its width: <c>0.4 s</c>, <c>12.3 s</c>, <c>2 m 05 s</c>.</summary>
    public static string Running(TimeSpan elapsed)
    {
        // Cut, not rounded: a clock never shows a moment that has not come.
        var tenths = Math.Max(0, (long)(elapsed.TotalMilliseconds / 100));
        return tenths < 600 ? Invariant($"{tenths / 10}.{tenths % 10} s") : Long(TimeSpan.FromSeconds(tenths / 10));
    }

    /// <summary>The duration of something that lasts, in whole seconds: <c>12 s</c>, <c>2 m 05 s</c>.</summary>
    public static string Lasting(TimeSpan elapsed)
    {
        var seconds = Math.Max(0, (long)elapsed.TotalSeconds);
        return seconds < 60 ? Invariant($"{seconds} s") : Long(TimeSpan.FromSeconds(seconds));
    }

    private static string Long(TimeSpan duration)
    {
        var seconds = (long)Math.Round(duration.TotalSeconds);
        return seconds < 3600
            ? Invariant($"{seconds / 60} m {seconds % 60:00} s")
            : Invariant($"{seconds / 3600} h {seconds % 3600 / 60:00} m");
    }

    private static string ThreeDigits(double value) => value switch
    {
        < 9.995 => Invariant($"{value:0.00}"),
        < 99.95 => Invariant($"{value:0.0}"),
        _ => Invariant($"{value:0}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
