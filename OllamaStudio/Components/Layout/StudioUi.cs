namespace OllamaStudio.Components.Layout;

/// <summary>What the parts of one open window ask of each other. One per circuit.</summary>
public sealed class StudioUi
{
    private bool _searchPending;

    /// <summary>Raised, with its id, when a trace is to be pointed out in the live spans.</summary>
    public event Action<string>? TraceRequested;

    /// <summary>Raised when the search over conversations is asked for.</summary>
    public event Action? SearchRequested;

    /// <summary>Points out a trace in the live spans, and opens them.</summary>
    public void RequestTrace(string traceId) => TraceRequested?.Invoke(traceId);

    /// <summary>Asks for the search over conversations; kept until the list of them is there to take it.</summary>
    public void RequestSearch()
    {
        _searchPending = true;
        SearchRequested?.Invoke();
    }

    /// <summary>Whether the search was asked for; true once per request.</summary>
    public bool TakeSearch()
    {
        var pending = _searchPending;
        _searchPending = false;
        return pending;
    }
}
