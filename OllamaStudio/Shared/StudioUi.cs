namespace OllamaStudio.Shared;

/// <summary>What the parts of one open window ask of each other. One per circuit.</summary>
public sealed class StudioUi
{
    private string? _pendingModel;

    /// <summary>Raised, with its id, when a trace is to be pointed out in the live spans.</summary>
    public event Action<string>? TraceRequested;

    /// <summary>Raised when a model is to be used in the chat that is shown, or in a new one.</summary>
    public event Action? ModelRequested;

    /// <summary>Raised when the list of shortcuts is asked for.</summary>
    public event Action? HelpRequested;

    /// <summary>Points out a trace in the live spans, and opens them.</summary>
    public void RequestTrace(string traceId) => TraceRequested?.Invoke(traceId);

    /// <summary>Asks for a model by its name; kept until a chat is there to take it.</summary>
    public void RequestModel(string model)
    {
        _pendingModel = model;
        ModelRequested?.Invoke();
    }

    /// <summary>The model that was asked for, once per request; null where none was.</summary>
    public string? TakeModel() => Interlocked.Exchange(ref _pendingModel, null);

    /// <summary>Asks for the list of shortcuts.</summary>
    public void RequestHelp() => HelpRequested?.Invoke();
}
