using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Keeps requests that an endpoint did not take for the moment, and sends them again, oldest first: after a growing pause, or
/// as long as the endpoint asked for (<c>Retry-After</c>), and as soon as another request was accepted. One that was too large is
/// sent in halves. The SDK would lose them at the first failure. Their spans go on counting as waiting. Safe to use from any thread.
/// </summary>
/// <remarks>What was kept for another address than the one in force is left behind: it is sent nowhere until a person says so.</remarks>
internal sealed class RetryQueue : IDisposable
{
    /// <summary>How long spans that were left behind wait for a person's word.</summary>
    public static readonly TimeSpan LeftBehindLifetime = TimeSpan.FromHours(1);

    private readonly KeptRequests _kept;
    private readonly ExportLedger _ledger;
    private readonly Func<Route?> _route;
    private readonly TimeProvider _time;
    private readonly RetryPause _pause;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private LeftBehindSpans? _leftBehind;
    private ITimer? _expiry;
    private bool _isOpen;
    private bool _isSending;

    /// <summary>Makes one that keeps nothing until <see cref="Open"/>.</summary>
    /// <param name="kept">The requests; nobody else uses them.</param>
    /// <param name="ledger">Learns what became of the spans.</param>
    /// <param name="route">Gives the route in force; null where there is none.</param>
    /// <param name="time">The clock of the pauses.</param>
    public RetryQueue(KeptRequests kept, ExportLedger ledger, Func<Route?> route, TimeProvider time)
    {
        _kept = kept;
        _ledger = ledger;
        _route = route;
        _time = time;
        _pause = new RetryPause(time, EndPause);
    }

    /// <summary>Raised after <see cref="Standing"/> may have changed.</summary>
    public event Action? Changed;

    /// <summary>When the next request goes out again, UTC, and what waits for another address; each null where there is nothing.</summary>
    public (DateTimeOffset? NextTry, LeftBehindSpans? LeftBehind) Standing
    {
        get
        {
            lock (_gate)
            {
                return (_kept.Next is null ? null : _pause.Ends, _leftBehind);
            }
        }
    }

    /// <summary>Whether the endpoint asked not to be sent anything yet.</summary>
    public bool IsHeld => _pause.IsHeld;

    /// <summary>Keeps a request for later; false where it may not be kept, and its spans are lost.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Why it was not taken: a request that is too large is kept in parts.</param>
    public bool TryKeep(UnsentRequest request, ExportAnswer answer)
    {
        IReadOnlyList<UnsentRequest> parts = answer.IsTooLarge ? RequestSplit.Of(request) : [request];
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            if (!_isOpen || parts.Count == 0)
            {
                return false;
            }

            givenUp = _kept.Keep(parts);
            _pause.Hold(answer.RetryAfter);
            Pause();
            LookForLeftBehind();
        }

        Lose(givenUp);
        if (answer.IsTooLarge)
        {
            SendNow();
        }

        return true;
    }

    /// <summary>Gives up the oldest request, to make room; false where there is none that could be.</summary>
    public bool GiveUpOldest() => GiveUp(() => _kept.GiveUpOldest() is { } oldest ? [oldest] : []) > 0;

    /// <summary>Tries again now, rather than after the pause. Does not wait for what comes of it.</summary>
    /// <param name="evenIfHeld">Also where the endpoint asked to be left alone: a person wants it.</param>
    public void SendNow(bool evenIfHeld = false)
    {
        lock (_gate)
        {
            if (evenIfHeld)
            {
                _pause.Release();
            }

            if (_isSending || _pause.IsHeld || _kept.Next is null)
            {
                return;
            }

            _isSending = true;
        }

        _ = Task.Run(SendAllAsync);
    }

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

            _isOpen = true;
            LookForLeftBehind();
        }

        SendNow();
        Changed?.Invoke();
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
        Changed?.Invoke();
    }

    /// <summary>Gives up what was left behind.</summary>
    public void DiscardLeftBehind() => GiveUp(_kept.RemoveLeftBehind);

    /// <summary>Keeps no further requests and gives up those kept. The one under way is let end.</summary>
    /// <returns>How many spans were given up.</returns>
    public int Close() => GiveUp(() =>
    {
        _isOpen = false;
        _pause.Release();
        return _kept.RemoveAll();
    });

    /// <summary>Closes, and ends the request under way.</summary>
    public void Dispose()
    {
        Close();
        _closing.Cancel();
        lock (_gate)
        {
            _pause.End();
            _expiry?.Dispose();
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            using var suppressed = SuppressInstrumentationScope.Begin();
            while (Take() is var (route, request))
            {
                var (answer, parts) = await route.SendAsync(request, _closing.Token);
                if (!Settle(request, answer, parts))
                {
                    return;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _kept.UnderWay = null;
                _isSending = false;
                Pause();
                LookForLeftBehind();
            }

            Changed?.Invoke();
        }
    }

    private (Route Route, UnsentRequest Request)? Take()
    {
        lock (_gate)
        {
            if (_kept.Next is not { } next || _route() is not { } route || route.Plan.Endpoint != next.Endpoint)
            {
                return null;
            }

            _kept.UnderWay = next;
            return (route, next);
        }
    }

    // False where there is no sense in sending the next one now.
    private bool Settle(UnsentRequest request, ExportAnswer answer, IReadOnlyList<UnsentRequest> parts)
    {
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            _kept.UnderWay = null;
            if (answer.IsTransient && _isOpen)
            {
                _pause.Grow();
                _pause.Hold(answer.RetryAfter);
                return false;
            }

            _kept.Remove(request);
            _pause.Shorten();
            parts = _isOpen ? parts : [];
            givenUp = _kept.Keep(parts);
        }

        Lose(givenUp);
        if (parts.Count == 0)
        {
            _ledger.Settled(request.Spans, answer.LostOf(request.Spans.Count));
        }

        return true;
    }

    private void Pause()
    {
        // Without a route there is nothing to try: the next one begins by sending.
        if (_isOpen && !_isSending && _kept.Next is not null && _route() is not null)
        {
            _pause.Begin();
        }
    }

    private void EndPause()
    {
        lock (_gate)
        {
            _pause.End();
        }

        SendNow();
    }

    private void LookForLeftBehind()
    {
        var (spans, endpoints) = _kept.LeftBehind;
        if (spans == 0)
        {
            _expiry?.Dispose();
            (_expiry, _leftBehind) = (null, null);
            return;
        }

        _expiry ??= _time.CreateTimer(static queue => ((RetryQueue)queue!).DiscardLeftBehind(), this, LeftBehindLifetime, Timeout.InfiniteTimeSpan);
        _leftBehind = new LeftBehindSpans(spans, [.. endpoints.Select(ExportPlan.AddressOf)], _leftBehind?.Until ?? _time.GetUtcNow() + LeftBehindLifetime);
    }

    private int GiveUp(Func<List<UnsentRequest>> choose)
    {
        List<UnsentRequest> givenUp;
        lock (_gate)
        {
            givenUp = choose();
            LookForLeftBehind();
        }

        Lose(givenUp);
        return givenUp.Sum(request => request.Spans.Count);
    }

    private void Lose(List<UnsentRequest> requests)
    {
        foreach (var request in requests)
        {
            _ledger.Settled(request.Spans, request.Spans.Count);
        }

        Changed?.Invoke();
    }
}
