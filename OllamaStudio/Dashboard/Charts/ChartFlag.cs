using System.Collections.Immutable;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>A line where something changed, with its letter.</summary>
/// <param name="Percent">Where, in percent of the axis of time.</param>
/// <param name="Letters">Its letter; <c>B–D</c> where the ones of its neighbours would cover it; empty where a neighbour has it.</param>
public readonly record struct ChartFlag(double Percent, string Letters)
{
    // Letters nearer to one another than this touch in a narrow chart.
    private const double Nearest = 8;

    /// <summary>The flags of moments, which are in order: the first is A.</summary>
    /// <param name="moments">In percent of the axis.</param>
    public static ImmutableArray<ChartFlag> Of(IReadOnlyList<double> moments)
    {
        ArgumentNullException.ThrowIfNull(moments);
        var flags = ImmutableArray.CreateBuilder<ChartFlag>(moments.Count);
        for (var first = 0; first < moments.Count;)
        {
            var last = first;
            while (last + 1 < moments.Count && moments[last + 1] - moments[first] < Nearest)
            {
                last++;
            }

            flags.Add(new ChartFlag(moments[first], last == first ? Letter(first) : $"{Letter(first)}–{Letter(last)}"));
            for (var index = first + 1; index <= last; index++)
            {
                flags.Add(new ChartFlag(moments[index], ""));
            }

            first = last + 1;
        }

        return flags.DrainToImmutable();
    }

    /// <summary>The letter of a change; there are never more than of the alphabet.</summary>
    public static string Letter(int index) => ((char)('A' + index)).ToString();
}
