namespace OllamaStudio.Core.Export;

/// <summary>
/// The requests of a destination that wait, on disk or in memory, within their bounds, told apart by the address that they are for: the one in
/// force, or another one that was in force before. Called by one thread at a time; touches no file.
/// </summary>
/// <param name="requests">Holds them; nobody else uses it.</param>
/// <param name="budget">Counts the bytes of those in memory.</param>
/// <param name="spool">Counts those on disk, and others that are there; null for none.</param>
internal sealed class KeptRequests(RequestList requests, ByteBudget budget, Spool? spool = null)
{
    /// <summary>Most requests kept in memory; beyond it the oldest is given up. Of the largest ones as many as the byte budget's default holds.</summary>
    public const int MaxRequests = 64;

    // At most so far apart: no more often is a request accepted in the life of a spool.
    private const int MaxDoublings = 40;

    private readonly Dictionary<UnsentRequest, Refusal> _refusals = new(ReferenceEqualityComparer.Instance);

    // Those that failed for the moment, and when each did, in numbers: whose last try is longer ago is the next.
    private readonly Dictionary<UnsentRequest, long> _tried = new(ReferenceEqualityComparer.Instance);
    private long _tries;
    private long _newer;
    private int _inMemory;

    /// <summary>The address in force; null before there was one.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>Most bytes on disk.</summary>
    public long MaxSpoolBytes { get; set; }

    /// <summary>The one that is being sent again: it may yet be accepted, and is not given up.</summary>
    public UnsentRequest? UnderWay { get; set; }

    /// <summary>Those that are being sent for the first time, and are not given up either: one, or more where settings changed meanwhile.</summary>
    public HashSet<UnsentRequest> FirstTries { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether one is being sent to the address in force for the first time.</summary>
    public bool IsTrying => FirstTries.Any(request => request.Endpoint == Endpoint);

    /// <summary>
    /// The oldest for the address in force that is not blocked and was not put back; where all were, the one whose turn is longest ago. Null where there
    /// is none.
    /// </summary>
    public UnsentRequest? Next => requests.Peek(request => MayGo(request) && !_tried.ContainsKey(request)) ?? _tried.Keys.Where(MayGo).MinBy(request => _tried[request]);

    /// <summary>Spans of all of them.</summary>
    public long Spans => requests.CountSpans(static _ => true);

    /// <summary>Spans of those that are refused as things stand.</summary>
    public int BlockedSpans => requests.CountSpans(IsBlocked);

    /// <summary>Spans of those that were refused again when newer ones had been accepted: what is wrong is with them.</summary>
    public int StuckSpans => requests.CountSpans(request => IsBlocked(request) && _refusals[request].IsStuck);

    /// <summary>When the oldest on disk for another address was written, UTC; null where there is none.</summary>
    public DateTimeOffset? OldestLeftBehind => requests.Peek(request => request.File is not null && IsLeftBehind(request))?.File!.Written;

    /// <summary>When the oldest on disk was written, UTC; null where there is none.</summary>
    public DateTimeOffset? Oldest => requests.Peek(static request => request.File is not null)?.File!.Written;

    /// <summary>Keeps requests, and gives up the oldest where they are too many or too large.</summary>
    /// <returns>Those given up.</returns>
    public List<UnsentRequest> Keep(IReadOnlyList<UnsentRequest> added)
    {
        foreach (var request in added)
        {
            requests.Keep(request);
            Take(request);
        }

        return MakeRoom(except: added);
    }

    /// <summary>Keeps what an earlier run left, as the oldest.</summary>
    public void KeepFirst(IReadOnlyList<UnsentRequest> found) => requests.KeepFirst(found);

    /// <summary>Gives up the oldest where there are too many or too large ones.</summary>
    /// <returns>Those given up.</returns>
    public List<UnsentRequest> MakeRoom(IReadOnlyList<UnsentRequest>? except = null)
    {
        List<UnsentRequest> givenUp = [];
        while (_inMemory > MaxRequests || budget.Used > budget.Limit)
        {
            if (GiveUpOldest(except) is not { } oldest)
            {
                break;
            }

            givenUp.Add(oldest);
        }

        // The files of those given up are still there: they are deleted outside the lock.
        var (bytes, files) = (spool?.Bytes ?? 0, spool?.Files ?? 0);
        while (bytes > MaxSpoolBytes || files > Spool.MaxFiles)
        {
            if (requests.Peek(request => request.File is not null && IsFree(request, except)) is not { } oldest)
            {
                break;
            }

            Remove(oldest);
            givenUp.Add(oldest);
            (bytes, files) = (bytes - oldest.File!.Bytes, files - 1);
        }

        return givenUp;
    }

    /// <summary>Gives up the oldest in memory; null where there is none that could be.</summary>
    public UnsentRequest? GiveUpOldest(IReadOnlyList<UnsentRequest>? except = null)
    {
        var oldest = requests.Peek(request => request.File is null && IsFree(request, except));
        if (oldest is not null)
        {
            Remove(oldest);
        }

        return oldest;
    }

    /// <summary>Lets go of one; false where it is not kept any more.</summary>
    public bool Remove(UnsentRequest request)
    {
        if (!requests.Contains(request))
        {
            return false;
        }

        requests.Settle(request);
        _refusals.Remove(request);
        _tried.Remove(request);
        if (request.File is null)
        {
            _inMemory--;
            budget.Give(request.Body!.Length);
        }

        return true;
    }

    /// <summary>
    /// The endpoint refuses that one as things stand: it is not the next any more. A newer one that is accepted has it tried again; where it is
    /// refused all the same, the second, the fourth, the eighth after that.
    /// </summary>
    /// <remarks>
    /// At every newer one, each batch of a busy studio would take all of these along once more, for days. This way it is a dozen and a half times in
    /// three days at a batch a few seconds, and a receiver that was mended without anybody saying so here is found out nevertheless. It counts
    /// accepted requests and no time, so that nothing is sent by a timer.
    /// </remarks>
    public void Block(UnsentRequest request)
    {
        var before = _refusals.GetValueOrDefault(request);
        var times = before?.Times ?? 0;
        _refusals[request] = new(before?.Since ?? _newer, _newer + (1L << Math.Min(times, MaxDoublings)), times + 1, before?.Since < _newer);
    }

    /// <summary>That one failed for the moment: all others have their turn before it. What is wrong may be with it alone, and it must not keep them waiting. It keeps its age.</summary>
    public void PutBack(UnsentRequest request) => _tried[request] = ++_tries;

    /// <summary>A newer request was accepted: those are tried again whose turn it is.</summary>
    public void CountNewer() => _newer++;

    /// <summary>All that is blocked is tried again, once.</summary>
    public void Unblock()
    {
        foreach (var (request, refusal) in _refusals.ToArray())
        {
            _refusals[request] = refusal with { Due = _newer };
        }
    }

    /// <summary>Things stand otherwise now: what was refused before is as any other.</summary>
    public void ForgetRefusals() => _refusals.Clear();

    /// <summary>Lets go of all but the one under way.</summary>
    public List<UnsentRequest> RemoveAll() => RemoveAll(request => !IsUnderWay(request));

    /// <summary>Lets go of all in memory but the one that is being sent again.</summary>
    public List<UnsentRequest> RemoveMemory()
    {
        FirstTries.RemoveWhere(static request => request.File is null);
        return RemoveAll(request => request.File is null && !IsUnderWay(request));
    }

    /// <summary>Lets go of those on disk that were written before that moment.</summary>
    public List<UnsentRequest> RemoveOlder(DateTimeOffset than) => RemoveAll(request => request.File?.Written <= than && !IsUnderWay(request));

    /// <summary>Lets go of those for another address.</summary>
    public List<UnsentRequest> RemoveLeftBehind() => RemoveAll(IsLeftBehind);

    /// <summary>Readdresses those for another address to the one in force. On disk they keep the old one, so that a person is asked again where the studio ends before they were sent.</summary>
    public void ForwardLeftBehind()
    {
        while (Endpoint is { } here && requests.Peek(IsLeftBehind) is { } request)
        {
            requests.Settle(request);
            _refusals.Remove(request);
            _tried.Remove(request);
            requests.Keep(request with { Endpoint = here });
        }
    }

    /// <summary>How many spans wait for other addresses, and which those are, the oldest first; none of either where none do.</summary>
    public (int Spans, IReadOnlyList<Uri> Endpoints) LeftBehind
    {
        get
        {
            List<Uri> endpoints = [];
            while (requests.Peek(request => IsLeftBehind(request) && !endpoints.Contains(request.Endpoint)) is { } next)
            {
                endpoints.Add(next.Endpoint);
            }

            return (requests.CountSpans(IsLeftBehind), endpoints);
        }
    }

    private bool MayGo(UnsentRequest request) => request.Endpoint == Endpoint && !IsBlocked(request) && !FirstTries.Contains(request);

    private bool IsUnderWay(UnsentRequest request) => request == UnderWay || FirstTries.Contains(request);

    private bool IsBlocked(UnsentRequest request) => _refusals.TryGetValue(request, out var refusal) && refusal.Due > _newer;

    private bool IsLeftBehind(UnsentRequest request) => request.Endpoint != Endpoint && !IsUnderWay(request);

    private bool IsFree(UnsentRequest request, IReadOnlyList<UnsentRequest>? except) => !IsUnderWay(request) && except?.Contains(request) != true;

    private void Take(UnsentRequest request)
    {
        if (request.File is null)
        {
            _inMemory++;
            budget.Take(request.Body!.Length);
        }
    }

    private List<UnsentRequest> RemoveAll(Func<UnsentRequest, bool> wanted)
    {
        List<UnsentRequest> removed = [];
        while (requests.Peek(wanted) is { } request)
        {
            Remove(request);
            removed.Add(request);
        }

        return removed;
    }

    /// <summary>That a request was refused as things stood.</summary>
    /// <param name="Since">How many newer ones had been accepted when it was refused first.</param>
    /// <param name="Due">After how many it is tried again.</param>
    /// <param name="Times">How often it was refused.</param>
    /// <param name="IsStuck">Whether newer ones were accepted between two refusals.</param>
    private sealed record Refusal(long Since, long Due, int Times, bool IsStuck);
}
