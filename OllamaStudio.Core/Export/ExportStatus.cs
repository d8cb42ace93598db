namespace OllamaStudio.Core.Export;

/// <summary>A snapshot of the export's standing.</summary>
public sealed record ExportStatus
{
    /// <summary>How it stands.</summary>
    public ExportState State { get; init; }

    /// <summary>Where spans are sent to; without credentials.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>When a batch was last accepted, UTC; null where none was.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When a batch last failed, UTC; null where none did.</summary>
    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>The last failure in plain words, with the endpoint's status and body where it answered; null where none.</summary>
    public string? LastError { get; init; }

    /// <summary>Spans accepted by the endpoint since start.</summary>
    public long Exported { get; init; }

    /// <summary>Spans in batches that were refused or did not arrive, since start.</summary>
    public long Failed { get; init; }

    /// <summary>Spans dropped because the queue was full, since start.</summary>
    public long Dropped { get; init; }

    /// <summary>Spans that ended and wait to be sent.</summary>
    public long Waiting { get; init; }
}
