using System.Globalization;
using System.Runtime.InteropServices;
using OllamaStudio.Core.Spans;

namespace OllamaStudio.Traces;

/// <summary>A stretch of time that bars are drawn in.</summary>
/// <param name="Start">Its left edge.</param>
/// <param name="End">Its right edge; not before <paramref name="Start"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TraceTimeline(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>How long it is.</summary>
    public TimeSpan Length => End - Start;

    /// <summary>Where the span's bar lies. A running span reaches to the right edge.</summary>
    public SpanBar Bar(SpanRecord span) => Bar(span.StartTime, span.Duration);

    /// <summary>Where the bar of a stretch of time lies; one without a duration reaches to the right edge.</summary>
    public SpanBar Bar(DateTimeOffset start, TimeSpan? length)
    {
        if (Length <= TimeSpan.Zero)
        {
            // All in one instant: whatever is drawn fills it.
            return new SpanBar(0, 100);
        }

        var left = Math.Clamp((start - Start) / Length * 100, 0, 100);
        var right = length is { } duration ? Math.Clamp((start + duration - Start) / Length * 100, left, 100) : 100;
        return new SpanBar(left, right - left);
    }
}

/// <summary>A bar in a row, in percent of the row's timeline.</summary>
/// <param name="Left">Left edge, 0 to 100.</param>
/// <param name="Width">Width, 0 to 100 - <paramref name="Left"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SpanBar(double Left, double Width)
{
    /// <summary>As inline style: <c>left:12.5%;width:40%</c>.</summary>
    public string Style => string.Create(CultureInfo.InvariantCulture, $"left:{Left:0.###}%;width:{Width:0.###}%");
}
