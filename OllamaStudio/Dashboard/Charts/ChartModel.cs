using System.Collections.Immutable;

namespace OllamaStudio.Dashboard.Charts;

/// <summary>A chart, computed: what there is to draw, to read out and to put in a table.</summary>
public sealed record ChartModel
{
    /// <summary>What a link or a script calls it.</summary>
    public required string Id { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>What is measured, in a few words.</summary>
    public required string Note { get; init; }

    /// <summary>The scale of the values.</summary>
    public required ValueAxis Axis { get; init; }

    /// <summary>Moments on the axis of time.</summary>
    public required ImmutableArray<AxisTick> Times { get; init; }

    /// <summary>Where something changed.</summary>
    public required ImmutableArray<ChartFlag> Flags { get; init; }

    /// <summary>Its series, as the labels and a table's head name them.</summary>
    public required ImmutableArray<ChartSeries> Series { get; init; }

    /// <summary>The bars' parts; empty for a chart of lines.</summary>
    public ImmutableArray<BarPart> Bars { get; init; } = [];

    /// <summary>The windows in which something was measured, oldest first. They are what a pointer and the arrow keys find.</summary>
    public required ImmutableArray<ChartPoint> Points { get; init; }
}

/// <summary>One of a chart's lines, or one sort of its bars' parts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Style">Which of the styles it is drawn in: colour, weight and dashes.</param>
/// <param name="Line">Its line; empty for bars.</param>
/// <param name="Last">Its last value in words; null where a label does not say it.</param>
/// <param name="LabelTop">Where its label stands, in pixels from the top to its middle.</param>
/// <param name="EndLeft">Where its line ends, in percent; null for bars.</param>
/// <param name="EndTop">Likewise in pixels from the top.</param>
/// <param name="Traces">What narrows a list of traces to those that it is of, as a query; null for nothing beyond the dashboard's.</param>
public sealed record ChartSeries(string Name, string Style, LinePath Line, string? Last, double LabelTop, double? EndLeft = null, double? EndTop = null, string? Traces = null);

/// <summary>A part of a bar.</summary>
/// <param name="Series">Which of the chart's series it is of, from 0.</param>
/// <param name="Style">As <see cref="ChartSeries.Style"/>.</param>
/// <param name="X">From the left, in units of <see cref="LinePath.Width"/>.</param>
/// <param name="Y">From the top, in pixels.</param>
/// <param name="Width">Likewise.</param>
/// <param name="Height">Likewise.</param>
public readonly record struct BarPart(int Series, string Style, double X, double Y, double Width, double Height);

/// <summary>A window in which something was measured. Short names: it goes to the page's script as JSON.</summary>
/// <param name="X">Its middle, in percent.</param>
/// <param name="T">When, in words.</param>
/// <param name="V">Each series' value in words; null where nothing was measured.</param>
/// <param name="Y">Each line's height there, in pixels from the top; null likewise, and for bars.</param>
/// <param name="A">Begin, ISO 8601 in UTC.</param>
/// <param name="B">End, exclusive.</param>
public sealed record ChartPoint(double X, string T, ImmutableArray<string?> V, ImmutableArray<double?> Y, string A, string B);
