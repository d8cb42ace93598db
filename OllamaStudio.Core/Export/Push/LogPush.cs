using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OllamaStudio.Core.Telemetry.Logs;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// Pushes the studio's log to the destinations that get it: what <see cref="LogRecorder"/> has redacted and the page of logs shows, and
/// nothing else, gathered by the SDK's batch processor (2,048 lines; further ones are dropped by it) and written once for all.
/// </summary>
internal sealed class LogPush : BaseExporter<LogRecord>
{
    // What pushing itself logs is not pushed: one line would make the next, for ever.
    private static readonly string OwnCategory = typeof(SignalSender).FullName!;

    // Writing takes milliseconds.
    private const int FlushMilliseconds = 1_000;

    private readonly LogRecorder? _recorder;
    private readonly SignalSenders _senders;
    private readonly BatchLogRecordExportProcessor _batches;
    private readonly Lock _gate = new();
    private ImmutableSortedDictionary<string, string>? _resource;
    private OtlpWriter<LogRecord>? _writer;

    /// <summary>Makes one that pushes nothing until <see cref="Use"/>.</summary>
    /// <param name="recorder">What redacts; null where there is no log.</param>
    /// <param name="answered">Knows who ever answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Learns when the standing turns.</param>
    public LogPush(LogRecorder? recorder, AnsweredServers answered, TimeProvider time, ILogger<SignalSender> logger)
    {
        _recorder = recorder;
        _senders = new SignalSenders(TelemetrySignal.Logs, answered, time, logger);

        // The specification's defaults (OTEL_BLRP_*): a second, 2,048 and 512 lines.
        _batches = new BatchLogRecordExportProcessor(this, maxQueueSize: 2048, scheduledDelayMilliseconds: 1000, exporterTimeoutMilliseconds: 10_000, maxExportBatchSize: 512);
        _recorder?.Recorded = Take;
    }

    /// <summary>Its destinations.</summary>
    public SignalSenders Senders => _senders;

    /// <summary>Brings what is pushed in line with the settings. For one caller at a time.</summary>
    public void Use(TelemetrySettings settings)
    {
        lock (_gate)
        {
            var resource = StudioResource.Describe(settings);
            if (_resource?.SequenceEqual(resource) != true)
            {
                _writer?.Dispose();
                (_writer, _resource) = (OtlpWriter.OfLogs(ExportPlan.ResourceOf(resource)), resource);
            }

            _senders.Use(settings);
        }
    }

    /// <inheritdoc />
    /// <remarks>On the batch processor's thread. It only writes: sending is the senders' own.</remarks>
    public override ExportResult Export(in Batch<LogRecord> batch)
    {
        lock (_gate)
        {
            if (_senders.IsOn && _writer?.Write(batch) is { } body)
            {
                _senders.Offer(new PushedRequest(body, (int)batch.Count));
            }
        }

        return ExportResult.Success;
    }

    /// <summary>Hands over what is gathered and waits for what is under way, for three seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _recorder?.Recorded = null;
        _batches.ForceFlush(FlushMilliseconds);
        return _senders.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && _writer is not null)
        {
            _recorder?.Recorded = null;
            lock (_gate)
            {
                _writer.Dispose();
                _writer = null;
            }

            _senders.Dispose();
            _batches.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Take(LogRecord line)
    {
        if (_senders.IsOn && line.CategoryName != OwnCategory)
        {
            _batches.OnEnd(line);
        }
    }
}
