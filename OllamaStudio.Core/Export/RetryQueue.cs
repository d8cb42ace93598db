namespace OllamaStudio.Core.Export;

/// <summary>
/// Keeps requests that an endpoint did not take for the moment, and sends them again, oldest first: after a growing pause, or
/// as long as the endpoint asked for (<c>Retry-After</c>), and as soon as another request was accepted. One that was too large is
/// sent in halves. One that fails again goes behind the others. One that cannot succeed as things stand waits for a change, until it is too old. The SDK would lose them at the first failure. Their spans
/// go on counting as waiting. Where there is a spool they are on disk, and the next process goes on with them. Safe to use from any thread.
/// </summary>
/// <remarks>
/// What was kept for another address than the one in force is left behind: it is sent nowhere until a person says so. Files are written and
/// deleted outside the lock, which those who end spans take where memory is short.
/// </remarks>
internal sealed partial class RetryQueue : IDisposable
{
    private readonly KeptRequests _kept;
    private readonly ExportLedger _ledger;
    private readonly Func<Route?> _route;
    private readonly TimeProvider _time;
    private readonly Spool? _spool;
    private readonly RetryPause _pause;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private LeftBehindSpans? _leftBehind;
    private ITimer? _expiry;
    private ITimer? _age;
    private volatile bool _isOpen;
    private bool _isGivingUp; // what is on disk does not stay there either
    private bool _isSending;

    /// <summary>Makes one that keeps nothing until <see cref="Open"/>.</summary>
    /// <param name="kept">The requests; nobody else uses them.</param>
    /// <param name="ledger">Learns what became of the spans.</param>
    /// <param name="route">Gives the route in force; null where there is none.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="spool">Where requests are written to; null for memory.</param>
    public RetryQueue(KeptRequests kept, ExportLedger ledger, Func<Route?> route, TimeProvider time, Spool? spool = null)
    {
        _spool = spool;
        _kept = kept;
        _ledger = ledger;
        _route = route;
        _time = time;
        _pause = new RetryPause(time, EndPause);
        Proof = spool is null ? null : new DeliveryProof(route, ledger, spool, SendAgain, time);
    }

    /// <summary>When the next request goes out again, UTC, what waits for another address (each null where there is nothing), and how many spans wait for a change.</summary>
    public (DateTimeOffset? NextTry, LeftBehindSpans? LeftBehind, int Blocked) Standing
    {
        get
        {
            lock (_gate)
            {
                return (_kept.Next is null || _route() is null ? null : _pause.Ends, _leftBehind, _kept.BlockedSpans);
            }
        }
    }

    /// <summary>How many spans it has, and how many of them were refused again although newer ones had been accepted.</summary>
    public (long Kept, long Stuck) Stock
    {
        get
        {
            lock (_gate)
            {
                return (_kept.Spans, _kept.StuckSpans);
            }
        }
    }

    /// <summary>The sending under way, or the last one.</summary>
    public Task LastSend { get; private set; } = Task.CompletedTask;

    /// <summary>Takes what is accepted; null where nothing is proved.</summary>
    public DeliveryProof? Proof { get; }

    /// <summary>Whether requests are written to disk before they are sent.</summary>
    public bool HasSpool => _spool is not null;

    /// <summary>Writes a request that is about to be sent for the first time to the spool; where there is none, it cannot be written to, or the request may not be, it stays in memory.</summary>
    /// <param name="request">The request, without its body.</param>
    /// <param name="body">Its body, in a buffer that is not this one's to keep.</param>
    public UnsentRequest Store(UnsentRequest request, ReadOnlySpan<byte> body) =>
        _spool is null || request.IsUnstored ? request with { Body = body.ToArray() } : MakeRoomBeside(_spool.Store(request, body));

    private UnsentRequest Store(UnsentRequest request) => _spool is null || request.IsUnstored ? request : MakeRoomBeside(_spool.Store(request));

    private UnsentRequest MakeRoomBeside(UnsentRequest stored)
    {
        LetGoForRoom();
        GiveUp(() => _kept.MakeRoom(), isExpired: true);
        return stored;
    }

    private void LetGoForRoom()
    {
        while (_spool is not null && (_spool.Bytes > _kept.MaxSpoolBytes || _spool.Files > Spool.MaxFiles) && Proof!.LetGoOfOldest())
        {
            // What was accepted is worth less than what was not.
        }
    }

    /// <summary>A request that was stored and not kept was answered for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="accepted">How many of its spans the endpoint took. Where that is all of them it stays until that is proved; of some, which they are is not known.</param>
    public void Forget(UnsentRequest request, int accepted)
    {
        using var change = _ledger.Guard.Begin();
        if (accepted == request.Spans.Count && Proof is { } proof)
        {
            proof.Add(request);
        }
        else
        {
            _ledger.LetGo(accepted);
            _spool?.Delete(request);
        }
    }

    /// <summary>Goes on with what an earlier run left. What was refused meanwhile waits for a change as before.</summary>
    public void Found(IReadOnlyList<UnsentRequest> found)
    {
        if (found.Count == 0)
        {
            return;
        }

        using var change = _ledger.Guard.Begin();
        foreach (var request in found)
        {
            _ledger.Found(request.Spans.Count);
        }

        foreach (var request in found.Where(static request => request.File!.IsAccepted))
        {
            _ledger.Settled(request.Spans, 0);
            Forget(request, request.Spans.Count);
        }

        LetGoForRoom();
        GiveUp(() =>
        {
            _kept.KeepFirst([.. found.Where(static request => !request.File!.IsAccepted)]);
            return _isGivingUp ? _kept.RemoveAll() : _kept.MakeRoom();
        }, isExpired: _isOpen);
        Start();
    }

    /// <summary>Keeps a request for later; false where it may not be kept, and its spans are lost.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Why it was not taken: a request that is too large is kept in parts.</param>
    /// <param name="plan">By which it was sent; null for the one in force.</param>
    public bool TryKeep(UnsentRequest request, ExportAnswer answer, ExportPlan? plan = null)
    {
        using var change = _ledger.Guard.Begin();
        List<UnsentRequest> parts = answer.IsTooLarge ? PartsOf(request) : [Store(request)];
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            if (!parts.All(MayKeep) || parts.Count == 0)
            {
                parts.ForEach(part => Forget(part, accepted: 0));
                return false;
            }

            givenUp = _kept.Keep(parts);
            Hear(answer, asNew: parts[0]);

            _pause.Hold(answer.RetryAfter);
            if (answer.IsBlocked && IsInForce(plan))
            {
                _kept.Block(parts[0]);
            }

            Pause();
            LookForLeftBehind();
        }

        Lose(givenUp, isExpired: true);
        if (answer.IsTooLarge)
        {
            if (parts[0] != request)
            {
                _spool?.Delete(request);
            }

            Start();
        }

        return true;
    }

    /// <summary>Gives up the oldest request in memory, to make room; false where there is none that could be.</summary>
    public bool GiveUpOldest() => GiveUp(() => _kept.GiveUpOldest() is { } oldest ? [oldest] : [], isExpired: true) > 0;

    /// <summary>Begins to keep requests, and to send those for that address. Others are left behind.</summary>
    public void Open(Uri endpoint)
    {
        lock (_gate)
        {
            if (_kept.Endpoint != endpoint)
            {
                _kept.Endpoint = endpoint;
                _pause.Release();
                _pause.Shorten();
            }

            (_isOpen, _isGivingUp, _isSilent) = (true, false, false);
            _kept.ForgetRefusals();
            LookForLeftBehind();
        }

        SendNow();
        _ledger.Touch();
    }

    /// <summary>Sends what was left behind to the address in force.</summary>
    public void ForwardLeftBehind()
    {
        lock (_gate)
        {
            _kept.ForwardLeftBehind();
            LookForLeftBehind();
        }

        SendNow();
        _ledger.Touch();
    }

    /// <summary>Gives up what was left behind.</summary>
    public void DiscardLeftBehind() => GiveUp(_kept.RemoveLeftBehind, isExpired: false);

    /// <summary>Keeps no further requests and gives up those kept. The one under way is let end.</summary>
    /// <returns>How many spans were given up.</returns>
    public int Close() => GiveUp(() =>
    {
        (_isOpen, _isGivingUp) = (false, true);
        _pause.Release();
        return _kept.RemoveAll();
    }, isExpired: false);

    /// <summary>Keeps no further requests, gives up those in memory, and ends the request under way. What is on disk stays for the next process, and goes on counting as waiting.</summary>
    /// <returns>How many spans were given up.</returns>
    public int End()
    {
        var lost = GiveUp(() =>
        {
            _isOpen = false;
            return _kept.RemoveMemory();
        }, isExpired: false);
        _closing.Cancel();
        Proof?.Dispose();
        lock (_gate)
        {
            _pause.End();
            _expiry?.Dispose();
            _age?.Dispose();
        }

        return lost;
    }

    /// <summary>Ends, where that was not done yet.</summary>
    public void Dispose() => End();

    // One whose file cannot be read for now stays as it is: it is cut when it was refused again.
    private List<UnsentRequest> PartsOf(UnsentRequest request) =>
        Spool.Load(request, out var isLost) is { } loaded ? [.. RequestSplit.Of(loaded).Select(Store)] : isLost ? [] : [request];

    // What was sent by a former plan, with the former key say, was refused by what is no more.
    private bool IsInForce(ExportPlan? plan) => plan is null || _route()?.Plan == plan;

    private bool MayKeep(UnsentRequest request) => _isOpen || (request.File is not null && !_isGivingUp);

    private int GiveUp(Func<List<UnsentRequest>> choose, bool isExpired)
    {
        using var change = _ledger.Guard.Begin();
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            givenUp = choose();
            LookForLeftBehind();
        }

        Lose(givenUp, isExpired);
        return givenUp.Sum(request => request.Spans.Count);
    }

    private void Lose(List<UnsentRequest> requests, bool isExpired)
    {
        foreach (var request in requests)
        {
            _spool?.Delete(request);
            _ledger.Settled(request.Spans, request.Spans.Count, isExpired);
        }
    }
}
