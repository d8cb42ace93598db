namespace OllamaStudio.Core.Export;

/// <summary>
/// The requests of a destination's queue within their bounds, told apart by the address that they are for: the one in force, or
/// another one that was in force before. Called by one thread at a time.
/// </summary>
/// <param name="queue">Holds them; nobody else uses it.</param>
/// <param name="budget">Counts their bytes.</param>
internal sealed class KeptRequests(IExportQueue queue, ByteBudget budget)
{
    /// <summary>Most requests kept; beyond it the oldest is given up. Of the largest ones as many as the byte budget's default holds.</summary>
    public const int MaxRequests = 64;

    /// <summary>The address in force; null before there was one.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The one that is being sent: it may yet be accepted, and is not given up.</summary>
    public UnsentRequest? UnderWay { get; set; }

    /// <summary>The oldest for the address in force; null where there is none.</summary>
    public UnsentRequest? Next => queue.Peek(request => request.Endpoint == Endpoint);

    /// <summary>Keeps requests, and gives up the oldest where they are too many or too large.</summary>
    /// <returns>Those given up.</returns>
    public List<UnsentRequest> Keep(IReadOnlyList<UnsentRequest> requests)
    {
        foreach (var request in requests)
        {
            queue.Keep(request);
            budget.Take(request.Body.Length);
        }

        List<UnsentRequest> givenUp = [];
        while (queue.Count > MaxRequests || budget.Used > budget.Limit)
        {
            if (GiveUpOldest(except: requests) is not { } oldest)
            {
                break;
            }

            givenUp.Add(oldest);
        }

        return givenUp;
    }

    /// <summary>Gives up the oldest; null where there is none that could be.</summary>
    public UnsentRequest? GiveUpOldest(IReadOnlyList<UnsentRequest>? except = null)
    {
        var oldest = queue.Peek(request => request != UnderWay && except?.Contains(request) != true);
        if (oldest is not null)
        {
            Remove(oldest);
        }

        return oldest;
    }

    /// <summary>Lets go of one.</summary>
    public void Remove(UnsentRequest request)
    {
        queue.Settle(request);
        budget.Give(request.Body.Length);
    }

    /// <summary>Lets go of all but the one under way.</summary>
    public List<UnsentRequest> RemoveAll() => RemoveAll(request => request != UnderWay);

    /// <summary>Lets go of those for another address.</summary>
    public List<UnsentRequest> RemoveLeftBehind() => RemoveAll(IsLeftBehind);

    /// <summary>Readdresses those for another address to the one in force.</summary>
    public void ForwardLeftBehind()
    {
        while (Endpoint is { } here && queue.Peek(IsLeftBehind) is { } request)
        {
            queue.Settle(request);
            queue.Keep(request with { Endpoint = here });
        }
    }

    /// <summary>How many spans wait for other addresses, and which those are, the oldest first; none of either where none do.</summary>
    public (int Spans, IReadOnlyList<Uri> Endpoints) LeftBehind
    {
        get
        {
            List<Uri> endpoints = [];
            while (queue.Peek(request => IsLeftBehind(request) && !endpoints.Contains(request.Endpoint)) is { } next)
            {
                endpoints.Add(next.Endpoint);
            }

            return (queue.CountSpans(IsLeftBehind), endpoints);
        }
    }

    private bool IsLeftBehind(UnsentRequest request) => request.Endpoint != Endpoint && request != UnderWay;

    private List<UnsentRequest> RemoveAll(Func<UnsentRequest, bool> wanted)
    {
        List<UnsentRequest> removed = [];
        while (queue.Peek(wanted) is { } request)
        {
            Remove(request);
            removed.Add(request);
        }

        return removed;
    }
}
