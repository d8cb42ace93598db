namespace OllamaStudio.Components.Layout;

/// <summary>What the parts of one open window tell each other: which trace to look at, and which layer to open. One per circuit.</summary>
public sealed class StudioUi
{
    private bool _openSpans;

    /// <summary>Raised after something here changed.</summary>
    public event Action? Changed;

    /// <summary>Raised when the search over conversations is asked for.</summary>
    public event Action? SearchRequested;

    /// <summary>Raised when the list of shortcuts is asked for.</summary>
    public event Action? HelpRequested;

    /// <summary>The trace that the live spans point out; null for none.</summary>
    public string? FocusedTraceId { get; private set; }

    /// <summary>Points out a trace in the live spans, and opens them.</summary>
    public void FocusTrace(string traceId)
    {
        FocusedTraceId = traceId;
        _openSpans = true;
        Changed?.Invoke();
    }

    /// <summary>Asks for the search over conversations.</summary>
    public void RequestSearch() => SearchRequested?.Invoke();

    /// <summary>Asks for the list of shortcuts.</summary>
    public void RequestHelp() => HelpRequested?.Invoke();

    /// <summary>Whether the live spans are to be opened; true once per request.</summary>
    public bool TakeOpenSpans()
    {
        var open = _openSpans;
        _openSpans = false;
        return open;
    }
}
