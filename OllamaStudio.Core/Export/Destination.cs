using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// One place that spans are sent to, with all that belongs to it: what waits, when it is sent, what is sent again, how the
/// endpoint stands, and the counts. Settings that change while it runs replace the <see cref="Route"/> within it; whoever ends a
/// span or saves settings is never kept waiting.
/// </summary>
internal sealed partial class Destination : IDisposable
{
    // A settings change lets the old route finish what waits: a full queue of four batches at two seconds each, and some.
    private static readonly TimeSpan HandoverLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(3);

    // Settings that change faster than a dead endpoint can be left: beyond this many, the oldest is given up.
    private const int MaxRetiring = 8;

    private readonly AnsweredServers _answered;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ExportLedger _ledger;
    private readonly ByteBudget _budget = new();
    private readonly RetryQueue _retries;
    private readonly KeptRequests _kept;
    private readonly Spool? _spool;
    private readonly List<(Route Route, Task Done)> _retiring = [];
    private Task _opening = Task.CompletedTask;
    private bool _isOpened;
    private Route? _route;
    private long _missed;

    /// <summary>Makes one that takes spans and sends nothing until <see cref="Use"/>.</summary>
    /// <param name="answered">Knows who ever answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Learns when the standing turns.</param>
    /// <param name="exported">Learns which spans the endpoint took; null for nobody.</param>
    /// <param name="spool">Where requests outlive the process; null for memory.</param>
    public Destination(AnsweredServers answered, TimeProvider time, ILogger logger, IExportedSpans? exported = null, Spool? spool = null)
    {
        _answered = answered;
        _time = time;
        _logger = logger;
        _ledger = new ExportLedger(exported);
        _spool = spool;
        _kept = new KeptRequests(new RequestList(), _budget, spool);
        _retries = new RetryQueue(_kept, _ledger, () => Route is { Plan.Fault: null } route ? route : null, time, spool);
        _ledger.Changed += OnChanged;
    }

    /// <summary>Its id: stable, and fit for a file's name.</summary>
    public string Id { get; init; } = DestinationSettings.FirstId;

    /// <summary>Raised when the status changed, on the thread that caused it.</summary>
    public event Action? Changed;

    /// <summary>The route in force; null where nothing is sent. An old one is closed only after it was replaced here.</summary>
    public Route? Route => Volatile.Read(ref _route);

    /// <summary>What waits to be sent again.</summary>
    public RetryQueue Retries => _retries;

    /// <summary>The standing now.</summary>
    public ExportStatus Current
    {
        get
        {
            var counts = _ledger.Counts;
            var (nextTry, leftBehind, blocked) = _retries.Standing;
            var status = new ExportStatus
            {
                Exported = counts.Exported, Failed = counts.Failed, Dropped = counts.Dropped, Waiting = counts.Waiting, NextTry = nextTry, LeftBehind = leftBehind,
                Blocked = blocked, SpoolProblem = _spool?.Problem,
            };
            return Route is not { } route ? status : status with
            {
                State = route.Health.Current.State,
                Endpoint = route.Plan.Address,
                LastSuccess = route.Health.Current.LastSuccess,
                LastFailure = route.Health.Current.LastFailure,
                LastError = route.Health.Current.LastError,
            };
        }
    }

    /// <summary>
    /// What became of its spans: by the ledger, which counts what happens, and what waits or is not proved by those who have it. A span that gets
    /// lost between them, or is counted twice, is missing from the sums.
    /// </summary>
    public DestinationBooks Books => _ledger.Guard.Read(Count) is var (books, isOfOneMoment) && isOfOneMoment ? books : books with { IsMoving = true };

    /// <summary>Spans that others took while this one was off, as whoever offered them counts it.</summary>
    public long Missed => Interlocked.Read(ref _missed);

    /// <summary>Counts some of those.</summary>
    public void Miss(int spans)
    {
        if (spans != 0)
        {
            Interlocked.Add(ref _missed, spans);
        }
    }

    private DestinationBooks Count()
    {
        var (counts, stock, lookUps) = (_ledger.Counts, _retries.Stock, _retries.Proof?.LookUps);
        return new()
        {
            LookUps = lookUps,
            Stored = lookUps is null ? null : counts.Stored,
            Unproved = lookUps is null ? null : _retries.Proof!.Unproved,
            LetGo = lookUps is null ? null : counts.LetGo,
            Id = Id,
            Dropped = counts.Dropped,
            Kept = counts.Kept,
            Found = counts.Found,
            Sent = counts.Exported,
            Accepted = counts.Accepted,
            Waiting = _budget.InHand + stock.Kept,
            Refused = counts.Refused,
            Expired = counts.Expired,
            Resent = counts.Resent,
            Blocked = _retries.Standing.Blocked,
            Stuck = stock.Stuck,
            SpoolFiles = _spool?.Files,
            SpoolBytes = _spool?.Bytes,
            SetAside = _spool?.SetAside ?? 0,
            SpoolProblem = _spool?.Problem,
        };
    }

    /// <summary>What became of the trace of that id here.</summary>
    public TraceExportState StateOf(string traceId) => _ledger.StateOf(traceId);

    /// <summary>Whether it is sure that nothing of that trace came here since start.</summary>
    public bool HasNone(string traceId) => _ledger.HasNone(traceId);

    /// <summary>Takes an ended span, to be sent or counted as dropped; false where there is no route, and it is counted nowhere.</summary>
    public bool Accept(Activity span)
    {
        while (Route is { } route)
        {
            if (route.TryAccept(span))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes on by that plan; null sends nothing more. Building sends nothing and takes milliseconds. For one caller at a time.</summary>
    public void Use(ExportPlan? plan)
    {
        var before = Route;
        if (plan is null)
        {
            Replace(null, HandoverLimit);
            return;
        }

        _budget.Limit = plan.Batch.MaxQueueMegabytes * 1_000_000L;
        _kept.MaxSpoolBytes = plan.Batch.MaxSpoolMegabytes * 1_000_000L;
        Replace(new Route(plan, _ledger, HealthOf(plan, before), _retries, _budget, _time), HandoverLimit);
        Open(plan);
    }

    /// <summary>Gives up what is kept for another try. A request under way is let end.</summary>
    public void GiveUpKept()
    {
        var address = Route?.Plan.Address;
        LogLost(_retries.Close(), address);
    }

    /// <summary>
    /// Sends what waits, for three seconds at most, and ends. What was not taken by then stays in the spool for the next process; without one it is
    /// given up. For one caller at a time, and once.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_spool is null)
        {
            GiveUpKept();
        }

        StopReading();
        var (address, began) = (Route?.Plan.Address, _time.GetTimestamp());
        Replace(null, ShutdownLimit);
        try
        {
            await Task.WhenAll([_opening, .. _retiring.Select(one => one.Done)]).WaitAsync(ShutdownLimit + Route.CancellationLimit, _time, cancellationToken);

            // One that was taken over would be sent again by the next process, were it accepted after this one ended.
            var left = ShutdownLimit - _time.GetElapsedTime(began);
            await Task.WhenAny(_retries.LastFirstTry).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // What a dead endpoint still holds up is not waited for: the process ends.
        }

        LogLost(_retries.End(), address);
    }

    /// <summary>Ends at once, whatever still waits.</summary>
    public void Dispose()
    {
        StopReading();
        _retries.Dispose();
        Interlocked.Exchange(ref _route, null)?.Dispose();
    }

    private void Replace(Route? next, TimeSpan limit)
    {
        var old = Interlocked.Exchange(ref _route, next);
        if (old is null)
        {
            return;
        }

        _retiring.RemoveAll(one => one.Done.IsCompleted);
        if (_retiring.Count >= MaxRetiring)
        {
            _retiring[0].Route.GiveUp();
        }

        var done = Task.Factory.StartNew(() => LogLost(old.Retire(limit), old.Plan.Address), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _retiring.Add((old, done));
    }

    private ExportHealth HealthOf(ExportPlan plan, Route? before)
    {
        if (before is not null && plan.HasDestinationOf(before.Plan))
        {
            return before.Health;
        }

        var health = new ExportHealth(_time, plan.Endpoint, _answered);
        health.Changed += OnChanged;
        health.Turned += (was, standing) =>
        {
            switch (standing.State)
            {
                case ExportState.Failing:
                    LogFailing(_logger, plan.Address, standing.LastError ?? "");
                    break;
                case ExportState.Waiting:
                    LogWaiting(_logger, plan.Address);
                    break;
                default:
                    LogArriving(_logger, plan.Address, was is ExportState.Failing ? " again" : "");
                    break;
            }
        };
        return health;
    }

    private void LogLost(int spans, string? address)
    {
        if (spans > 0)
        {
            LogAbandoned(_logger, spans, address ?? "the endpoint");
        }
    }

    private void OnChanged() => Changed?.Invoke();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spans do not reach {Endpoint}: {Error}")]
    private static partial void LogFailing(ILogger logger, string endpoint, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Files} files of unsent spans in {Folder} are broken and were set aside as *.broken: their spans are not sent, and no books count them")]
    private static partial void LogSetAside(ILogger logger, int files, string folder);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing listens at {Endpoint} yet: spans wait for it")]
    private static partial void LogWaiting(ILogger logger, string endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Spans reach {Endpoint}{Again}")]
    private static partial void LogArriving(ILogger logger, string endpoint, string again);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} spans were given up: {Endpoint} did not take them in time")]
    private static partial void LogAbandoned(ILogger logger, int count, string endpoint);
}
