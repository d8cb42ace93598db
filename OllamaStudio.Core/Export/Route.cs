using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>
/// One plan at work: a tracer provider that carries the resource, the queue and the exporter, and the HTTP client. The
/// provider listens to no source: spans are handed to it, so that one route can take over from another between two spans.
/// </summary>
internal sealed class Route : IDisposable
{
    // After the time limit the request under way is cancelled and the rest ends without one, which takes milliseconds.
    public static readonly TimeSpan CancellationLimit = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly HttpClient _client;
    private readonly SpanExporter _exporter;
    private readonly SpanQueue _queue;
    private readonly TracerProvider _provider;
    private readonly EntryGate _gate = new();

    /// <summary>Builds the provider. Sends nothing, and takes a few milliseconds.</summary>
    public Route(ExportPlan plan, ExportLedger ledger, ExportHealth health, RetryQueue retries, ByteBudget budget, TimeProvider time)
    {
        Plan = plan;
        Health = health;
        _time = time;
        var handler = new OtlpHandler(plan, time);
        _client = handler.CreateClient();
        _exporter = new SpanExporter(plan, handler, _client, ledger, health, retries, budget);
        handler.Sending = retries.HasSpool ? _exporter.Store : null;
        handler.TakingOver = retries.HasSpool ? _exporter.TakeOver : null;
        _queue = new SpanQueue(_exporter, plan.Batch, ledger);
        _provider = Sdk.CreateTracerProviderBuilder()
            .WithoutEnvironment()
            .SetResourceBuilder(plan.CreateResource())
            .AddProcessor(_queue)
            .Build();
    }

    /// <summary>What it was built for.</summary>
    public ExportPlan Plan { get; }

    /// <summary>How its endpoint stands.</summary>
    public ExportHealth Health { get; }

    /// <summary>Spans taken and not yet answered for or kept.</summary>
    public int Unsettled => _exporter.Unsettled;

    /// <summary>Takes an ended span, to be sent or counted as dropped; false once another route has taken over.</summary>
    public bool TryAccept(Activity span)
    {
        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            _queue.OnEnd(span);
            return true;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>What waits in the queue goes now rather than at its time. Waits for nothing.</summary>
    public void Flush() => _queue.ForceFlush(0);

    /// <summary>Sends a request that was not taken before. Never throws.</summary>
    /// <param name="unsent">With its body.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What came of it, and the parts to send instead where it was too large.</returns>
    public async Task<(ExportAnswer Answer, IReadOnlyList<UnsentRequest> Parts)> SendAsync(UnsentRequest unsent, CancellationToken cancellationToken)
    {
        using var handler = new OtlpHandler(Plan, _time);
        using var client = handler.CreateClient();
        using var request = ExportHttp.Post(unsent.Endpoint, unsent.Body!, unsent.Encoding);

        // The spans stay in the project they were made for, wherever they go now.
        ExportHttp.AddProject(unsent.Project, request.Headers);
        using var attempt = Health.Begin(Plan.Host);
        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
        }
        catch (Exception failure)
        {
            handler.LastAnswer ??= ExportAnswerReader.Read(Plan, failure);
        }

        var answer = handler.LastAnswer!;
        var parts = answer.IsTooLarge ? RequestSplit.Of(unsent) : [];
        if (answer.Error is null)
        {
            attempt.Succeeded();
        }
        else if (parts.Count == 0 && !cancellationToken.IsCancellationRequested)
        {
            attempt.Failed(answer);
        }

        return (answer, parts);
    }

    /// <summary>
    /// Takes no further span, sends what waits and ends. What cannot be sent within the limit is kept for the next route;
    /// where there is none, it is given up and counted as failed. Nothing is sent, kept or counted after it returned.
    /// Blocks for up to that long: not for a thread that somebody waits for.
    /// </summary>
    /// <returns>How many spans were given up.</returns>
    public int Retire(TimeSpan limit)
    {
        _gate.Close();
        _provider.Shutdown((int)limit.TotalMilliseconds);

        // Where the time was up, one request may have gone out just after the exporter cancelled the last one.
        _client.CancelPendingRequests();
        SpinWait.SpinUntil(() => _exporter.Unsettled == 0, CancellationLimit);
        var lost = _exporter.Retire();
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
