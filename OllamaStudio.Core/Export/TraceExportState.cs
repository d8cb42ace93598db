namespace OllamaStudio.Core.Export;

/// <summary>What became of one trace's export.</summary>
public enum TraceExportState
{
    /// <summary>Nothing is known of it: not sampled, export off, or too long ago.</summary>
    Unknown,

    /// <summary>Some of its spans wait to be sent.</summary>
    Waiting,

    /// <summary>All of its ended spans were accepted by the endpoint.</summary>
    Exported,

    /// <summary>Some of its spans were refused, lost or dropped.</summary>
    Failed,
}
