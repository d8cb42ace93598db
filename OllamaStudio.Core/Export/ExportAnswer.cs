namespace OllamaStudio.Core.Export;

/// <summary>What came of one export request.</summary>
internal sealed record ExportAnswer
{
    /// <summary>The endpoint's HTTP status; null where it did not answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why spans were lost, in plain words; null where none were.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the same request may be accepted later: the endpoint is away, overloaded or slow.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Spans that an accepted request lost nevertheless (OTLP's partial success).</summary>
    public long Rejected { get; init; }

    /// <summary>Whether the endpoint took the request.</summary>
    public bool Accepted => Status is >= 200 and < 300;
}
