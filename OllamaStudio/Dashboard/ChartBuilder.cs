using System.Collections.Immutable;
using System.Globalization;
using OllamaStudio.Core.Insights;
using OllamaStudio.Dashboard.Charts;

namespace OllamaStudio.Dashboard;

/// <summary>One thing that a chart shows of each window; null where it was not measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Style">Which of the styles it is drawn in.</param>
/// <param name="Of">Its value.</param>
/// <param name="IsOfOneSetup">Whether it is a median or another percentile: across a change it is none, and is of what came since the change.</param>
/// <param name="Traces">What narrows a list of traces to those that this one is of, as a query; null for nothing beyond the chart's.</param>
internal sealed record ChartMeasure(string Name, string Style, Func<DashboardWindow, double?> Of, bool IsOfOneSetup = false, string? Traces = null)
{
    /// <summary>The part of a window that it is measured in.</summary>
    public DashboardWindow Part(DashboardWindow window) => IsOfOneSetup ? window.SinceChange ?? window : window;
}

/// <summary>Makes charts that share their windows, their axis of time and their flags.</summary>
internal sealed class ChartBuilder
{
    // Of the place of a bar, what the bar takes.
    private const double BarShare = 0.84;

    // Less would not be seen.
    private const double LeastBar = 1.5;

    private readonly DashboardData _data;
    private readonly TimeZoneInfo _zone;
    private readonly ImmutableArray<AxisTick> _times;
    private readonly ImmutableArray<ChartFlag> _flags;
    private readonly ImmutableArray<DashboardWindow> _bars;
    private readonly ImmutableArray<SetupChange> _shown; // with a flag

    public ChartBuilder(DashboardData data, TimeZoneInfo zone)
    {
        (_data, _zone) = (data, zone);
        var scale = data.Scale;
        _shown = DashboardTiles.Shown(data);
        _times = CalendarAxis.Ticks(scale.From, scale.To, zone);
        _flags = ChartFlag.Of([.. _shown.Select(change => Math.Round((change.Time - scale.From) / (scale.To - scale.From) * 100, 2))]);
        _bars = [.. data.Windows.Chunk(scale.BarEvery).Select(static windows =>
        {
            var bar = new DashboardWindow(windows[0].From, windows[^1].To);
            Array.ForEach(windows, bar.Add);
            return bar;
        })];
    }

    /// <summary>A chart of lines; the first is drawn below the others.</summary>
    public ChartModel Lines(string id, string title, string note, Func<double, ValueAxis> axisFor, Func<double, string> text, IReadOnlyList<ChartMeasure> measures)
    {
        var windows = _data.Windows;
        var values = measures.Select(measure => windows.Select(window => measure.Of(measure.Part(window))).ToArray()).ToArray();
        var axis = axisFor(values.SelectMany(static line => line).Max() ?? 0);
        var ends = values.Select(static line => Array.FindLastIndex(line, static value => value is not null)).ToArray();
        var drawn = Enumerable.Range(0, measures.Count).Where(index => ends[index] >= 0).ToArray();
        var tops = EndLabels.Place([.. drawn.Select(index => axis.Top(values[index][ends[index]]!.Value))], ValueAxis.Height);
        ImmutableArray<DashboardWindow> parts = measures.Any(static measure => measure.IsOfOneSetup) ? [.. windows.Select(static window => window.SinceChange ?? window)] : windows;
        return Model(id, title, note, axis, windows, parts, [.. drawn.Select(index => values[index])], text) with
        {
            Series =
            [
                .. drawn.Select((index, place) =>
                {
                    var last = values[index][ends[index]]!.Value;
                    return new ChartSeries(measures[index].Name, measures[index].Style, LinePath.Of(values[index], axis), text(last), tops[place], Middle(ends[index], windows.Length), axis.Top(last), measures[index].Traces);
                }),
            ],
        };
    }

    /// <summary>A chart of bars, each of parts that stand on one another; the first is the lowest.</summary>
    public ChartModel Bars(string id, string title, Func<double, string> text, IReadOnlyList<ChartMeasure> measures)
    {
        var values = measures.Select(measure => _bars.Select(bar => bar.IsEmpty ? null : measure.Of(bar)).ToArray()).ToArray();
        var axis = ValueAxis.Counts(_bars.Select((_, index) => values.Sum(line => line[index] ?? 0)).Max());
        var parts = ImmutableArray.CreateBuilder<BarPart>();
        var place = LinePath.Width / _bars.Length;
        for (var bar = 0; bar < _bars.Length; bar++)
        {
            var (below, bottom) = (0.0, ValueAxis.Height);
            for (var part = 0; part < measures.Count; part++)
            {
                if (values[part][bar] is > 0 and var value)
                {
                    below += value;
                    var top = Math.Max(0, Math.Min(axis.Top(below), bottom - LeastBar));
                    parts.Add(new BarPart(part, measures[part].Style, Math.Round((bar + ((1 - BarShare) / 2)) * place, 1), top, Math.Round(place * BarShare, 1), Math.Round(bottom - top, 1)));
                    bottom = top;
                }
            }
        }

        var tops = Enumerable.Range(0, measures.Count).Select(index => ValueAxis.Height - ((index + 0.5) * EndLabels.LineHeight) - (index * 4)).ToArray();
        return Model(id, title, WindowText.Every(_data.Scale.BarLength), axis, _bars, _bars, values, text) with
        {
            Bars = parts.DrainToImmutable(),
            Series = [.. measures.Select((measure, index) => new ChartSeries(measure.Name, measure.Style, default, null, tops[index], Traces: measure.Traces))],
        };
    }

    private ChartModel Model(string id, string title, string note, ValueAxis axis, ImmutableArray<DashboardWindow> windows, ImmutableArray<DashboardWindow> parts, double?[][] values, Func<double, string> text) => new()
    {
        Id = id,
        Title = title,
        Note = note,
        Axis = axis,
        Times = _times,
        Flags = _flags,
        Series = [],
        Points =
        [
            .. windows.Index().Where(window => Array.Exists(values, line => line[window.Index] is not null)).Select(window => new ChartPoint(
                Middle(window.Index, windows.Length), WindowText.Of(window.Item.From, window.Item.To, _zone) + SinceChange(window.Item, parts[window.Index]),
                [.. values.Select(line => line[window.Index] is { } value ? text(value) : null)],
                [.. values.Select(line => line[window.Index] is { } value ? axis.Top(value) : (double?)null)],
                Iso(parts[window.Index].From), Iso(window.Item.To))),
        ],
    };

    // Said with the window, so that nobody takes its value for that of all of it.
    private string SinceChange(DashboardWindow window, DashboardWindow part) =>
        part.From == window.From ? "" : $", since {(_shown.IndexOf(_shown.LastOrDefault(change => change.Time == part.From)!) is >= 0 and var place ? ChartFlag.Letter(place) : "a change")}";

    private static double Middle(int index, int count) => Math.Round((index + 0.5) / count * 100, 2);

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
