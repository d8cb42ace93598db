using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace OllamaStudio.Core.Export;

/// <summary>
/// The OTLP exporter, with word of what became of each batch. Derived, not wrapped: a wrapped exporter does not learn the
/// provider's resource.
/// </summary>
internal sealed class SpanExporter : OtlpTraceExporter
{
    private readonly ExportPlan _plan;
    private readonly OtlpHandler _handler;
    private readonly ExportLedger _ledger;
    private readonly ExportHealth _health;
    private readonly RetryQueue _retries;
    private int _reserved;
    private int _unsettled;
    private volatile bool _isCut;

    /// <summary>Makes the exporter over a client that its maker disposes after it.</summary>
    public SpanExporter(ExportPlan plan, OtlpHandler handler, HttpClient client, ExportLedger ledger, ExportHealth health, RetryQueue retries)
        : base(OtlpOptions.Create(plan, client))
    {
        _plan = plan;
        _handler = handler;
        _ledger = ledger;
        _health = health;
        _retries = retries;
    }

    /// <summary>Spans let in and not yet answered for. 0 means that nothing is left to do.</summary>
    public int Unsettled => Volatile.Read(ref _unsettled);

    /// <summary>Spans given up because time ran out at the end.</summary>
    public int Abandoned { get; private set; }

    /// <summary>Takes a place in the queue; false where all are taken.</summary>
    public bool TryReserve(int capacity)
    {
        if (Interlocked.Increment(ref _reserved) > capacity)
        {
            Interlocked.Decrement(ref _reserved);
            return false;
        }

        Interlocked.Increment(ref _unsettled);
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

        Interlocked.Add(ref _reserved, -count);
        try
        {
            return Send(spans, count);
        }
        finally
        {
            Interlocked.Add(ref _unsettled, -count);
        }
    }

    /// <inheritdoc />
    /// <remarks>
    /// Called after the queue was emptied, or when the time for that was up: what is left is then not sent, but held for
    /// the destination that took over, or lost where none did.
    /// </remarks>
    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        _isCut = true;
        _handler.Cut();
        return base.OnShutdown(timeoutMilliseconds);
    }

    private ExportResult Send(Activity[] spans, int count)
    {
        var traceIds = new string[count];
        for (var i = 0; i < count; i++)
        {
            traceIds[i] = spans[i].TraceId.ToHexString();
        }

        using var attempt = _health.Begin(_plan.Host);
        _handler.Reset();
        var result = base.Export(new Batch<Activity>(spans, count));
        var lost = result == ExportResult.Success ? (int)Math.Clamp(_handler.LastAnswer?.Rejected ?? 0, 0, count) : count;
        if (lost == 0)
        {
            attempt.Succeeded();
            _retries.SendNow();
        }
        else if (!_isCut)
        {
            // Without an answer nothing was sent: the SDK refuses to write a request above 64 MiB.
            attempt.Failed(_handler.LastAnswer is { Error: not null } answer ? answer : new() { Error = "The spans could not be written as one request: the batch is too large" });
        }

        if (result == ExportResult.Failure && _handler.LastUnsent is { } unsent && _retries.TryKeep(new UnsentBatch(unsent.Body, unsent.Encoding, _plan.Project, traceIds)))
        {
            return result;
        }

        Abandoned += _isCut ? lost : 0;

        // Last, because it tells whoever watches to look.
        _ledger.Settled(traceIds, lost);
        return result;
    }
}
