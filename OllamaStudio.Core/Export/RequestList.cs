namespace OllamaStudio.Core.Export;

/// <summary>Requests in their order, the oldest first. It has no bound of its own: whoever owns it settles the oldest to make room. For one thread at a time.</summary>
internal sealed class RequestList
{
    private readonly LinkedList<UnsentRequest> _requests = new();

    /// <summary>Requests kept.</summary>
    public int Count => _requests.Count;

    /// <summary>Whether that one is kept.</summary>
    public bool Contains(UnsentRequest request) => _requests.Contains(request);

    /// <summary>Keeps a request, as the newest.</summary>
    public void Keep(UnsentRequest request) => _requests.AddLast(request);

    /// <summary>Keeps requests, before all that are there.</summary>
    public void KeepFirst(IReadOnlyList<UnsentRequest> requests)
    {
        foreach (var request in requests.Reverse())
        {
            _requests.AddFirst(request);
        }
    }

    /// <summary>The oldest request that is <paramref name="wanted"/>, which stays; null where there is none.</summary>
    public UnsentRequest? Peek(Func<UnsentRequest, bool> wanted) => _requests.FirstOrDefault(wanted);

    /// <summary>Lets go of a request.</summary>
    public void Settle(UnsentRequest request) => _requests.Remove(request);

    /// <summary>Spans in the requests that are <paramref name="wanted"/>.</summary>
    public int CountSpans(Func<UnsentRequest, bool> wanted) => _requests.Where(wanted).Sum(request => request.Spans.Count);
}
