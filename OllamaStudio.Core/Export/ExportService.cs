using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Sends the studio's spans to the endpoint of the settings, and takes up changed settings while running: the host's tracing
/// listens and samples as long as the host lives and ends in the <see cref="SpanRouter"/>; what comes after that is the
/// <see cref="Destination"/>'s. Whatever the endpoint does, whoever starts or ends a span, or saves settings, is never kept waiting.
/// </summary>
public sealed partial class ExportService : IHostedService, IExportMonitor, IAsyncDisposable
{
    private readonly ISettings _settings;
    private readonly ILogger<ExportService> _logger;
    private readonly SpanRouter _router;
    private readonly TailSampler _tail;
    private readonly Destination _destination;
    private readonly ChangeSignal _signal;
    private readonly TestSpanSender _testSpan;
    private readonly Lock _gate = new();
    private string? _fault;
    private bool _announced;
    private bool _stopped;

    /// <summary>Makes one that sends nothing until it is started.</summary>
    internal ExportService(ISettings settings, AnsweredServers answered, SpanRouter router, TailSampler tail, TimeProvider timeProvider, ILogger<ExportService> logger, IExportedSpans? exported = null, DataFolder? data = null)
    {
        _settings = settings;
        _router = router;
        _tail = tail;
        _logger = logger;
        _signal = new ChangeSignal(timeProvider);
        _testSpan = new TestSpanSender(timeProvider);
        _destination = new Destination(answered, timeProvider, logger, exported, data is null ? null : new Spool(data, Destination.FirstId, timeProvider));
        _destination.Changed += _signal.Raise;
        _tail.Decided += (_, _) => _signal.Raise();
    }

    /// <inheritdoc />
    public ExportStatus Current
    {
        get
        {
            var status = _destination.Current;
            lock (_gate)
            {
                return _fault is null ? status : status with { State = ExportState.Failing, LastError = _fault };
            }
        }
    }

    /// <inheritdoc />
    public ExportBooks Books
    {
        get
        {
            var (books, tail) = (_router.Books, _tail.Current);
            return books with { LeftOut = books.LeftOut + tail.LeftOutSpans, Held = tail.HeldSpans, Destinations = [_destination.Books] };
        }
    }

    /// <inheritdoc />
    public TraceExportState StateOf(string traceId) =>
        _tail.StateOf(traceId) is var state and not TraceExportState.Unknown ? state : _destination.StateOf(traceId);

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <inheritdoc />
    public async Task<TestExportResult> SendTestSpanAsync(CancellationToken cancellationToken)
    {
        var health = _destination.Route?.Health;
        var result = await _testSpan.SendAsync(_settings.Current.Telemetry, health, cancellationToken);
        if (health?.Current.State is ExportState.Healthy)
        {
            _destination.Retries.SendNow();
        }

        return result;
    }

    /// <inheritdoc />
    public void TryNow() => _destination.Retries.SendNow(evenIfHeld: true);

    /// <inheritdoc />
    public void SendLeftBehind() => _destination.Retries.ForwardLeftBehind();

    /// <inheritdoc />
    public void DiscardLeftBehind() => _destination.Retries.DiscardLeftBehind();

    /// <summary>Begins to send. Neither waits for the endpoint nor fails: without tracing the studio still runs.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Subscribed first: a change in between is then applied twice rather than missed.
        _settings.Changed += Apply;
        Apply();
        _router.Destinations = [_destination];
        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, for three seconds at most, and ends. A second call does nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _settings.Changed -= Apply;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
        }

        _tail.Close();
        _router.Destinations = [];
        await _destination.StopAsync(cancellationToken);
        _signal.Dispose();
    }

    /// <summary>Stops, where that was not done yet.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    // Brings what runs in line with the settings in force; done here, a change is in force when it was saved. Changes that
    // meet here wait for one another, and all but the last find nothing to do.
    private void Apply()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            var settings = _settings.Current.Telemetry;
            _tail.Use(settings);
            var (before, fault) = (_destination.Route, _fault);
            try
            {
                var plan = settings.Enabled ? ExportPlan.From(settings) : null;
                if (plan is not null && before?.Plan.IsSameAs(plan) == true)
                {
                    return;
                }

                _fault = null;
                if (plan is not null)
                {
                    _destination.Use(plan);
                    LogInitialized(_logger, plan.Service, plan.Project, plan.Address, plan.Environment);
                }
                else if (before is not null || fault is not null || !_announced)
                {
                    // Off means that nothing more leaves, what an endpoint could not take before included.
                    _destination.GiveUpKept();
                    _destination.Use(null);
                    LogOff(_logger);
                }
            }
            catch (Exception failure)
            {
                // Telemetry that cannot be set up must not break what it watches.
                _fault = failure.Message;
                _destination.Use(null);
                if (_fault != fault)
                {
                    LogFailed(_logger, failure.Message);
                }
            }

            _announced = true;
        }

        _signal.Raise();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry initialized: service={Service}, project={Project}, endpoint={Endpoint}, env={Env}")]
    private static partial void LogInitialized(ILogger logger, string service, string project, string endpoint, string env);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to initialize telemetry: {Reason}. Continuing without tracing.")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry is off: spans stay in this process")]
    private static partial void LogOff(ILogger logger);
}
