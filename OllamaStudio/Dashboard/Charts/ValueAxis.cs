using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Shared;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>The scale of a chart's values, from zero up, with round ticks.</summary>
/// <param name="Most">The value at the top; above zero.</param>
/// <param name="Ticks">Zero and a few round values above it.</param>
public sealed record ValueAxis(double Most, ImmutableArray<ValueTick> Ticks)
{
    /// <summary>Height of every plot, in pixels.</summary>
    public const double Height = 208;

    // Room above the highest value.
    private const double Headroom = 1.06;
    private const int MostTicks = 4;

    private static readonly double[] s_factors = [1, 2, 4, 5, 10];
    private static readonly double[] s_durations = [.. Decades(1, 100), 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000];

    /// <summary>Pixels from the top at which a value stands.</summary>
    public double Top(double value) => Math.Round(Height * (1 - (Math.Clamp(value, 0, Most) / Most)), 1);

    /// <summary>For durations in milliseconds.</summary>
    public static ValueAxis Durations(double highest)
    {
        var step = s_durations.FirstOrDefault(step => highest / step <= MostTicks, Math.Ceiling(highest / MostTicks / 3_600_000) * 3_600_000);
        var (unit, name) = step switch { >= 3_600_000 => (3_600_000, "h"), >= 60_000 => (60_000, "m"), >= 1_000 => (1_000, "s"), _ when highest >= 1_000 => (1_000, "s"), _ => (1, "ms") };
        return Of(highest, step, value => string.Create(CultureInfo.InvariantCulture, $"{value / unit:0.##} {name}"));
    }

    /// <summary>For counts, which have no fractions.</summary>
    public static ValueAxis Counts(double highest) => Of(highest, Math.Max(1, RoundStep(highest)), static value => CountText.Brief((long)value));

    /// <summary>For numbers of any size.</summary>
    public static ValueAxis Numbers(double highest) => Of(highest, RoundStep(highest), static value => value.ToString("0.####", CultureInfo.InvariantCulture));

    /// <summary>For shares of 0–100.</summary>
    public static ValueAxis Percent { get; } = new(100 * Headroom, [new(0, "0"), new(50, "50"), new(100, "100")]);

    private static ValueAxis Of(double highest, double step, Func<double, string> label)
    {
        var most = Math.Max(highest, step) * Headroom;
        return new ValueAxis(most, [.. Enumerable.Range(0, (int)(most / step) + 1).Select(index => new ValueTick(index * step, label(index * step)))]);
    }

    private static double RoundStep(double highest)
    {
        var least = (highest > 0 ? highest : 1) / MostTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return s_factors.First(factor => factor * power >= least * 0.999) * power;
    }

    private static IEnumerable<double> Decades(double first, double last)
    {
        for (var power = first; power <= last; power *= 10)
        {
            yield return power;
            yield return 2 * power;
            yield return 5 * power;
        }
    }
}

/// <summary>A mark on the scale of values.</summary>
/// <param name="Value">Where.</param>
/// <param name="Label">The value in words.</param>
public readonly record struct ValueTick(double Value, string Label);
