using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>
/// One plan at work: a tracer provider that holds the resource, the queue and the exporter, and the HTTP client. The
/// provider listens to no source: spans are handed to it, so that one can take over from another between two spans.
/// </summary>
internal sealed class Destination : IDisposable
{
    // After the time limit the request under way is cancelled and the rest ends without one, which takes milliseconds.
    public static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(2);

    private readonly ExportLedger _ledger;
    private readonly HttpClient _client;
    private readonly SpanExporter _exporter;
    private readonly SpanQueue _queue;
    private readonly TracerProvider _provider;
    private int _entering;
    private volatile bool _closed;

    /// <summary>Builds the provider. Sends nothing, and takes a few milliseconds.</summary>
    public Destination(ExportPlan plan, ExportLedger ledger, ExportHealth health, RetryQueue retries)
    {
        Plan = plan;
        Health = health;
        _ledger = ledger;
        var handler = new OtlpHandler(plan);
        _client = handler.CreateClient();
        _exporter = new SpanExporter(plan, handler, _client, ledger, health, retries);
        _queue = new SpanQueue(_exporter, plan.Batch, ledger);
        _provider = Sdk.CreateTracerProviderBuilder()
            .WithoutEnvironment()
            .SetResourceBuilder(plan.CreateResource())
            .AddProcessor(_queue)
            .Build();
    }

    /// <summary>What it was built for.</summary>
    public ExportPlan Plan { get; }

    /// <summary>How its destination stands.</summary>
    public ExportHealth Health { get; }

    /// <summary>Takes an ended span, to be sent or counted as dropped; false once another destination has taken over.</summary>
    public bool TryAccept(Activity span)
    {
        Interlocked.Increment(ref _entering);
        try
        {
            if (_closed)
            {
                return false;
            }

            _queue.OnEnd(span);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _entering);
        }
    }

    /// <summary>
    /// Takes no further span, sends what waits and ends. What cannot be sent within the limit is held for the destination that
    /// took over; where none did, it is given up and counted as failed. Blocks for up to that long: not for a thread that somebody waits for.
    /// </summary>
    /// <returns>How many spans were given up.</returns>
    public int Retire(TimeSpan limit)
    {
        _closed = true;

        // A span that was let in a moment ago is still on its way into the queue; that takes microseconds.
        var spin = new SpinWait();
        while (Volatile.Read(ref _entering) > 0)
        {
            spin.SpinOnce();
        }

        _provider.Shutdown((int)limit.TotalMilliseconds);

        // Where the time was up, one request may have gone out just after the exporter cancelled the last one.
        _client.CancelPendingRequests();
        var lost = SpinWait.SpinUntil(() => _exporter.Unsettled == 0, CancellationLimit) ? 0 : _exporter.Unsettled;
        _ledger.Lost(lost);
        Dispose();
        return _exporter.Abandoned + lost;
    }

    /// <summary>Cuts <see cref="Retire"/> short: the request under way is cancelled, and what waits is not sent.</summary>
    public void GiveUp() => _exporter.Shutdown(0);

    /// <summary>Ends at once, whatever still waits.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _exporter.Dispose();
        _queue.Dispose();
        _client.Dispose();
    }
}
