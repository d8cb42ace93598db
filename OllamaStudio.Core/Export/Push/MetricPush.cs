using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OllamaStudio.Core.Export.Push;

/// <summary>
/// Pushes the studio's metrics, the same that <c>/metrics</c> shows, to the destinations that get them: collected by a timer whose interval is a
/// setting, and written once for all. What is pushed is gathered by a provider of its own, which there is only while there is such a destination: each
/// that listens costs every measurement as much again. Sums are cumulative, the SDK's default, which receivers of Prometheus' kind need and the others
/// take, and say when they began: with the first destination, and anew with the first after there was none. Safe to use from any thread.
/// </summary>
internal sealed class MetricPush : IDisposable
{
    // A new destination is told at once what there is, and not after a minute.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly SignalSenders _senders;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TimeSpan _interval;
    private ImmutableSortedDictionary<string, string>? _resource;
    private OtlpWriter<Metric>? _writer;
    private Listening? _listening;
    private bool _isStopped;

    /// <summary>Makes one that pushes nothing until <see cref="Use"/>.</summary>
    public MetricPush(AnsweredServers answered, TimeProvider time, ILogger<SignalSender> logger)
    {
        _senders = new SignalSenders(TelemetrySignal.Metrics, answered, time, logger);
        _timer = time.CreateTimer(_ => Push(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Its destinations.</summary>
    public SignalSenders Senders => _senders;

    /// <summary>Whether measurements are gathered.</summary>
    public bool IsListening => Volatile.Read(ref _listening) is not null;

    /// <summary>Brings what is pushed in line with the settings. For one caller at a time.</summary>
    public void Use(TelemetrySettings settings)
    {
        Listening? ended = null;
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
                ended = Interlocked.Exchange(ref _listening, null);
            }
            else
            {
                Volatile.Write(ref _listening, _listening ?? new Listening(this));
                if (isNew || interval != _interval)
                {
                    _timer.Change(interval < FirstPause ? interval : FirstPause, Timeout.InfiniteTimeSpan);
                }
            }

            _interval = interval;
        }

        // Not within the lock: it waits for a collection under way, which waits for the lock.
        ended?.Dispose();
    }

    /// <summary>Pushes once more and waits for what is under way, for three seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Volatile.Read(ref _listening)?.Collect();
        Listening? ended;
        lock (_gate)
        {
            _isStopped = true;
            _timer.Dispose();
            ended = Interlocked.Exchange(ref _listening, null);
        }

        ended?.Dispose();
        return _senders.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Listening? ended;
        lock (_gate)
        {
            _isStopped = true;
            _timer.Dispose();
            ended = Interlocked.Exchange(ref _listening, null);
            _writer?.Dispose();
            _writer = null;
            _senders.Dispose();
        }

        ended?.Dispose();
    }

    private void Push()
    {
        Volatile.Read(ref _listening)?.Collect();
        lock (_gate)
        {
            if (!_isStopped && _senders.IsOn)
            {
                _timer.Change(_interval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // On the thread that collects. It only writes: sending is the senders' own. One that has ended, and collects a last time, has no say any more.
    private void Offer(Listening from, in Batch<Metric> batch)
    {
        lock (_gate)
        {
            if (ReferenceEquals(from, _listening) && batch.Count > 0 && _writer?.Write(batch) is { } body)
            {
                _senders.Offer(new PushedRequest(body, 1));
            }
        }
    }

    /// <summary>Gathers every measurement from when it is made until it is disposed of.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly BaseExportingMetricReader _reader;
        private readonly MeterProvider _provider;

        public Listening(MetricPush push)
        {
            _reader = new BaseExportingMetricReader(new Exporter(push, this)) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
            _provider = Sdk.CreateMeterProviderBuilder().ConfigureServices(OtlpWriter.WithoutEnvironment).AddStudio().AddReader(_reader).Build();
        }

        public void Collect() => _reader.Collect();

        public void Dispose() => _provider.Dispose();
    }

    private sealed class Exporter(MetricPush push, Listening from) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            push.Offer(from, batch);
            return ExportResult.Success;
        }
    }
}
