namespace OllamaStudio.Core.Export;

/// <summary>Keeps requests in memory: they end with the process.</summary>
internal sealed class MemoryExportQueue : IExportQueue
{
    private readonly LinkedList<UnsentRequest> _requests = new();

    /// <inheritdoc />
    public int Count => _requests.Count;

    /// <inheritdoc />
    public void Keep(UnsentRequest request) => _requests.AddLast(request);

    /// <inheritdoc />
    public UnsentRequest? Peek(Func<UnsentRequest, bool> wanted) => _requests.FirstOrDefault(wanted);

    /// <inheritdoc />
    public void Settle(UnsentRequest request) => _requests.Remove(request);

    /// <inheritdoc />
    public int CountSpans(Func<UnsentRequest, bool> wanted) => _requests.Where(wanted).Sum(request => request.Spans.Count);
}
