using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <content>How what is kept is sent again, one request at a time, and how it ages.</content>
internal sealed partial class RetryQueue
{
    /// <summary>Tries again now, rather than after the pause, also what was refused as things stood. Does not wait for what comes of it.</summary>
    /// <param name="evenIfHeld">Also where the endpoint asked to be left alone: a person wants it.</param>
    public void SendNow(bool evenIfHeld = false)
    {
        lock (_gate)
        {
            if (evenIfHeld)
            {
                _pause.Release();
            }

            _kept.Unblock();
        }

        Start();
    }

    /// <summary>The endpoint has just accepted a newer request: tries again now, and of what it refused as things stood that whose turn it is.</summary>
    public void SendAfterNewer()
    {
        lock (_gate)
        {
            _isSilent = false;
            _kept.CountNewer();
        }

        Start();
    }

    private void Start()
    {
        lock (_gate)
        {
            if (_isSending || _pause.IsHeld || _kept.IsTrying || _kept.Next is null)
            {
                return;
            }

            _isSending = true;
        }

        LastSend = Task.Run(SendAllAsync);
    }

    private async Task SendAllAsync()
    {
        try
        {
            using var suppressed = SuppressInstrumentationScope.Begin();
            while (Take() is var (route, request))
            {
                if (Spool.Load(request, out var isLost) is not { } loaded)
                {
                    if (!isLost)
                    {
                        // Somebody else has its file open, or this process too many: it has its turn again, after the others.
                        PutBack(request);
                        return;
                    }

                    // Its file is gone, or somebody wrote to it.
                    GiveUp(() => { _kept.UnderWay = null; return _kept.Remove(request) ? [request] : []; }, isExpired: false);
                    continue;
                }

                var (answer, parts) = await route.SendAsync(loaded with { IsUntried = false }, _closing.Token);
                if (answer.Status is not null && !request.IsUntried)
                {
                    _ledger.Resent(request.Spans.Count); // where nobody listens nothing was sent
                }

                request.IsUntried &= answer.NothingListens;

                if (!Settle(request, answer, [.. parts.Select(Store)], route.Plan, isNew: false))
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

            _ledger.Touch();
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

    private void PutBack(UnsentRequest request)
    {
        lock (_gate)
        {
            _kept.UnderWay = null;
            _kept.PutBack(request);
            _pause.Grow();
        }
    }

    // False where there is no sense in sending the next one now.
    private bool Settle(UnsentRequest request, ExportAnswer answer, List<UnsentRequest> parts, ExportPlan plan, bool isNew)
    {
        using var change = _ledger.Guard.Begin();
        List<UnsentRequest> givenUp;
        bool isKept;
        lock (_gate)
        {
            if (!isNew)
            {
                _kept.UnderWay = null;
            }
            else if (!_kept.FirstTries.Remove(request))
            {
                return false; // it was answered for, or given up at the end
            }

            isKept = MayKeep(request);
            Hear(answer, isNew ? request : null);
            if (answer.IsTransient && isKept)
            {
                if (!isNew)
                {
                    _kept.PutBack(request);
                    _pause.Grow();
                }

                _pause.Hold(answer.RetryAfter);
                return false;
            }

            if (answer.IsBlocked && isKept)
            {
                if (IsInForce(plan))
                {
                    _kept.Block(request);
                    return false;
                }

                return true; // to be tried by the one in force now
            }

            _kept.Remove(request);
            _pause.Shorten();
            givenUp = isKept ? _kept.Keep(parts) : [.. parts];
        }

        Lose(givenUp, isExpired: isKept);
        var lost = answer.LostOf(request.Spans.Count);
        if (parts.Count == 0)
        {
            _ledger.Settled(request.Spans, lost);
        }

        Forget(request, parts.Count == 0 ? request.Spans.Count - lost : 0);

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

    private void EndPause(int number)
    {
        lock (_gate)
        {
            if (!_pause.TryEnd(number))
            {
                return;
            }
        }

        Start();
    }

    private void SendAgain(UnsentRequest request)
    {
        GiveUp(() =>
        {
            if (!MayKeep(request))
            {
                return [request];
            }

            return _kept.Keep([request]);
        }, isExpired: true);
        Start();
    }

    private void ExpireOld()
    {
        GiveUp(() =>
        {
            _age?.Dispose();
            _age = null;
            return _kept.RemoveOlder(_time.GetUtcNow() - Spool.MaxAge);
        }, isExpired: true);
    }

    private void ExpireLeftBehind() => GiveUp(_kept.RemoveLeftBehind, isExpired: true);

    private void LookForLeftBehind()
    {
        if (_age is null && _isOpen && _kept.Oldest is { } oldest)
        {
            // Where the clock was set back it lies in the future, further than a timer goes.
            var left = (oldest + Spool.MaxAge - _time.GetUtcNow()).TotalSeconds;
            _age = _time.CreateTimer(static queue => ((RetryQueue)queue!).ExpireOld(), this, TimeSpan.FromSeconds(Math.Clamp(left, 1, Spool.MaxAge.TotalSeconds)), Timeout.InfiniteTimeSpan);
        }

        var (spans, endpoints) = _kept.LeftBehind;
        if (spans == 0)
        {
            _expiry?.Dispose();
            (_expiry, _leftBehind) = (null, null);
            return;
        }

        // Those on disk go by the age of their files, with all others there; this is for those in memory.
        _expiry ??= _time.CreateTimer(static queue => ((RetryQueue)queue!).ExpireLeftBehind(), this, Spool.MaxAge, Timeout.InfiniteTimeSpan);
        _leftBehind = new LeftBehindSpans(spans, [.. endpoints.Select(ExportPlan.AddressOf)], (_kept.OldestLeftBehind + Spool.MaxAge) ?? _leftBehind?.Until ?? _time.GetUtcNow() + Spool.MaxAge);
    }
}
