using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <summary>Round marks for an axis of any length.</summary>
public static class TimeAxis
{
    /// <summary>The most marks after zero; more would touch each other at the narrowest width.</summary>
    private const int MostTicks = 5;

    private static readonly int[] RoundFactors = [1, 2, 5, 10];

    private static readonly double[] RoundSeconds = [10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

    /// <summary>Zero and at most five round moments after it, in order. Only zero where the length is not positive.</summary>
    public static ImmutableArray<TimeTick> Ticks(TimeSpan length)
    {
        var ticks = ImmutableArray.CreateBuilder<TimeTick>();
        ticks.Add(new TimeTick(0, "0"));
        if (length > TimeSpan.Zero)
        {
            var step = Step(length);
            for (var count = 1; step * count <= length; count++)
            {
                ticks.Add(new TimeTick(step * count / length * 100, Label(step * count)));
            }
        }

        return ticks.ToImmutable();
    }

    private static TimeSpan Step(TimeSpan length)
    {
        var least = TimeSpan.FromTicks((length.Ticks + MostTicks - 1) / MostTicks);
        if (least.TotalSeconds > 5)
        {
            var seconds = RoundSeconds.FirstOrDefault(candidate => candidate >= least.TotalSeconds);
            return TimeSpan.FromSeconds(seconds > 0 ? seconds : Math.Ceiling(least.TotalHours) * 3600);
        }

        // 1, 2 or 5 times a power of ten; a tick of the clock (0.1 µs) is the least there is.
        var power = Math.Pow(10, Math.Floor(Math.Log10(least.Ticks)));
        var factor = RoundFactors.First(candidate => candidate * power >= least.Ticks);
        return TimeSpan.FromTicks((long)(factor * power));
    }

    private static string Label(TimeSpan at) => at switch
    {
        { TotalSeconds: >= 60 } => at.Seconds == 0 && at.TotalHours < 1
            ? string.Create(CultureInfo.InvariantCulture, $"{at.TotalMinutes:0} m")
            : DurationText.Of(at),
        { TotalSeconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.##} s"),
        { TotalMilliseconds: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{at.TotalMilliseconds:0.##} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{at.TotalMicroseconds:0.#} µs"),
    };
}

/// <summary>A mark on the time axis.</summary>
/// <param name="Percent">Where, in percent of the axis.</param>
/// <param name="Label">Time since the start, in words.</param>
public readonly record struct TimeTick(double Percent, string Label);
