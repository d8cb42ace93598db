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

    /// <summary>What the address says.</summary>
    protected TraceQuery Asked => TraceQuery.From(Text, Sort);
}
