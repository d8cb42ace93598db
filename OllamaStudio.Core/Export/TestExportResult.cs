namespace OllamaStudio.Core.Export;

/// <summary>What came of a test span.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Message">In a sentence for a person, with what to do next where it failed.</param>
/// <param name="TraceId">The test span's trace id; null where none was made.</param>
/// <param name="StatusCode">The endpoint's HTTP status; null where it did not answer.</param>
public sealed record TestExportResult(TestExportOutcome Outcome, string Message, string? TraceId, int? StatusCode);

/// <summary>What came of a test span, in one word.</summary>
public enum TestExportOutcome
{
    /// <summary>Accepted, and read back from Phoenix.</summary>
    Stored,

    /// <summary>Accepted; the endpoint is not Phoenix, or does not let spans be read back.</summary>
    Accepted,

    /// <summary>Accepted by Phoenix, but not found there in time.</summary>
    NotStored,

    /// <summary>Refused, with a status.</summary>
    Refused,

    /// <summary>No answer.</summary>
    Unreachable,

    /// <summary>Export is switched off.</summary>
    Off,
}
