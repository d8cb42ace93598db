using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// Pushes the host's metrics, the same that <c>/metrics</c> shows, to the destinations that get them: a reader of the host's one provider,
/// collected by a timer whose interval is a setting, and written once for all. Nothing is collected while there is no such destination.
/// Sums are cumulative: the SDK's default, which receivers of Prometheus' kind need and the others take.
/// </summary>
internal sealed class MetricPush : BaseExporter<Metric>
{
    // A new destination is told at once what there is, and not after a minute.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly SignalSenders _senders;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TimeSpan _interval;
    private ImmutableSortedDictionary<string, string>? _resource;
    private OtlpWriter<Metric>? _writer;
    private bool _isStopped;

    /// <summary>Makes one that pushes nothing until <see cref="Use"/>.</summary>
    public MetricPush(AnsweredServers answered, TimeProvider time, ILogger<SignalSender> logger)
    {
        _senders = new SignalSenders(TelemetrySignal.Metrics, answered, time, logger);
        _timer = time.CreateTimer(_ => Push(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Reader = new BaseExportingMetricReader(this) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
    }

    /// <summary>What the host's metrics end in. It owns this exporter.</summary>
    public MetricReader Reader { get; }

    /// <summary>Its destinations.</summary>
    public SignalSenders Senders => _senders;

    /// <summary>Brings what is pushed in line with the settings. For one caller at a time.</summary>
    public void Use(TelemetrySettings settings)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            var resource = StudioResource.Describe(settings);
            if (_resource?.SequenceEqual(resource) != true)
            {
                _writer?.Dispose();
                (_writer, _resource) = (OtlpWriter.OfMetrics(ExportPlan.ResourceOf(resource)), resource);
            }

            var (isNew, interval) = (_senders.Use(settings), TimeSpan.FromMilliseconds(settings.MetricIntervalMilliseconds));
            if (!_senders.IsOn)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
            else if (isNew || interval != _interval)
            {
                _timer.Change(interval < FirstPause ? interval : FirstPause, Timeout.InfiniteTimeSpan);
            }

            _interval = interval;
        }
    }

    /// <inheritdoc />
    /// <remarks>On the thread that collects. It only writes: sending is the senders' own.</remarks>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        lock (_gate)
        {
            if (_senders.IsOn && batch.Count > 0 && _writer?.Write(batch) is { } body)
            {
                _senders.Offer(new PushedRequest(body, 1));
            }
        }

        return ExportResult.Success;
    }

    /// <summary>Pushes once more and waits for what is under way, for three seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_senders.IsOn)
        {
            Reader.Collect();
        }

        lock (_gate)
        {
            _isStopped = true;
            _timer.Dispose();
        }

        return _senders.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isStopped = true;
            _timer.Dispose();
            _writer?.Dispose();
            _writer = null;
            _senders.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Push()
    {
        Reader.Collect();
        lock (_gate)
        {
            if (!_isStopped && _senders.IsOn)
            {
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
