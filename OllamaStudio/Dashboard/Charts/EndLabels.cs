using System.Collections.Immutable;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>Puts the labels at the ends of lines so that none covers another.</summary>
public static class EndLabels
{
    /// <summary>Height of a label, in pixels.</summary>
    public const double LineHeight = 15;

    /// <summary>Where the labels stand, in pixels from the top to their middles: in the order of the lines' ends, each as near its own as goes.</summary>
    /// <param name="ends">Where the lines end.</param>
    /// <param name="height">The room there is.</param>
    public static ImmutableArray<double> Place(IReadOnlyList<double> ends, double height)
    {
        ArgumentNullException.ThrowIfNull(ends);
        var order = Enumerable.Range(0, ends.Count).OrderBy(index => ends[index]).ToArray();
        var placed = new double[ends.Count];
        var least = LineHeight / 2;
        foreach (var index in order)
        {
            placed[index] = Math.Max(ends[index], least);
            least = placed[index] + LineHeight;
        }

        // What went below the last line goes back up.
        var most = height - (LineHeight / 2);
        foreach (var index in order.Reverse())
        {
            placed[index] = Math.Min(placed[index], most);
            most = placed[index] - LineHeight;
        }

        return [.. placed];
    }
}
