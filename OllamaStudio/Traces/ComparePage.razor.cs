using System.Globalization;
using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>Two traces side by side: their figures, their phases, and what is different.</summary>
public partial class ComparePage
{
    private TraceSummary? _left;
    private TraceSummary? _right;

    /// <summary>The first one's id.</summary>
    [SupplyParameterFromQuery(Name = "a")]
    public string? First { get; set; }

    /// <summary>The second one's id.</summary>
    [SupplyParameterFromQuery(Name = "b")]
    public string? Second { get; set; }

    [Inject]
    public required ITraces Traces { get; set; }

    protected override IDisposable Subscribe(Action changed) => Traces.Subscribe(changed);

    protected override void OnParametersSet() => Refresh();

    protected override bool Read()
    {
        (_left, _right) = (Find(First), Find(Second));
        return _left is { RunningCount: > 0 } || _right is { RunningCount: > 0 };
    }

    private TraceSummary? Find(string? id) => id is not null && Traces.Find(id) is { } trace ? SpanTree.Of(trace).Summary : null;

    private string StartOf(TraceSummary trace) => TimeZoneInfo.ConvertTime(trace.StartTime, Time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private string LengthOf(TraceSummary trace)
    {
        var longest = new[] { _left!, _right! }.Max(one => one.Elapsed(Now));
        return new SpanBar(0, longest > TimeSpan.Zero ? trace.Elapsed(Now) / longest * 100 : 0).Style;
    }
}
