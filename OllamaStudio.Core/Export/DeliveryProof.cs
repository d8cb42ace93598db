using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Reads back from Phoenix what it accepted: its 200 is a queue in memory. Until then a request stays in the spool. One that is missing goes
/// again, three times at most: Phoenix ignores a span that it has. Missing means that a span accepted later is stored already, or that
/// Phoenix stored nothing new of ours for two minutes, while it answered. Safe to use from any thread; nobody waits for it.
/// </summary>
/// <remarks>
/// The first look comes ten seconds after a request was accepted. While something is left the pause doubles, up to a minute. A look asks for the
/// oldest spans, 250 a request, and for one span of each of the next requests, and goes on only as long as it finds something, or
/// with another project: a receiver that is behind is asked once in each of a few. What another kind of receiver accepted, or one that does not let spans be read, is accepted and no more is known.
/// </remarks>
internal sealed partial class DeliveryProof : IDisposable
{
    /// <summary>Most often that a request goes again.</summary>
    public const int MaxResends = 3;

    /// <summary>When a request is first asked for, after it was accepted.</summary>
    public static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(10);

    /// <summary>How long Phoenix may store nothing of ours before what it accepted counts as missing.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // What an earlier run had accepted comes before all that this one does. In which order among each other nobody knows, so none of them tells of another.
    private const long Earlier = -1;

    private const int SpansPerLookUp = 250;
    private const int SamplesPerLookUp = 20;
    private const int MaxLookUps = 200;

    // In so many projects may a look find nothing new before it ends: a receiver that is behind is behind in all of them.
    private const int MaxIdleProjects = 8;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Func<Route?> _route;
    private readonly ExportLedger _ledger;
    private readonly Spool _spool;
    private readonly Action<UnsentRequest> _again;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly LinkedList<UnprovedRequest> _unproved = new();
    private readonly CancellationTokenSource _closing = new();
    private ExportPlan? _plan; // what _isPhoenix is about
    private bool? _isPhoenix; // null while unknown
    private Uri? _wasPhoenixAt; // where it once said so, whatever it says for a while
    private Uri? _wasReadAt; // where spans were read back once
    private ITimer? _timer;
    private TimeSpan _pause = FirstLook;
    private DateTimeOffset _lastProgress;
    private long _order;
    private long _newestStored = Earlier;
    private long _lookUps;
    private bool _isLooking;

    /// <summary>Makes one that waits for what is accepted.</summary>
    /// <param name="route">Gives the route in force; null where there is none.</param>
    /// <param name="ledger">Learns what is stored, and what is missing.</param>
    /// <param name="spool">Keeps the requests.</param>
    /// <param name="again">Takes a request that is to be sent again.</param>
    /// <param name="time">The clock.</param>
    public DeliveryProof(Func<Route?> route, ExportLedger ledger, Spool spool, Action<UnsentRequest> again, TimeProvider time) =>
        (_route, _ledger, _spool, _again, _time) = (route, ledger, spool, again, time);

    /// <summary>Requests that read spans back, since start; null where the endpoint in force is not Phoenix, or lets nothing be read, or that is not known.</summary>
    public long? LookUps
    {
        get
        {
            lock (_gate)
            {
                return _isPhoenix == true ? _lookUps : null;
            }
        }
    }

    /// <summary>Spans that wait to be read back.</summary>
    public long Unproved
    {
        get
        {
            lock (_gate)
            {
                return _unproved.Sum(static one => (long)one.Remaining.Count);
            }
        }
    }

    /// <summary>Requests that wait to be read back.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _unproved.Count;
            }
        }
    }

    /// <summary>The look under way, or the last one.</summary>
    public Task LastLook { get; private set; } = Task.CompletedTask;

    /// <summary>A request was accepted, now or by an earlier run.</summary>
    public void Add(UnsentRequest request)
    {
        using var change = _ledger.Guard.Begin();
        lock (_gate)
        {
            LookAfresh();
            if (_isPhoenix == false || request.File is null)
            {
                _spool.Delete(request);
                _ledger.LetGo(request.Spans.Count);
                return;
            }

            Spool.Mark(request, isAccepted: true);
            _unproved.AddLast(new UnprovedRequest(request, request.File.IsAccepted ? Earlier : _order++, _time.GetUtcNow()));
            if (!_isLooking && _timer is null)
            {
                // Whether it is Phoenix is worth knowing at once: else nothing need be kept.
                if (_isPhoenix is null)
                {
                    BeginLook();
                }
                else
                {
                    Wait(_pause);
                }
            }
        }
    }

    /// <summary>Lets go of the oldest, which stays accepted and not proved; false where there is none.</summary>
    public bool LetGoOfOldest() => LetGoOf(static all => all.First?.Value);

    // What was accepted may well be stored: that nobody could read it back for three days is no reason to call it lost.
    private void LetGoOfOld()
    {
        var before = _time.GetUtcNow() - Spool.MaxAge;
        while (LetGoOf(all => all.FirstOrDefault(one => one.Request.File!.Written <= before)))
        {
        }
    }

    private bool LetGoOf(Func<LinkedList<UnprovedRequest>, UnprovedRequest?> choose)
    {
        using var change = _ledger.Guard.Begin();
        lock (_gate)
        {
            if (choose(_unproved) is not { } old)
            {
                return false;
            }

            _unproved.Remove(old);
            old.IsLetGo = true;
            _spool.Delete(old.Request);
            _ledger.LetGo(old.Remaining.Count);
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _closing.Cancel();
        }
    }

    private void LookAfresh()
    {
        if (_route()?.Plan is { } plan && plan != _plan)
        {
            (_plan, _isPhoenix) = (plan, _plan is { } before && plan.HasDestinationOf(before) ? _isPhoenix : null);
        }
    }

    private void Wait(TimeSpan pause)
    {
        _timer?.Dispose();
        _timer = _closing.IsCancellationRequested ? null : _time.CreateTimer(
            static state =>
            {
                var proof = (DeliveryProof)state!;
                lock (proof._gate)
                {
                    proof.BeginLook();
                }
            },
            this, pause, Timeout.InfiniteTimeSpan);
    }

    private void BeginLook()
    {
        _timer?.Dispose();
        _timer = null;
        _isLooking = true;
        LastLook = Task.Run(LookAsync);
    }

    private async Task LookAsync()
    {
        using var suppressed = SuppressInstrumentationScope.Begin();
        try
        {
            LetGoOfOld();
            if (_route()?.Plan is { } plan)
            {
                using var reader = new PhoenixReader(plan, _time);
                if (await FindOutAsync(reader, plan.Endpoint))
                {
                    await LookForAllAsync(reader, plan.Endpoint);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        finally
        {
            lock (_gate)
            {
                _isLooking = false;
                if (_unproved.First is { Value: var oldest })
                {
                    var isLate = _time.GetUtcNow() - oldest.Accepted >= FirstLook;
                    _pause = !isLate ? FirstLook : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
                    Wait(_pause);
                }
                else
                {
                    _pause = FirstLook;
                }
            }
        }
    }

    private async Task<bool> FindOutAsync(PhoenixReader reader, Uri endpoint)
    {
        bool? isPhoenix;
        lock (_gate)
        {
            LookAfresh();
            isPhoenix = _isPhoenix;
        }

        isPhoenix ??= await reader.IsPhoenixAsync(wasPhoenix: endpoint == _wasPhoenixAt, _closing.Token);
        _wasPhoenixAt = isPhoenix == true ? endpoint : _wasPhoenixAt;
        Know(isPhoenix);
        return isPhoenix == true;
    }

    private void Know(bool? isPhoenix)
    {
        lock (_gate)
        {
            _isPhoenix = isPhoenix;
        }

        while (isPhoenix == false && LetGoOfOldest())
        {
        }

        _ledger.Touch();
    }
}
