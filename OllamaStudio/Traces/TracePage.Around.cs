using OllamaStudio.Core.Insights;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <content>The traces before and after it in the list that led here.</content>
public partial class TracePage
{
    private PacedReading<(TraceQuery, string), TraceNeighbours> _around = null!;

    private void FindNeighbours() => _around.Ask((Asked, TraceId));

    private string TipOf(string word, TraceSummary? trace, bool isKnown) => trace is not null ? $"{word} in the list: {trace.Title}"
        : !_around.IsKnown ? $"Looking for the {word.ToLowerInvariant()} trace in the list…"
        : isKnown ? $"No {word.ToLowerInvariant()} trace in the list"
        : $"No {word.ToLowerInvariant()} trace among the nearest {CountText.Full(TraceNeighbours.MostLooked)}: the list finds it, if there is one";
}
