namespace OllamaStudio.Core.Export;

/// <summary>
/// Where a destination keeps requests that its endpoint did not take, oldest first. It has no bound of its own: whoever owns it
/// settles the oldest to make room. Called by one thread at a time.
/// </summary>
internal interface IExportQueue
{
    /// <summary>Requests kept.</summary>
    int Count { get; }

    /// <summary>Keeps a request, as the newest.</summary>
    void Keep(UnsentRequest request);

    /// <summary>The oldest request that is <paramref name="wanted"/>, which stays; null where there is none.</summary>
    UnsentRequest? Peek(Func<UnsentRequest, bool> wanted);

    /// <summary>Lets go of a request: it was sent, or given up.</summary>
    void Settle(UnsentRequest request);

    /// <summary>Spans in the requests that are <paramref name="wanted"/>.</summary>
    int CountSpans(Func<UnsentRequest, bool> wanted);
}

/// <summary>A request that the endpoint did not take, as it was sent.</summary>
/// <param name="Endpoint">Where it was to go: it goes nowhere else unless a person says so.</param>
/// <param name="Body">The serialized spans, with their resource.</param>
/// <param name="Encoding">Content encoding of the body; null for none.</param>
/// <param name="Project">The project that the request names.</param>
/// <param name="Spans">Trace id and span id of each span within, in their order.</param>
internal sealed record UnsentRequest(Uri Endpoint, byte[] Body, string? Encoding, string Project, IReadOnlyList<(string TraceId, string SpanId)> Spans);
