using OllamaStudio.Core.Insights;
using OllamaStudio.Shared;

namespace OllamaStudio.Traces;

/// <content>Two traces that are chosen to be compared.</content>
public partial class TracesPage
{
    private List<string>? _chosen; // null while none are to be chosen
    private string? _focusNext;

    // The button that was pressed gives way: the keyboard goes on at the first trace, and at last to where it came from.
    private void BeginChoosing() => (_chosen, _focusNext) = ([], "[data-testid='compare-choice']");

    private void EndChoosing() => (_chosen, _focusNext) = (null, "[data-testid='traces-compare']");

    private async Task FocusNextAsync()
    {
        if (_focusNext is { } selector)
        {
            _focusNext = null;
            await Script.TryInvokeVoidAsync("studio.focus", selector);
        }
    }

    /// <summary>Chooses a trace to compare, or not any more; a third takes the place of the first.</summary>
    private void Choose(TraceSummary trace)
    {
        if (!_chosen!.Remove(trace.TraceId))
        {
            _chosen = [.. _chosen.TakeLast(1), trace.TraceId];
        }
    }

    private void Compare() => Navigation.NavigateTo($"traces/compare?a={_chosen![0]}&b={_chosen[1]}");
}
