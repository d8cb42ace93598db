using System.Diagnostics;

namespace OllamaStudio.Core.Telemetry;

/// <summary>Knows whether a trace is exported, where that is decided only when it ends. Safe to use from any thread.</summary>
public interface ISamplingDecisions
{
    /// <summary>
    /// Raised when it was decided of a trace, with its id and whether it is exported, on the thread on which that came about. Handlers must be
    /// quick and must not throw.
    /// </summary>
    event Action<string, bool>? Decided;

    /// <summary>Whether the trace of that span is exported; null while that is not decided.</summary>
    bool? Of(Activity span);
}
