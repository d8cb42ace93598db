using System.Diagnostics;
using OllamaStudio.Core.Settings;
using OpenTelemetry;

namespace OllamaStudio.Core.Export;

/// <summary>
/// The batch processor, with its own count at the door: the SDK bounds spans but not their bytes, tells of drops only through an
/// experimental meter of the whole process, and here every span is to be accounted for. Never blocks whoever ends a span.
/// </summary>
internal sealed class SpanQueue : BatchActivityExportProcessor
{
    private readonly SpanExporter _exporter;
    private readonly ExportLedger _ledger;
    private readonly int _capacity;

    /// <summary>Makes the queue over its exporter, which it disposes.</summary>
    public SpanQueue(SpanExporter exporter, BatchSettings batch, ExportLedger ledger)
        : base(exporter, batch.MaxQueueSize, batch.ScheduledDelayMilliseconds, batch.ExportTimeoutMilliseconds, Math.Min(batch.MaxExportBatchSize, batch.MaxQueueSize))
    {
        _exporter = exporter;
        _ledger = ledger;
        _capacity = batch.MaxQueueSize;
    }

    /// <inheritdoc />
    protected override void OnExport(Activity data)
    {
        // The exporter gives a place back only after it took the span out of the SDK's queue, so that one has room
        // whenever this door lets a span in.
        using (_ledger.Guard.Begin())
        {
            if (!_exporter.TryReserve(_capacity, SpanSize.Of(data)))
            {
                _ledger.Dropped(data);
                return;
            }

            _ledger.Queued(data);
        }

        base.OnExport(data);
    }
}
