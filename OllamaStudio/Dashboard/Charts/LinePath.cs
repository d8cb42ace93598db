using System.Globalization;
using System.Text;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>A line as SVG draws it, in a plot of <see cref="Width"/> by <see cref="ValueAxis.Height"/> that is stretched to its place.</summary>
/// <param name="Path">Through the points that are neighbours; one that has none is a dot.</param>
/// <param name="Bridges">Over the windows in which nothing was measured.</param>
public readonly record struct LinePath(string Path, string Bridges)
{
    /// <summary>Width of every plot, in units of its own.</summary>
    public const double Width = 1000;

    /// <summary>The line through values, each in the middle of its window; null where nothing was measured.</summary>
    public static LinePath Of(IReadOnlyList<double?> values, ValueAxis axis)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(axis);
        var (path, bridges) = (new StringBuilder(), new StringBuilder());
        string? last = null;
        for (var index = 0; index < values.Count; index++)
        {
            if (values[index] is not { } value)
            {
                continue;
            }

            var here = string.Create(CultureInfo.InvariantCulture, $"{Math.Round((index + 0.5) / values.Count * Width, 1)} {axis.Top(value)}");
            if (index > 0 && values[index - 1] is not null)
            {
                path.Append('L').Append(here);
            }
            else
            {
                // No length, and round ends: a dot.
                path.Append('M').Append(here).Append("h0");
                if (last is not null)
                {
                    bridges.Append('M').Append(last).Append('L').Append(here);
                }
            }

            last = here;
        }

        return new LinePath(path.ToString(), bridges.ToString());
    }
}
