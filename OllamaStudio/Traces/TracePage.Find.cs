using OllamaStudio.Core.Chat;
using OllamaStudio.Core.Insights;
using OllamaStudio.Core.Spans;
using OllamaStudio.Shared;
using OllamaStudio.Shared.Find;

namespace OllamaStudio.Traces;

/// <content>What is found in the trace is shown.</content>
public partial class TracePage
{
    private void Look(FindScan scan)
    {
        if (_tree is { } tree)
        {
            _finder.Look(tree, _asTable, scan);
        }
    }

    // What stands in the row needs no details; where they are open, they go along.
    private void ShowMatch(FindMatch match)
    {
        _found = match;
        if (_tree?.Find(match.Place) is { } span)
        {
            foreach (var above in _tree.Above(span))
            {
                if (_view.Find(above.SpanId) is { } row)
                {
                    _view.SetExpanded(row, true);
                }
            }

            if (_shown is not null || match.Part != (_asTable ? SpanParts.Name : SpanParts.Label))
            {
                _shown = span;
            }

            _activeKey = span.SpanId;
            _grid?.Reveal(span.SpanId);
        }
    }

    private void ForgetMatch()
    {
        _finder.Clear();
        _found = null;
    }
}
