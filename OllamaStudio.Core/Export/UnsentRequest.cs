namespace OllamaStudio.Core.Export;

/// <summary>A request to an endpoint, as it is sent.</summary>
/// <param name="Endpoint">Where it is to go: it goes nowhere else unless a person says so.</param>
/// <param name="Body">The serialized spans, with their resource; null where <see cref="File"/> holds them.</param>
/// <param name="Encoding">Content encoding of the body; null for none.</param>
/// <param name="Project">The project that the request names.</param>
/// <param name="Spans">Trace id and span id of each span within, in their order.</param>
internal sealed record UnsentRequest(Uri Endpoint, byte[]? Body, string? Encoding, string Project, IReadOnlyList<(string TraceId, string SpanId)> Spans)
{
    /// <summary>Where the spool keeps it; null where it is in memory only.</summary>
    public SpoolFile? File { get; init; }

    /// <summary>Whether it is never written to disk: it holds spans of a temporary chat. It is gone when the studio stops.</summary>
    public bool IsUnstored { get; init; }

    /// <summary>How often it went again, because the endpoint had accepted it and did not store it. Then <see cref="Spans"/> are those that were missing; the body holds all.</summary>
    public int Resends { get; init; }

    /// <summary>Whether it was held back and never sent so far: its first try is no resend.</summary>
    public bool IsUntried { get; set; }
}

/// <summary>A file of the spool.</summary>
/// <param name="Path">Its path without the extension, which says whether the request was accepted.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Written">When it was written, UTC.</param>
/// <param name="IsAccepted">Whether the endpoint had accepted it when the file was found.</param>
internal sealed record SpoolFile(string Path, long Bytes, DateTimeOffset Written, bool IsAccepted = false);
