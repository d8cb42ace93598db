using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OllamaStudio.Core.Primitives;
using OllamaStudio.Core.Settings;
using OllamaStudio.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OllamaStudio.Core.Export;

/// <summary>
/// Sends the studio's spans to the endpoint of the settings, and takes up changed settings while running: the provider that
/// listens and samples stays, and the <see cref="Destination"/> behind it is replaced. Whatever the endpoint does, whoever
/// starts or ends a span, or saves settings, is never kept waiting.
/// </summary>
public sealed partial class ExportService : IHostedService, IExportMonitor, IAsyncDisposable
{
    // A settings change lets the old destination finish what waits: a full queue of four batches at two seconds each, and some.
    private static readonly TimeSpan HandoverLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShutdownLimit = TimeSpan.FromSeconds(3);

    // Settings that change faster than a dead endpoint can be left: beyond this many, the oldest is given up.
    private const int MaxRetiring = 8;

    private readonly ISettings _settings;
    private readonly TimeProvider _time;
    private readonly AnsweredServers _answered;
    private readonly ILogger<ExportService> _logger;
    private readonly ExportLedger _ledger = new();
    private readonly SpanRouter _router = new();
    private readonly RetryQueue _retries;
    private readonly ChangeSignal _signal;
    private readonly TestSpanSender _testSpan;
    private readonly Lock _gate = new();
    private readonly List<(Destination Destination, Task Done)> _retiring = [];
    private TracerProvider? _listener;
    private string? _fault;
    private bool _announced;
    private bool _stopped;

    /// <summary>Makes a pipeline that sends nothing until it is started.</summary>
    public ExportService(ISettings settings, AnsweredServers answered, TimeProvider timeProvider, ILogger<ExportService> logger)
    {
        _answered = answered;
        _settings = settings;
        _time = timeProvider;
        _logger = logger;
        _retries = new RetryQueue(_ledger, () => _router.Current, timeProvider);
        _signal = new ChangeSignal(timeProvider);
        _testSpan = new TestSpanSender(timeProvider);
        _ledger.Changed += _signal.Raise;
    }

    /// <inheritdoc />
    public ExportStatus Current
    {
        get
        {
            var counts = _ledger.Counts;
            var status = new ExportStatus { Exported = counts.Exported, Failed = counts.Failed, Dropped = counts.Dropped, Waiting = counts.Waiting };
            lock (_gate)
            {
                if (_router.Current is not { } destination)
                {
                    return _fault is null ? status : status with { State = ExportState.Failing, LastError = _fault };
                }

                var standing = destination.Health.Current;
                return status with
                {
                    State = standing.State,
                    Endpoint = destination.Plan.Address,
                    LastSuccess = standing.LastSuccess,
                    LastFailure = standing.LastFailure,
                    LastError = standing.LastError,
                };
            }
        }
    }

    /// <inheritdoc />
    public TraceExportState StateOf(string traceId) => _ledger.StateOf(traceId);

    /// <inheritdoc />
    public IDisposable Subscribe(Action changed) => _signal.Subscribe(changed);

    /// <inheritdoc />
    public Task<TestExportResult> SendTestSpanAsync(CancellationToken cancellationToken) =>
        _testSpan.SendAsync(_settings.Current.Telemetry, cancellationToken);

    /// <summary>Starts to listen and to send. Neither waits for the endpoint nor fails: without tracing the studio still runs.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_listener is not null || _stopped)
            {
                return Task.CompletedTask;
            }

            _listener = Sdk.CreateTracerProviderBuilder()
                .WithoutEnvironment()
                .AddSource(StudioDiagnostics.Name)
                .SetSampler(new ParentBasedSampler(new RatioSampler(() => SampledShare(_settings.Current.Telemetry))))
                .AddProcessor(_router)
                .Build();
        }

        // Subscribed first: a change in between is then applied twice rather than missed.
        _settings.Changed += Apply;
        Apply();
        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, for three seconds at most, and ends. A second call does nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _settings.Changed -= Apply;
        Task[] retiring;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            LogLost(_retries.Close(), _router.Current);
            Replace(null, ShutdownLimit);
            retiring = [.. _retiring.Select(one => one.Done)];
        }

        try
        {
            await Task.WhenAll(retiring).WaitAsync(ShutdownLimit + Destination.CancellationLimit, _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // What a dead endpoint still holds up is not waited for: the process ends.
        }

        _retries.Dispose();
        _listener?.Dispose();
        _signal.Dispose();
    }

    /// <summary>Stops, where that was not done yet.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    private static double SampledShare(TelemetrySettings settings) => settings.Enabled ? settings.SamplingRatio : 0;

    // Brings what runs in line with the settings in force. Building sends nothing and takes milliseconds; done here, a
    // change is in force when it was saved. Changes that meet here wait for one another, and all but the last find nothing to do.
    private void Apply()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            var settings = _settings.Current.Telemetry;
            var (before, fault) = (_router.Current, _fault);
            try
            {
                var plan = settings.Enabled ? ExportPlan.From(settings) : null;
                if (plan is not null && before?.Plan.IsSameAs(plan) == true)
                {
                    return;
                }

                _fault = null;
                Replace(plan is null ? null : new Destination(plan, _ledger, HealthOf(plan, before), _retries), HandoverLimit);
                if (plan is not null)
                {
                    _retries.Open();
                    _retries.SendNow();
                    LogInitialized(_logger, plan.Service, plan.Project, plan.Address, plan.Environment);
                }
                else if (before is not null || fault is not null || !_announced)
                {
                    // Off means that nothing more leaves, what an endpoint could not take before included.
                    LogLost(_retries.Close(), before);
                    LogOff(_logger);
                }
            }
            catch (Exception failure)
            {
                // Telemetry that cannot be set up must not break what it watches.
                _fault = failure.Message;
                Replace(null, HandoverLimit);
                if (_fault != fault)
                {
                    LogFailed(_logger, failure.Message);
                }
            }

            _announced = true;
        }

        _signal.Raise();
    }

    private void Replace(Destination? next, TimeSpan limit)
    {
        var old = _router.Current;
        _router.Current = next;
        if (old is null)
        {
            return;
        }

        _retiring.RemoveAll(one => one.Done.IsCompleted);
        if (_retiring.Count >= MaxRetiring)
        {
            _retiring[0].Destination.GiveUp();
        }

        var done = Task.Factory.StartNew(() => LogLost(old.Retire(limit), old), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _retiring.Add((old, done));
    }

    private void LogLost(int spans, Destination? destination)
    {
        if (spans > 0)
        {
            LogAbandoned(_logger, spans, destination?.Plan.Address ?? "the endpoint");
        }
    }

    private ExportHealth HealthOf(ExportPlan plan, Destination? before)
    {
        if (before is not null && plan.HasDestinationOf(before.Plan))
        {
            return before.Health;
        }

        var health = new ExportHealth(_time, plan.Endpoint, _answered);
        health.Changed += _signal.Raise;
        health.Turned += (before, standing) =>
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
                    LogArriving(_logger, plan.Address, before is ExportState.Failing ? " again" : "");
                    break;
            }
        };
        return health;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry initialized: service={Service}, project={Project}, endpoint={Endpoint}, env={Env}")]
    private static partial void LogInitialized(ILogger logger, string service, string project, string endpoint, string env);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to initialize telemetry: {Reason}. Continuing without tracing.")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Telemetry is off: spans stay in this process")]
    private static partial void LogOff(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Spans do not reach {Endpoint}: {Error}")]
    private static partial void LogFailing(ILogger logger, string endpoint, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing listens at {Endpoint} yet: spans wait for it")]
    private static partial void LogWaiting(ILogger logger, string endpoint);

    [LoggerMessage(Level = LogLevel.Information, Message = "Spans reach {Endpoint}{Again}")]
    private static partial void LogArriving(ILogger logger, string endpoint, string again);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} spans were given up: {Endpoint} did not take them in time")]
    private static partial void LogAbandoned(ILogger logger, int count, string endpoint);
}
