namespace OllamaStudio.Core.Export;

/// <summary>A request that an endpoint accepted, and those of its spans that were not read back. Used by one thread at a time.</summary>
/// <param name="request">The request.</param>
/// <param name="order">Its place among all that were accepted.</param>
/// <param name="accepted">When it was accepted, UTC.</param>
internal sealed class UnprovedRequest(UnsentRequest request, long order, DateTimeOffset accepted)
{
    /// <summary>The request.</summary>
    public UnsentRequest Request => request;

    /// <summary>Its place among all that were accepted.</summary>
    public long Order => order;

    /// <summary>When it was accepted, UTC.</summary>
    public DateTimeOffset Accepted => accepted;

    /// <summary>Ids of the spans that were not read back.</summary>
    public HashSet<string> Remaining { get; } = new(request.Spans.Select(static span => span.SpanId), StringComparer.Ordinal);

    /// <summary>Those of <see cref="Remaining"/> that the endpoint lost, as far as one look found out.</summary>
    public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it was let go, and counted so: what a look that was under way says of it comes too late.</summary>
    public bool IsLetGo { get; set; }

    /// <summary>The request again, of which only the lost spans count.</summary>
    public UnsentRequest Again() => request with
    {
        Spans = [.. request.Spans.Where(span => Remaining.Contains(span.SpanId))],
        Resends = request.Resends + 1,
        File = request.File is { } file ? file with { IsAccepted = false } : null, // it has its place among those of this run when it is accepted again
    };
}
