using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// How metrics or logs stand at one destination. They are no part of the books of spans: a request is sent once, and what is not taken is
/// lost; nothing of it is on disk.
/// </summary>
/// <param name="Signal">Metrics or logs.</param>
public sealed record SignalStatus(TelemetrySignal Signal)
{
    /// <summary>How it stands; <see cref="ExportState.Off"/> where it is not sent there.</summary>
    public ExportState State { get; init; }

    /// <summary>Where it is sent to; without credentials.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>When a request was last accepted, UTC; null where none was.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When one last failed, UTC; null where none did.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>The last failure in plain words; null where there was none.</summary>
    public string? LastError { get; init; }

    /// <summary>Pushes of metrics, or log lines, that were accepted since start.</summary>
    public long Sent { get; init; }

    /// <summary>Those that were not taken, and are lost.</summary>
    public long Failed { get; init; }

    /// <summary>Log lines that found no room while earlier ones were being sent, or waited when the address changed, and are lost.</summary>
    public long Dropped { get; init; }
}

/// <summary>How metrics or logs stand at a destination, by what a person calls it.</summary>
/// <param name="Title">What a person calls the destination: <c>Phoenix</c>.</param>
/// <param name="Status">How they stand there.</param>
public sealed record SignalStanding(string Title, SignalStatus Status);
