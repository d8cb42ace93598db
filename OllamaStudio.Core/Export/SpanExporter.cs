using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace OllamaStudio.Core.Export;

/// <summary>
/// The OTLP exporter, in requests of a bounded size, with word of what became of each. Derived, not wrapped: a wrapped exporter
/// does not learn the provider's resource.
/// </summary>
internal sealed class SpanExporter : OtlpTraceExporter
{
    /// <summary>Bytes at which a request is cut, by <see cref="SpanSize"/>; a larger span goes alone. gRPC's bound for one message, which many receivers took over.</summary>
    public const long MaxRequestBytes = 4 * 1024 * 1024;

    private readonly ExportPlan _plan;
    private readonly OtlpHandler _handler;
    private readonly HttpClient _client;
    private readonly ExportLedger _ledger;
    private readonly ExportHealth _health;
    private readonly RetryQueue _retries;
    private readonly ByteBudget _budget;

    // Held while what became of a request is noted, so that retiring comes before it or after it.
    private readonly Lock _settling = new();
    private int _places;
    private int _unsettled;
    private long _unsettledBytes;
    private volatile bool _isCut;
    private bool _isRetired;
    private bool _isUnstored;
    private bool _isUntried; // the request under way is held back
    private (string TraceId, string SpanId)[] _ids = [];
    private UnsentRequest? _stored; // the request under way, as the spool has it
    private Task<ExportAnswer>? _goesOn; // that request, where it was not waited for

    /// <summary>Makes the exporter over a client that its maker disposes after it.</summary>
    public SpanExporter(ExportPlan plan, OtlpHandler handler, HttpClient client, ExportLedger ledger, ExportHealth health, RetryQueue retries, ByteBudget budget)
        : base(OtlpOptions.Create(plan, client))
    {
        _plan = plan;
        _handler = handler;
        _client = client;
        _ledger = ledger;
        _health = health;
        _retries = retries;
        _budget = budget;
    }

    /// <summary>Spans let in and not yet answered for. 0 means that nothing is left to do.</summary>
    public int Unsettled => Volatile.Read(ref _unsettled);

    /// <summary>Spans given up because time ran out at the end.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Takes a place in the queue for a span of that size; false where there is no room, not even for the oldest requests that are kept.</summary>
    public bool TryReserve(int capacity, long bytes)
    {
        if (Interlocked.Increment(ref _places) > capacity || !TryTake(bytes))
        {
            Interlocked.Decrement(ref _places);
            return false;
        }

        Interlocked.Add(ref _unsettledBytes, bytes);
        Interlocked.Increment(ref _unsettled);
        _budget.Hand(1);
        return true;
    }

    /// <inheritdoc />
    public override ExportResult Export(in Batch<Activity> batch)
    {
        var spans = new Activity[checked((int)batch.Count)];
        var count = 0;
        foreach (var span in batch)
        {
            spans[count++] = span;
        }

        Interlocked.Add(ref _places, -count);
        var result = ExportResult.Success;
        _handler.IsHeld = _retries.IsHeld || _plan.Fault is not null;
        foreach (var (project, isUnstored, together) in Parts(spans))
        {
            (_handler.Project, _isUnstored) = (project, isUnstored);
            result = SendAll(together) == ExportResult.Failure ? ExportResult.Failure : result;
        }

        _handler.IsHeld = false;
        return result;
    }

    // A request names one project, and is on disk or is not.
    private (string Project, bool IsUnstored, Activity[] Spans)[] Parts(Activity[] spans) => _plan.ProjectRule is ProjectRule.One && !spans.Any(UnstoredTrace.Has)
        ? [(_plan.Project, false, spans)]
        : [.. spans.GroupBy(span => (Project: ProjectNames.Of(span, _plan), IsUnstored: UnstoredTrace.Has(span))).Select(static group => (group.Key.Project, group.Key.IsUnstored, group.ToArray()))];

    private ExportResult SendAll(Activity[] spans)
    {
        var result = ExportResult.Success;
        for (var start = 0; start < spans.Length;)
        {
            var request = NextRequest(spans.AsSpan(start), out var bytes);
            if (Send(request, bytes) == ExportResult.Failure)
            {
                // What could not take this request now will not take the next one either: they are kept, unsent.
                result = ExportResult.Failure;
                _handler.IsHeld |= _handler.LastAnswer is { IsTransient: true };
            }

            // A large span is garbage as soon as it was sent.
            Array.Clear(spans, start, request.Length);
            start += request.Length;
        }

        return result;
    }

    /// <summary>The end: whatever is still under way counts as lost now, and is neither kept nor counted later.</summary>
    /// <returns>How many spans that were.</returns>
    public int Retire()
    {
        using var change = _ledger.Guard.Begin();
        lock (_settling)
        {
            _isRetired = true;
            var lost = Unsettled;
            _budget.Hand(-lost);
            _budget.Give(Interlocked.Exchange(ref _unsettledBytes, 0));
            if (_stored is { File: not null } stored && _retries.TryKeep(stored, new ExportAnswer { IsTransient = true, IsUnsent = true }))
            {
                // Whether it arrived, nobody will tell: it is sent again.
                lost -= stored.Spans.Count;
            }

            if (lost > 0)
            {
                _ledger.Lost(lost);
            }

            return lost;
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// Called after the queue was emptied, or when the time for that was up: what is left is then not sent, but kept for
    /// the next route, or lost where there is none.
    /// </remarks>
    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        _isCut = true;
        _handler.Cut();
        return base.OnShutdown(timeoutMilliseconds);
    }

    private static Activity[] NextRequest(ReadOnlySpan<Activity> spans, out long bytes)
    {
        bytes = SpanSize.Of(spans[0]);
        var length = 1;
        while (length < spans.Length && bytes + SpanSize.Of(spans[length]) is var more && more <= MaxRequestBytes)
        {
            bytes = more;
            length++;
        }

        return spans[..length].ToArray();
    }

    private bool TryTake(long bytes)
    {
        while (!_budget.TryTake(bytes))
        {
            if (!_retries.GiveUpOldest())
            {
                return false;
            }
        }

        return true;
    }

    private ExportResult Send(Activity[] spans, long bytes)
    {
        var ids = Array.ConvertAll(spans, static span => (span.TraceId.ToHexString(), span.SpanId.ToHexString()));
        _ids = ids;
        _isUntried = _handler.IsHeld || _isCut;
        var attempt = _handler.IsHeld ? null : _health.Begin(_plan.Host);
        _handler.Reset();
        _goesOn = null;

        // This exporter would keep a buffer of that size until the settings change.
        var result = bytes > MaxRequestBytes ? OtlpOptions.ExportAlone(_plan, _client, spans[0]) : base.Export(new Batch<Activity>(spans, spans.Length));
        using var change = _ledger.Guard.Begin();
        lock (_settling)
        {
            if (!_isRetired)
            {
                // The bytes first: a request that is kept takes their place.
                Interlocked.Add(ref _unsettledBytes, -bytes);
                _budget.Give(bytes);
                if (_goesOn is { } goesOn && _stored is { } stored && _retries.TryTakeOver(stored, goesOn, attempt, _plan))
                {
                    attempt = null;
                }
                else
                {
                    Settle(ids, result, attempt);
                }

                _stored = null;
                Interlocked.Add(ref _unsettled, -spans.Length);
                _budget.Hand(-spans.Length);
            }
        }

        attempt?.Dispose();
        return result;
    }

    /// <summary>
    /// The request under way is not answered yet, and it is on disk, or never may be: true leaves it to the queue of those that are sent again, and
    /// whatever comes after it is on disk at once, rather than lie in memory until its time is up.
    /// </summary>
    public bool TakeOver(Func<Task<ExportAnswer>> answer)
    {
        lock (_settling)
        {
            _goesOn = _isRetired || _stored is not ({ File: not null } or { IsUnstored: true }) ? null : answer();
            return _goesOn is not null;
        }
    }

    /// <summary>A request is about to go out, or to be held back: it is written to the spool first.</summary>
    public void Store(ReadOnlyMemory<byte> body, string? encoding)
    {
        lock (_settling)
        {
            if (!_isRetired)
            {
                _stored = _retries.Store(new UnsentRequest(_plan.Endpoint, null, encoding, Project, _ids) { IsUnstored = _isUnstored, IsUntried = _isUntried }, body.Span);
            }
        }
    }

    private string Project => _handler.Project ?? _plan.Project;

    private UnsentRequest? Unsent((string TraceId, string SpanId)[] ids) =>
        _stored ?? (_handler.LastUnsent is { } unsent ? new UnsentRequest(_plan.Endpoint, unsent.Body, unsent.Encoding, Project, ids) { IsUnstored = _isUnstored, IsUntried = _isUntried } : null);

    private void Settle((string TraceId, string SpanId)[] ids, ExportResult result, ExportHealth.Attempt? attempt)
    {
        var lost = result == ExportResult.Success ? (int)Math.Clamp(_handler.LastAnswer?.Rejected ?? 0, 0, ids.Length) : ids.Length;
        var isKept = result == ExportResult.Failure && _handler.LastAnswer is { MayBeTakenLater: true } && Unsent(ids) is { } unsent
            && _retries.TryKeep(unsent, _handler.LastAnswer, _plan);
        if (lost == 0)
        {
            attempt?.Succeeded();
            _retries.SendAfterNewer();
        }
        else if (!_isCut && !(isKept && _handler.LastAnswer!.IsTooLarge))
        {
            // Without an answer nothing was sent: see SpanSize.MaxBytes.
            attempt?.Failed(_handler.LastAnswer is { Error: not null } answer ? answer : new() { Error = "The spans could not be written as one request: they are too large" });
        }

        if (!isKept)
        {
            Abandoned += _isCut ? lost : 0;
            _ledger.Settled(ids, lost);
            if (_stored is { } stored)
            {
                _retries.Forget(stored, accepted: ids.Length - lost);
            }
        }
    }
}
