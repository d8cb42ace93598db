using Microsoft.AspNetCore.Components;
using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>A page whose address says which traces a list shows, and in which order: the list itself, and a trace that was opened from it.</summary>
public abstract class TraceListComponent : FeedComponent
{
    /// <summary>What the list is narrowed by.</summary>
    [SupplyParameterFromQuery(Name = "q")]
    public string? Text { get; set; }

    /// <summary>What the list is sorted by.</summary>
    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    /// <summary>How far back the list reaches.</summary>
    [SupplyParameterFromQuery(Name = "range")]
    public string? Range { get; set; }

    /// <summary>When the list begins.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    /// <summary>When the list ends.</summary>
    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    [Inject]
    public required ITraces Traces { get; set; }

    /// <summary>What the address says.</summary>
    protected TraceQuery Asked => TraceQuery.From(Text, Sort, TimeRange.Read(Range, From, To));

    protected override IDisposable Subscribe(Action changed) => Traces.Subscribe(changed);
}
