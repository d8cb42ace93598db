using OllamaStudio.Core.Insights;

namespace OllamaStudio.Traces;

/// <summary>A column of the list of traces.</summary>
/// <param name="Key">What it shows, and what its header sorts by.</param>
/// <param name="Title">Its header.</param>
/// <param name="Class">Its class in the style sheet.</param>
/// <param name="IsShownAtFirst">Whether it stands there for who has chosen nothing.</param>
public sealed record TraceColumn(TraceSortKey Key, string Title, string Class, bool IsShownAtFirst = true)
{
    /// <summary>All there are, in their order.</summary>
    public static IReadOnlyList<TraceColumn> All { get; } =
    [
        new(TraceSortKey.Status, "Status", "state"),
        new(TraceSortKey.Prompt, "Prompt", "prompt"),
        new(TraceSortKey.Model, "Model", "model"),
        new(TraceSortKey.In, "In", "number"),
        new(TraceSortKey.Cached, "Cached", "number"),
        new(TraceSortKey.Out, "Out", "number"),
        new(TraceSortKey.Rate, "Tok/s", "number"),
        new(TraceSortKey.Duration, "Duration", "duration"),
        new(TraceSortKey.Conversation, "Conversation", "conversation"),
        new(TraceSortKey.Spans, "Spans", "number", IsShownAtFirst: false),
        new(TraceSortKey.Sampled, "Sampled", "sampled", IsShownAtFirst: false),
        new(TraceSortKey.TraceId, "Trace id", "id", IsShownAtFirst: false),
        new(TraceSortKey.Started, "Started", "started"),
    ];

    /// <summary>Whether it cannot be put away: the prompt, which leads to the trace.</summary>
    public bool IsFixed => Key is TraceSortKey.Prompt;

    /// <summary>The columns of those keys in their order, as a browser kept them; those shown at first where it kept none.</summary>
    /// <param name="kept">Keys, parted by commas; null for none. Unknown ones are ignored.</param>
    public static IReadOnlyList<TraceColumn> Chosen(string? kept) =>
        kept?.Split(',') is { } keys
            ? [.. All.Where(column => column.IsFixed || keys.Contains(column.Key.ToString(), StringComparer.Ordinal))]
            : [.. All.Where(static column => column.IsShownAtFirst)];
}
